package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.Peer;
import pharos.agent.json.Json;

/**
 * A running agent with HTTP, as a command knows it: by its file, or by its URL alone. Asked over a
 * plain socket: the JDK's clients take longer to load than the answer takes.
 *
 * @param label how people tell it from others
 * @param url without a path
 * @param token what it wants to be shown; empty for nothing
 * @param cluster the name of its cluster; empty for the one without
 * @param startedMs when it started, since 1970
 * @param self itself, as its peers see it, as JSON; empty where only its URL is known
 */
record Daemon(
    String label,
    String url,
    String token,
    String cluster,
    int beaconPort,
    boolean isLoopback,
    long startedMs,
    String self) {
  private static final int CONNECT_MS = 1_000;
  static final int LIFE_MS = 2_000;

  /** Longer than it looks for a contact. */
  private static final int ANSWER_MS = 10_000;

  /** Some ten thousands of peers. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int MOST_PORT = 65_535;
  private static final int UNAUTHORIZED = 401;
  static final String WANTS_TOKEN =
      "it wants its token: set PHAROS_HTTP_TOKEN to what it was given, or told at its start";

  /** Of what is shown to people in a line. */
  private static final int MOST_SAID = 1_000;

  /** What it said. */
  record Answer(int status, String body) {
    boolean isOk() {
      return status == 200;
    }

    /** Why not, as it told it. */
    String why() {
      if (status == UNAUTHORIZED) {
        return WANTS_TOKEN;
      }
      Object detail = Json.members(body).get("detail");
      return cut(detail == null ? body.strip() : detail.toString());
    }

    /** The body, as far as it can be of an agent that tells how it is. */
    String said() {
      return cut(body.strip());
    }

    private static String cut(String text) {
      return text.length() > MOST_SAID ? text.substring(0, MOST_SAID) : text;
    }
  }

  /** The one at this URL, which says {@code http://HOST:PORT}. */
  static Daemon at(String url, String token) {
    URL parsed =
        url(url).orElseThrow(() -> new Misuse("'" + url + "' is no URL: write http://HOST:PORT"));
    String bare = "http://" + parsed.getAuthority();
    return new Daemon(bare, bare, token, "", 0, false, 0, "");
  }

  /** The URL, if it is one that can be asked. */
  static Optional<URL> url(String text) {
    try {
      URL given = new URL(text);
      boolean isOurs =
          given.getProtocol().equals("http")
              && !given.getHost().isEmpty()
              && given.getPort() <= MOST_PORT;
      return isOurs ? Optional.of(given) : Optional.empty();
    } catch (MalformedURLException e) {
      return Optional.empty();
    }
  }

  /** What is written of a daemon into its file. */
  static String file(Peer self, String url, String token, NetworkOptions.Network network) {
    return Json.write(
            Json.object(
                "url", url,
                "token", Optional.of(token).filter(it -> !it.isEmpty()),
                "cluster", network.cluster(),
                "beaconPort", network.beaconPort(),
                "loopback", network.isLoopback(),
                "started", self.incarnation(),
                "self", new Json.Raw(self.toJson())))
        + System.lineSeparator();
  }

  /** What is in such a file; nothing when it is none. */
  static Optional<Daemon> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      return Optional.empty();
    }
    Map<String, Object> all = Json.members(text);
    String url = String.valueOf(all.get("url"));
    if (url(url).isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> self = Json.members(all.get("self"));
    String pid = String.valueOf(file.getFileName()).replaceFirst("\\..*", "");
    return Optional.of(
        new Daemon(
            self.getOrDefault("name", "agent") + " (process " + pid + ")",
            url,
            String.valueOf(all.getOrDefault("token", "")),
            String.valueOf(all.getOrDefault("cluster", "")),
            (int) number(all.get("beaconPort")),
            Boolean.TRUE.equals(all.get("loopback")),
            number(all.get("started")),
            self.isEmpty() ? "" : Json.write(self)));
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** Asks it for a resource, and waits for so long. */
  Answer get(String path, int patienceMs) throws IOException {
    // Whoever answers there may do so letter by letter.
    long deadlineNs = System.nanoTime() + 2_000_000L * patienceMs;
    try (Socket socket = ask(path, "application/json, application/problem+json", patienceMs)) {
      return answer(new String(read(socket.getInputStream(), deadlineNs), UTF_8));
    }
  }

  /** What it has there that is no text; tells why not, for whoever asked. */
  byte[] bytes(String path) {
    Exchange told = Exchange.of(this, "GET", path, Map.of("Accept", "*/*"), new byte[0]);
    if (told.status() != 200) {
      throw new Failure(label + ": " + told.why());
    }
    return told.bytes();
  }

  /** Asks it; the answer comes there, no more than so long apart, and ends with the connection. */
  Socket ask(String path, String types, int patienceMs) throws IOException {
    return send("GET", path, Map.of("Accept", types), new byte[0], patienceMs);
  }

  /** The same for any request. */
  private Socket send(
      String method, String path, Map<String, String> headers, byte[] body, int patienceMs)
      throws IOException {
    URL at = url(url + path).orElseThrow(() -> new MalformedURLException(url));
    int port = at.getPort() < 0 ? at.getDefaultPort() : at.getPort();
    String host = at.getHost().replaceAll("^\\[|]$", "");
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
      socket.setSoTimeout(patienceMs);
      byte[] head = head(method, at, headers).getBytes(UTF_8);
      byte[] all = Arrays.copyOf(head, head.length + body.length);
      System.arraycopy(body, 0, all, head.length, body.length);
      socket.getOutputStream().write(all);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private String head(String method, URL at, Map<String, String> headers) {
    StringBuilder head = new StringBuilder(method + " " + at.getFile() + " HTTP/1.0\r\n");
    head.append("Host: ").append(at.getAuthority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (!token.isEmpty()) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** All that it answers to a request of any kind, octet by octet. */
  byte[] exchange(String method, String path, Map<String, String> headers, byte[] body) {
    long deadlineNs = System.nanoTime() + 2_000_000L * ANSWER_MS;
    try (Socket socket = send(method, path, headers, body, ANSWER_MS)) {
      return read(socket.getInputStream(), deadlineNs);
    } catch (IOException e) {
      throw new Failure(label + " does not answer: " + Errors.reason(e), e);
    }
  }

  /** All of it: one who speaks HTTP/1.0 ends with the connection. */
  private static byte[] read(InputStream in, long deadlineNs) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] part = new byte[1 << 14];
    for (int count = in.read(part); count >= 0; count = in.read(part)) {
      all.write(part, 0, count);
      if (System.nanoTime() - deadlineNs > 0) {
        throw new SocketTimeoutException("it takes too long");
      }
      if (all.size() > MOST_BYTES) {
        throw new IOException("it answers more than " + (MOST_BYTES >> 20) + " MiB");
      }
    }
    return all.toByteArray();
  }

  static Answer answer(String told) throws IOException {
    int end = told.indexOf("\r\n\r\n");
    String[] first = told.substring(0, Math.max(0, told.indexOf('\r'))).split(" ", 3);
    if (end < 0 || first.length < 2 || !first[0].startsWith("HTTP/1.") || !isStatus(first[1])) {
      throw new IOException("it does not speak HTTP");
    }
    return new Answer(Integer.parseInt(first[1]), told.substring(end + 4));
  }

  private static boolean isStatus(String text) {
    return text.length() == 3 && text.chars().allMatch(each -> each >= '0' && each <= '9');
  }

  /** The same; one that does not answer has failed. */
  Answer ask(String path) {
    try {
      return get(path, ANSWER_MS);
    } catch (IOException e) {
      String where = label.equals(url) ? "" : " at " + url;
      throw new Failure(label + " does not answer" + where + ": " + Errors.reason(e), e);
    }
  }
}
