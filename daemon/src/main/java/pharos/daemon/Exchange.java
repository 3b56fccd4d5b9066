package pharos.daemon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** One request to a daemon, and what it answered: also what is no text, and with its headers. */
final class Exchange {
  private final int status;
  private final String head;
  private final byte[] bytes;

  private Exchange(int status, String head, byte[] bytes) {
    this.status = status;
    this.head = head;
    this.bytes = bytes;
  }

  /** Asks; one that does not answer has failed. */
  static Exchange of(
      Daemon daemon, String method, String path, Map<String, String> headers, byte[] body) {
    String told = new String(daemon.exchange(method, path, headers, body), ISO_8859_1);
    try {
      Daemon.Answer answer = Daemon.answer(told);
      String head = told.substring(0, told.length() - answer.body().length());
      return new Exchange(answer.status(), head, answer.body().getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new Failure(daemon.label() + " does not answer: " + Errors.reason(e), e);
    }
  }

  int status() {
    return status;
  }

  /** A header, or nothing. */
  String header(String name) {
    String begin = name.toLowerCase(Locale.ROOT) + ":";
    return head.lines()
        .filter(it -> it.toLowerCase(Locale.ROOT).startsWith(begin))
        .map(it -> it.substring(begin.length()).strip())
        .findFirst()
        .orElse("");
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** The body as a text. */
  String text() {
    return new String(bytes, UTF_8);
  }

  /** Why not, as it told it. */
  String why() {
    return new Daemon.Answer(status, text()).why();
  }
}
