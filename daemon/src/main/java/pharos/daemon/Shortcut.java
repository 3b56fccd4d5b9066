package pharos.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The plainest call of all, {@code pharos peers} beside a daemon, without what reads options: that
 * takes longer than the answer. Whatever is not as plain goes the usual way, and so does each
 * mistake.
 */
final class Shortcut {
  private Shortcut() {}

  /** The exit code; nothing when this is not for here, and nothing has happened. */
  static OptionalInt run(Caller caller, String... args) {
    boolean isPeers = args.length > 0 && args[0].equals("peers");
    List<String> options = new ArrayList<>(List.of(args));
    if (!isPeers || isSetElsewhere(caller)) {
      return OptionalInt.empty();
    }
    options.remove(0);
    boolean isJson = options.remove("--json");
    boolean isLoopback = options.remove("--loopback");
    String cluster = value(options, "--cluster", "");
    String port = value(options, "--beacon-port", String.valueOf(NetworkOptions.BEACON_PORT));
    if (!options.isEmpty() || !port.matches("[1-9]\\d{0,4}")) {
      return OptionalInt.empty();
    }
    NetworkOptions.Network network =
        new NetworkOptions.Network(cluster, Integer.parseInt(port), isLoopback);
    Optional<Daemon> daemon = DaemonOptions.latest(caller, network::isOf);
    return daemon.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(told(caller, daemon.get(), isJson));
  }

  private static int told(Caller caller, Daemon daemon, boolean isJson) {
    try {
      return PeersCommand.told(caller, daemon, isJson);
    } catch (Failure e) {
      caller.err().println("pharos peers: " + Errors.line(e));
      return Main.FAILED;
    }
  }

  private static boolean isSetElsewhere(Caller caller) {
    return !caller.variable("PHAROS_CONFIG").isEmpty()
        || PresetFile.isThere(caller)
        || PresetVariables.isAny(caller.environment());
  }

  /** The value of this option, which is taken from them, if it is there as two arguments. */
  private static String value(List<String> options, String name, String otherwise) {
    int at = options.indexOf(name);
    if (at < 0 || at + 1 >= options.size()) {
      return otherwise;
    }
    options.remove(at);
    return options.remove(at);
  }
}
