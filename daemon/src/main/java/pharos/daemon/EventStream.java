package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** The events of a daemon, one after the other. For one thread, but for {@link #close}. */
final class EventStream implements AutoCloseable {
  /** It says something every five seconds. */
  private static final int SILENT_MS = 15_000;

  /** Some ten thousands of peers are in one line. */
  private static final int MOST_BYTES = 64 << 20;

  private final Socket socket;
  private final InputStream in;

  /** What happened, and to whom. */
  record Event(String kind, String data) {}

  private EventStream(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  /** Asks for what happens to its peers. */
  static EventStream open(Daemon daemon) throws IOException {
    return open(daemon, "/v1/events");
  }

  /** Asks for what is told there. */
  static EventStream open(Daemon daemon, String path) throws IOException {
    Socket socket = daemon.ask(path, "text/event-stream", SILENT_MS);
    try {
      EventStream events = new EventStream(socket);
      events.head();
      return events;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void head() throws IOException {
    String first = line();
    String[] parts = first == null ? new String[0] : first.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new IOException("it does not speak HTTP");
    }
    if (parts[1].equals("401")) {
      throw new IOException(Daemon.WANTS_TOKEN);
    } else if (!parts[1].equals("200")) {
      throw new IOException("it answers " + parts[1]);
    }
    for (String line = first; line != null && !line.isEmpty(); line = line()) {
      // Nothing in it matters: it is told without parts, and ends with the connection.
    }
  }

  /** Waits for the next one; nothing at the end. */
  @Nullable Event next() throws IOException {
    String kind = "";
    String data = "";
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty() && !kind.isEmpty()) {
        return new Event(kind, data);
      } else if (line.startsWith("event: ")) {
        kind = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        data = line.substring("data: ".length());
      }
    }
    return null;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      line.write(next);
      if (line.size() > MOST_BYTES) {
        throw new IOException("it answers more than " + (MOST_BYTES >> 20) + " MiB");
      }
      next = in.read();
    }
    String text = line.toString(UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
