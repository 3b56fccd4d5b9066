package pharos.bench.records;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection of HTTP/1.1, which is kept: what a client library costs is not measured. */
final class Client implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;
  private static final int MOST_BYTES = 1 << 24;
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d{1,8})\r\n");

  private static final Pattern COPIES = Pattern.compile("pharos-copies: (.*)\r\n");
  private static final int MOST_SHOWN = 200;

  private final Socket socket = new Socket();
  private final InputStream in;

  /** What came back; the head is in small letters. */
  record Answer(int status, String head, String body) {
    boolean isGood() {
      return status >= 200 && status < 300;
    }

    /** In one line. */
    String words() {
      Matcher copies = COPIES.matcher(head);
      String beginning = body.substring(0, Math.min(MOST_SHOWN, body.length()));
      return status + ", " + (copies.find() ? copies.group(1) + ", " : "") + beginning;
    }
  }

  Client(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One call from a connection of its own. */
  static Answer once(int port, String method, String path, String body) throws IOException {
    try (Client client = new Client(port)) {
      return client.ask(method, path, body);
    }
  }

  /** Asks, and waits for the answer. */
  Answer ask(String method, String path, String body) throws IOException {
    String request =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String head = head();
    Matcher length = LENGTH.matcher(head);
    if (!length.find()) {
      throw new IOException("an answer of unknown length: " + head);
    }
    int bytes = Math.min(MOST_BYTES, Integer.parseInt(length.group(1)));
    String answer = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(head.substring(9, 12)), head, answer);
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("the connection ended after '" + head + "'");
      }
      head.append((char) octet);
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
