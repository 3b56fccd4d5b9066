package pharos.examples;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;

/**
 * What a program was told: {@code --call-every=2} among its arguments, or {@code
 * PHAROS_CALL_EVERY=2} in its environment. An argument wins. Immutable.
 */
public final class Options {
  private static final Set<String> OF_THE_AGENT =
      Set.of(
          "name",
          "service",
          "cluster",
          "port",
          "beacon-port",
          "interfaces",
          "loopback",
          "gateway",
          "seeds");

  private final Map<String, String> values;

  private Options(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Reads the options of every agent, and those of this program besides.
   *
   * @throws IllegalArgumentException for an argument that none of them is
   */
  public static Options of(String[] arguments, Map<String, String> environment, Set<String> own) {
    Set<String> known = new TreeSet<>(OF_THE_AGENT);
    known.addAll(own);
    Map<String, String> values = new HashMap<>();
    for (String option : known) {
      String variable = "PHAROS_" + option.replace('-', '_').toUpperCase(Locale.ROOT);
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        values.put(option, value);
      }
    }
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String option = argument.substring(0, equals < 0 ? argument.length() : equals);
      if (!option.startsWith("--") || !known.contains(option.substring(2))) {
        throw new IllegalArgumentException(
            "unknown argument '" + argument + "'; there are --" + String.join(", --", known));
      }
      values.put(option.substring(2), equals < 0 ? "true" : argument.substring(equals + 1));
    }
    return new Options(values);
  }

  /** An agent as the options want it, of this service unless they name another. */
  public AgentBuilder agent(String service) {
    AgentBuilder builder = Agent.builder().service(text("service").orElse(service));
    text("name").ifPresent(builder::name);
    text("cluster").ifPresent(builder::cluster);
    text("interfaces").ifPresent(list -> builder.interfaces(list.split(",")));
    text("seeds").ifPresent(list -> builder.seeds(list.split(",")));
    if (text("port").isPresent()) {
      builder.port(number("port", 0));
    }
    if (text("beacon-port").isPresent()) {
      builder.beaconPort(number("beacon-port", 0));
    }
    return builder.gateway(is("gateway")).loopback(is("loopback"));
  }

  /** What was given for this option. */
  public Optional<String> text(String option) {
    return Optional.ofNullable(values.get(option));
  }

  /** A whole number, {@code otherwise} when nothing was given. */
  public int number(String option, int otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + option + " must be a number, not '" + value + "'");
    }
  }

  /** Seconds, with a fraction if you like. */
  public Duration seconds(String option, Duration otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    try {
      double seconds = Double.parseDouble(value);
      if (seconds > 0 && seconds <= 86_400) {
        return Duration.ofNanos((long) (seconds * 1e9));
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of range is.
    }
    throw new IllegalArgumentException(
        "--" + option + " must be seconds, more than 0 and up to a day, not '" + value + "'");
  }

  /** Whether a switch is on: {@code --loopback}, or {@code --loopback=true}. */
  public boolean is(String option) {
    String value = values.getOrDefault(option, "false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(
          "--" + option + " must be true or false, not '" + value + "'");
    }
    return value.equals("true");
  }
}
