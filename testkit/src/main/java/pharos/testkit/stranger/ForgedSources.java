package pharos.testkit.stranger;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import pharos.testkit.Needs;

/**
 * Sends datagrams over IPv4 in anybody's name: with any source address and port. Java has no raw
 * sockets, so a small program in Python does it, as root, on a host of the test's choice. For one
 * thread.
 */
public final class ForgedSources implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  /** The kernel fills in the length and the check sum of the IP head; UDP's may be zero. */
  private static final String SENDER =
      """
      import socket, struct, sys
      raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
      raw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
      print('ready', flush=True)
      for line in sys.stdin:
          source, source_port, target, target_port, payload = line.split()
          data = bytes.fromhex(payload)
          udp = struct.pack('!HHHH', int(source_port), int(target_port), 8 + len(data), 0)
          head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 28 + len(data), 0, 0, 64, 17, 0,
                             socket.inet_aton(source), socket.inet_aton(target))
          try:
              raw.sendto(head + udp + data, (target, int(target_port)))
          except OSError as e:
              print(e, file=sys.stderr, flush=True)
      """;

  private final Process process;
  private final Writer lines;
  private final Thread atExit;

  private ForgedSources(Process process) {
    this.process = process;
    lines = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
    atExit = new Thread(process::destroyForcibly, "forger");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts it; skips the test where there is no Python or no right to forge.
   *
   * @param before what to put before the command, such as {@link pharos.testkit.Namespaces#on}
   */
  public static ForgedSources start(List<String> before) {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of("python3", "-c", SENDER));
    String said;
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      ForgedSources sources = new ForgedSources(process);
      said = process.inputReader(StandardCharsets.US_ASCII).readLine();
      if ("ready".equals(said)) {
        return sources;
      }
      sources.close();
    } catch (IOException e) {
      said = String.valueOf(e.getMessage());
    }
    Needs.that(false, "python3 and root, to forge source addresses");
    throw new IllegalStateException("no forger: " + said);
  }

  /** One datagram from {@code source}, which need not be ours, to one or to a broadcast address. */
  public void send(InetSocketAddress source, InetSocketAddress to, byte[] bytes)
      throws IOException {
    lines.write(
        String.join(
            " ",
            source.getAddress().getHostAddress(),
            "" + source.getPort(),
            to.getAddress().getHostAddress(),
            "" + to.getPort(),
            HexFormat.of().formatHex(bytes)));
    lines.write('\n');
    lines.flush();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the forger cannot be killed");
      }
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
