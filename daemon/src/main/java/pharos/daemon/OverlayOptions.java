package pharos.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pharos.agent.AgentBuilder;
import pharos.kademlia.Arbiter;
import pharos.kademlia.Arbiters;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the overlay past the subnet is joined, and how a node of it shall be. */
final class OverlayOptions {
  /** A name, an IPv4 address, or an IPv6 address in brackets, where else its end is guessed. */
  private static final Pattern HOST =
      Pattern.compile("[\\p{L}\\p{Nd}._-]+|\\[[0-9A-Fa-f:.]+(%[\\w.-]+)?]");

  @Option(
      names = "--seed",
      paramLabel = "HOST:PORT",
      description =
          "Join other networks by the gateway there; the port is the one given to it by --port. A"
              + " name may have many addresses, and need not be there yet. May be repeated.")
  private List<String> seeds = new ArrayList<>();

  @Option(
      names = "--arbiter",
      paramLabel = "ARBITER",
      converter = ArbiterReader.class,
      description =
          "Who decides between two contacts of one id: versions (the later one), grow-only-set or"
              + " expiring-set (both, as JSON). All gateways need the same. Default: versions.")
  private @Nullable Named arbiter;

  @Option(
      names = "--k",
      paramLabel = "N",
      converter = KReader.class,
      description = "How many nodes hold a contact. All gateways need the same. Default: 20.")
  private @Nullable Integer k;

  @Option(
      names = "--alpha",
      paramLabel = "N",
      converter = AlphaReader.class,
      description = "How many requests of a lookup run at once. Default: 5.")
  private @Nullable Integer alpha;

  @Option(
      names = "--cache",
      paramLabel = "N|off",
      converter = CacheReader.class,
      description = "How many contacts that were found are remembered. Default: 1000.")
  private @Nullable Integer cacheSize;

  private record Named(String name, Arbiter arbiter) {}

  static final class ArbiterReader implements ITypeConverter<Named> {
    @Override
    public Named convert(String name) {
      return new Named(
          name,
          switch (name) {
            case "versions" -> Arbiters.versions();
            case "grow-only-set" -> Arbiters.growOnlySet();
            case "expiring-set" -> Arbiters.expiringSet(System::currentTimeMillis);
            default ->
                throw new TypeConversionException(
                    "'" + name + "' is no arbiter: versions, grow-only-set or expiring-set");
          });
    }
  }

  static final class KReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, 256, "");
    }
  }

  static final class AlphaReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, 64, "");
    }
  }

  static final class CacheReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return text.equals("off") ? 0 : number(text, 10_000_000, ", or off");
    }
  }

  /** Without a sign, and from 1 on. */
  static int number(String text, int most, String or) {
    if (text.matches("[1-9]\\d{0,8}") && Integer.parseInt(text) <= most) {
      return Integer.parseInt(text);
    }
    throw new TypeConversionException("'" + text + "' is no number from 1 to " + most + or);
  }

  boolean hasSeeds() {
    return !seeds.isEmpty();
  }

  /**
   * Sets what is given.
   *
   * @param makes what makes a node of an agent, such as {@code --seed}; empty when this one is one
   */
  void applyTo(AgentBuilder builder, String makes) {
    if (!makes.isEmpty()) {
      refuse(makes, "--arbiter", arbiter == null ? null : arbiter.name());
      refuse(makes, "--k", k);
      refuse(makes, "--alpha", alpha);
      refuse(makes, "--cache", cacheSize != null && cacheSize == 0 ? "off" : cacheSize);
    }
    join(builder);
    Optional.ofNullable(arbiter).map(Named::arbiter).ifPresent(builder::arbiter);
    Optional.ofNullable(k).ifPresent(builder::k);
    Optional.ofNullable(alpha).ifPresent(builder::alpha);
    Optional.ofNullable(cacheSize).ifPresent(builder::cacheSize);
  }

  private void refuse(String makes, String option, @Nullable Object value) {
    if (value != null) {
      throw new Misuse(
          option + " " + value + " makes no sense without " + makes + ": gateways decide that");
    }
  }

  private void join(AgentBuilder builder) {
    for (String seed : seeds) {
      String host = seed.substring(0, Math.max(0, seed.lastIndexOf(':')));
      if (!HOST.matcher(host).matches()) {
        throw new Misuse(
            "--seed: '" + seed + "' is no HOST:PORT, such as gate.example:5671 or [::1]:5671");
      }
      try {
        builder.seeds(seed);
      } catch (IllegalArgumentException e) {
        throw new Misuse("--seed: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public String toString() {
    return String.join(", ", seeds);
  }
}
