package pharos.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A value: bytes, and what they are for HTTP. Immutable. */
public final class Content {
  /** So many bytes at most. */
  public static final int MAX_BYTES = 64 * 1024;

  /** So long may its type be. */
  public static final int MAX_TYPE_BYTES = 127;

  /** What is said of bytes of which nothing is known. */
  public static final String OCTETS = "application/octet-stream";

  private final byte[] bytes;
  private final String type;

  /**
   * These bytes, which are copied.
   *
   * @param type as HTTP has it, such as {@code text/plain}: printable ASCII
   * @throws RecordsException TOO_LARGE for more than {@link #MAX_BYTES}
   */
  public Content(byte[] bytes, String type) {
    if (bytes.length > MAX_BYTES) {
      throw new RecordsException(
          RecordsException.Reason.TOO_LARGE,
          "a value has at most " + MAX_BYTES + " bytes, and this one " + bytes.length);
    }
    if (type.isEmpty()
        || type.length() > MAX_TYPE_BYTES
        || type.chars().anyMatch(it -> it < ' ' || it > '~')) {
      throw new RecordsException(
          RecordsException.Reason.BAD_CONTENT,
          "a type of content has 1 to " + MAX_TYPE_BYTES + " printable letters of ASCII");
    }
    this.bytes = bytes.clone();
    this.type = type;
  }

  /** A text in UTF-8. */
  public static Content text(String text) {
    return new Content(text.getBytes(UTF_8), "text/plain; charset=utf-8");
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many there are. */
  public int size() {
    return bytes.length;
  }

  /** What they are. */
  public String type() {
    return type;
  }

  /** The bytes read as UTF-8. */
  public String text() {
    return new String(bytes, UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content it && type.equals(it.type) && Arrays.equals(bytes, it.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + type.hashCode();
  }

  @Override
  public String toString() {
    return bytes.length + " bytes of " + type;
  }
}
