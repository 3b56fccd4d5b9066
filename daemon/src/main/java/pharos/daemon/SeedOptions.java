package pharos.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pharos.agent.AgentBuilder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the overlay past the subnet is joined. */
final class SeedOptions {
  /** A name, an IPv4 address, or an IPv6 address in brackets, where else its end is guessed. */
  private static final Pattern HOST =
      Pattern.compile("[\\p{L}\\p{Nd}._-]+|\\[[0-9A-Fa-f:.]+(%[\\w.-]+)?]");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "HOST:PORT",
      description =
          "Join other networks by the gateway there; the port is the one given to it by --port. A"
              + " name may have many addresses, and need not be there yet. May be repeated.")
  private List<String> seeds = new ArrayList<>();

  boolean isGiven() {
    return !seeds.isEmpty();
  }

  void applyTo(AgentBuilder builder) {
    for (String seed : seeds) {
      String host = seed.substring(0, Math.max(0, seed.lastIndexOf(':')));
      if (!HOST.matcher(host).matches()) {
        throw wrong("'" + seed + "' is no HOST:PORT, such as gate.example:5671 or [::1]:5671");
      }
      try {
        builder.seeds(seed);
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), "--seed: " + message);
  }

  @Override
  public String toString() {
    return String.join(", ", seeds);
  }
}
