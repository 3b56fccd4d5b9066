package pharos.beacon;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which interfaces and addresses an application wants. A selector is a name ({@code eth0}), a name
 * with wildcards ({@code docker*}, {@code veth?}), an address ({@code 10.0.0.5}, {@code fe80::1}),
 * or a network ({@code 10.0.0.0/8}); with a {@code !} in front it excludes. An exclusion wins, and
 * without an inclusion everything is included. Immutable, for any thread.
 */
public final class InterfaceFilter {
  private static final InterfaceFilter ALL = of(List.of());
  private static final InterfaceFilter LOOPBACK = of(List.of("127.0.0.0/8"));

  /** Made of what only addresses are made of: never taken for a name when it is mistyped. */
  private static final Pattern ADDRESS =
      Pattern.compile("[\\d.]*\\.[\\d.]*|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private final List<Selector> includes;
  private final List<Selector> excludes;

  private InterfaceFilter(List<Selector> includes, List<Selector> excludes) {
    this.includes = List.copyOf(includes);
    this.excludes = List.copyOf(excludes);
  }

  /** Takes every usable interface; the loopback only when there is no other. */
  public static InterfaceFilter all() {
    return ALL;
  }

  /** Takes the loopback alone: discovery within this host. */
  public static InterfaceFilter loopback() {
    return LOOPBACK;
  }

  /**
   * Reads selectors.
   *
   * @throws IllegalArgumentException when one is none, naming it and what is wrong with it
   */
  public static InterfaceFilter of(Collection<String> selectors) {
    List<Selector> includes = new ArrayList<>();
    List<Selector> excludes = new ArrayList<>();
    for (String text : selectors) {
      if (text.startsWith("!")) {
        excludes.add(selector(text, text.substring(1)));
      } else {
        includes.add(selector(text, text));
      }
    }
    return new InterfaceFilter(includes, excludes);
  }

  /** The selector that excludes this address of this interface. */
  Optional<String> excluding(Nic nic, InetAddress address) {
    return excludes.stream()
        .filter(selector -> selector.matches(nic, address))
        .map(Selector::text)
        .findFirst();
  }

  boolean includes(Nic nic, InetAddress address) {
    return includes.isEmpty() || includes.stream().anyMatch(s -> s.matches(nic, address));
  }

  /** Whether it was asked for by itself, not just swept up by a pattern that covers others too. */
  boolean asksForLoopback(Nic nic, InetAddress address) {
    return includes.stream().anyMatch(s -> s.isNarrow() && s.matches(nic, address));
  }

  /** The inclusions, for people. */
  String included() {
    return includes.stream().map(Selector::text).collect(Collectors.joining("', '", "'", "'"));
  }

  /** The inclusions that match nothing on this machine: most likely mistyped. */
  List<String> unmatched(List<Nic> nics) {
    return includes.stream()
        .filter(selector -> nics.stream().noneMatch(nic -> matchesAny(selector, nic)))
        .map(Selector::text)
        .collect(Collectors.toList());
  }

  private static boolean matchesAny(Selector selector, Nic nic) {
    return selector.matchesName(nic.name())
        || nic.addresses().stream().anyMatch(a -> selector.matches(nic, a.address()));
  }

  private static Selector selector(String text, String pattern) {
    if (pattern.isBlank() || !pattern.equals(pattern.strip())) {
      throw bad(text, "a name, pattern, address or network without blanks is needed");
    }
    if (pattern.indexOf('%') >= 0) {
      throw bad(text, "leave out what follows the %, or select the interface by its name");
    }
    if (pattern.indexOf('/') >= 0) {
      return network(text, pattern);
    }
    boolean isGlob = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    if (!isGlob && ADDRESS.matcher(pattern).matches()) {
      InetAddress address = address(text, pattern);
      return new Network(text, address, address.getAddress().length * 8);
    }
    return new Named(text, glob(pattern), !isGlob);
  }

  private static Network network(String text, String pattern) {
    int slash = pattern.indexOf('/');
    InetAddress address = address(text, pattern.substring(0, slash));
    int bits = address.getAddress().length * 8;
    String digits = pattern.substring(slash + 1);
    int prefix = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
    if (prefix < 0 || prefix > bits) {
      throw bad(text, "the prefix after / must be 0 to " + bits + ", not '" + digits + "'");
    }
    return new Network(text, address, prefix);
  }

  private static InetAddress address(String text, String address) {
    return Addresses.parse(address)
        .orElseThrow(() -> bad(text, "'" + address + "' is not an IPv4 or IPv6 address"));
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char letter = pattern.charAt(i);
      regex.append(
          letter == '*' ? ".*" : letter == '?' ? "." : Pattern.quote(String.valueOf(letter)));
    }
    return Pattern.compile(regex.toString());
  }

  private static IllegalArgumentException bad(String selector, String why) {
    return new IllegalArgumentException("interface selector '" + selector + "': " + why);
  }

  @Override
  public String toString() {
    List<Selector> all = new ArrayList<>(includes);
    all.addAll(excludes);
    return all.stream().map(Selector::text).collect(Collectors.joining(","));
  }

  private sealed interface Selector {
    /** As it was given. */
    String text();

    boolean matchesName(String name);

    boolean matches(Nic nic, InetAddress address);

    /** Whether it can only mean the loopback when it matches the loopback. */
    boolean isNarrow();
  }

  private record Named(String text, Pattern pattern, boolean isNarrow) implements Selector {
    @Override
    public boolean matchesName(String name) {
      return pattern.matcher(name).matches();
    }

    @Override
    public boolean matches(Nic nic, InetAddress address) {
      return matchesName(nic.name());
    }
  }

  private record Network(String text, InetAddress network, int prefix) implements Selector {
    @Override
    public boolean matchesName(String name) {
      return false;
    }

    @Override
    public boolean matches(Nic nic, InetAddress address) {
      return Addresses.share(network, address, prefix);
    }

    @Override
    public boolean isNarrow() {
      return network.isLoopbackAddress() && prefix >= 8;
    }
  }
}
