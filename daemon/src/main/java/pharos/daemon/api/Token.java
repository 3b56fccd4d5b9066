package pharos.daemon.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a request has to show: the token itself, or what a page was given in exchange for it. How
 * much of a wrong one is right cannot be told from the time it takes.
 */
public final class Token {
  private static final int BYTES = 24;
  private static final int FEWEST = 16;
  private static final int MOST = 256;

  private final String text;
  private final String cookie;

  private Token(String text) {
    this.text = text;
    cookie = Base64.getUrlEncoder().withoutPadding().encodeToString(digest("cookie " + text));
  }

  /**
   * One that somebody chose.
   *
   * @throws IllegalArgumentException when it is short, or could not stand in a header or a link
   */
  public static Token of(String text) {
    if (!text.matches("[A-Za-z0-9._~+/=-]{" + FEWEST + "," + MOST + "}")) {
      throw new IllegalArgumentException(
          "a token has " + FEWEST + " to " + MOST + " letters, digits and ._~+/=-");
    }
    return new Token(text);
  }

  /** One that nobody can guess. */
  public static Token random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** For the one line that tells it to whoever started this. */
  public String text() {
    return text;
  }

  boolean isShownBy(String given) {
    return isEqual(text, given);
  }

  /** What a page keeps instead. */
  String cookie() {
    return cookie;
  }

  boolean isKeptAs(String given) {
    return isEqual(cookie, given);
  }

  /** By their digests, which are of one length. */
  private static boolean isEqual(String one, String other) {
    return MessageDigest.isEqual(digest(one), digest(other));
  }

  private static byte[] digest(String text) {
    return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
