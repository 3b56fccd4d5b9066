package pharos.daemon;

import java.util.ArrayList;
import java.util.List;

/** Agents in processes of their own, on the loopback and a beacon port that no other test has. */
final class Agents implements AutoCloseable {
  final String beaconPort = String.valueOf(Ports.udp());
  private final List<Program> started = new ArrayList<>();

  /** Starts one with these options too. */
  Program start(String... more) {
    return startIn(List.of(), more);
  }

  /** The same with options of the JVM. */
  Program startIn(List<String> options, String... more) {
    List<String> args =
        new ArrayList<>(List.of("agent", "--loopback", "--beacon-port", beaconPort));
    args.addAll(List.of(more));
    Program program = Program.start(options, args.toArray(String[]::new));
    started.add(program);
    return program;
  }

  /** Kills all that still run. */
  @Override
  public void close() {
    started.forEach(Program::close);
  }
}
