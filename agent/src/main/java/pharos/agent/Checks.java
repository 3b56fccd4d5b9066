package pharos.agent;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/** Whether the values of a setting make sense, and the words for those that do not. */
final class Checks {
  private Checks() {}

  static IllegalArgumentException nonsense(String one, String other, String why) {
    return new IllegalArgumentException(one + " and " + other + " do not go together: " + why);
  }

  static void text(String what, String value) {
    Objects.requireNonNull(value, what);
    try {
      Beacon.of(NodeId.random(new Random(1))).name(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage()).replaceFirst("^(the )?name", what), e);
    }
  }

  static void port(String what, int port, int least) {
    if (port < least || port > 65_535) {
      throw new IllegalArgumentException(
          "the " + what + " must be " + least + " to 65535, not " + port);
    }
  }

  static void range(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be " + least + " to " + most + ", not " + value);
    }
  }

  static void range(String what, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          what + " must be " + inWords(least) + " to " + inWords(most) + ", not " + inWords(value));
    }
  }

  /** As people write it: 50 ms, 1 s. */
  static String inWords(Duration time) {
    long millis = time.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }

  static Map.Entry<String, Integer> hostAndPort(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    String host = endpoint.substring(0, Math.max(0, colon)).replaceAll("^\\[|\\]$", "");
    try {
      int port = Integer.parseInt(endpoint.substring(colon + 1));
      port("port of " + endpoint, port, 1);
      if (!host.isEmpty()) {
        return Map.entry(host, port);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + endpoint + "' is no host:port", e);
    }
    throw new IllegalArgumentException("'" + endpoint + "' is no host:port");
  }
}
