package pharos.daemon.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * How a program of this host is asked whether it is well: it accepts a connection ({@code tcp}),
 * says that it speaks ZeroMQ ({@code zmq}), or answers a path with a status from 200 to 399 ({@code
 * http}).
 */
record Check(Kind kind, int port, String path, Duration every) {
  private static final Duration MOST = Duration.ofSeconds(2);

  enum Kind {
    TCP,
    ZMQ,
    HTTP
  }

  /** Asks once, and takes two seconds at most; what was wrong, or nothing. */
  Optional<String> ask() {
    int limitMs = (int) Math.min(every.toMillis(), MOST.toMillis());
    long endNs = System.nanoTime() + limitMs * 1_000_000L;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limitMs);
      if (kind == Kind.TCP) {
        return Optional.empty();
      }
      if (kind == Kind.ZMQ) {
        // The begin of what each end sends first, whatever version it speaks.
        byte[] greeting = read(socket, 10, endNs);
        boolean isOne = greeting.length == 10 && greeting[0] == (byte) 0xFF && greeting[9] == 0x7F;
        return isOne ? Optional.empty() : Optional.of("port " + port + " speaks no ZeroMQ");
      }
      String asked =
          "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(asked.getBytes(StandardCharsets.US_ASCII));
      String line = new String(read(socket, 12, endNs), StandardCharsets.ISO_8859_1);
      return line.matches("HTTP/1\\.[01] [23]\\d\\d")
          ? Optional.empty()
          : Optional.of(path + " answers " + (line.length() > 9 ? line.substring(9) : "no HTTP"));
    } catch (IOException e) {
      return Optional.of("port " + port + ": " + e.getMessage());
    }
  }

  /** So many bytes, or fewer when there are no more; whoever sends them may do so one by one. */
  private static byte[] read(Socket socket, int count, long endNs) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[count];
    int read = 0;
    while (read < count) {
      int leftMs = (int) ((endNs - System.nanoTime()) / 1_000_000);
      if (leftMs <= 0) {
        throw new IOException("no answer in time");
      }
      socket.setSoTimeout(leftMs);
      int more = in.read(bytes, read, count - read);
      if (more < 0) {
        break;
      }
      read += more;
    }
    return java.util.Arrays.copyOf(bytes, read);
  }
}
