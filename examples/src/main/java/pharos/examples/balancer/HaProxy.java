package pharos.examples.balancer;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HAProxy of our own, in the foreground, told what to do through its runtime socket. */
final class HaProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HaProxy.class);
  private static final int START_ATTEMPTS = 100;
  private static final int ATTEMPT_MS = 50;

  private final Path folder;
  private final UnixDomainSocketAddress socket;
  private final Process process;
  private volatile boolean isClosed;

  private HaProxy(Path folder, UnixDomainSocketAddress socket, Process process) {
    this.folder = folder;
    this.socket = socket;
    this.process = process;
  }

  /** Starts it and waits until it answers. */
  static HaProxy start(String program, String listen, int slots)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("pharos-balancer");
    Path socket = folder.resolve("socket");
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(
        file,
        template()
            .replace("@SOCKET@", socket.toString())
            .replace("@LISTEN@", listen)
            .replace("@SLOTS@", String.valueOf(slots)));
    Process process = new ProcessBuilder(program, "-db", "-f", file.toString()).inheritIO().start();
    HaProxy haProxy = new HaProxy(folder, UnixDomainSocketAddress.of(socket), process);
    try {
      haProxy.awaitAnswer();
      return haProxy;
    } catch (IOException | InterruptedException e) {
      haProxy.close();
      throw e;
    }
  }

  private static String template() throws IOException {
    try (InputStream file = HaProxy.class.getResourceAsStream("haproxy.cfg")) {
      if (file == null) {
        throw new IOException("haproxy.cfg is not beside its class");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    for (int attempt = 0; process.isAlive(); attempt++) {
      try {
        tell("show version");
        return;
      } catch (IOException e) {
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
      }
      if (process.waitFor(ATTEMPT_MS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new IOException("haproxy ended with " + process.exitValue());
  }

  /** Tells it one command; what it says to that is for the log. */
  void tell(String command) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(socket);
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(command + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      byte[] said = Channels.newInputStream(channel).readAllBytes();
      log.debug("{}: {}", command, new String(said, StandardCharsets.UTF_8).strip());
    }
  }

  /**
   * Waits until it is closed.
   *
   * @throws IOException when it ends by itself
   */
  void awaitEnd() throws IOException, InterruptedException {
    int code = process.waitFor();
    if (!isClosed) {
      throw new IOException("haproxy ended with " + code);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      for (String file : new String[] {"socket", "haproxy.cfg", ""}) {
        Files.deleteIfExists(folder.resolve(file));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("{} stays behind: {}", folder, e.getMessage());
    }
  }
}
