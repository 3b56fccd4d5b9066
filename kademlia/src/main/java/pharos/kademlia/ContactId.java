package pharos.kademlia;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a contact is looked up by: bytes, any from 1 to 256 of them. Text and base64 are two ways to
 * write them, and nothing guesses which one is meant: {@code Zm9v} is a fine text, and is three
 * bytes in base64. An immutable value for any thread.
 */
public final class ContactId implements Comparable<ContactId> {
  /** The most bytes an id may have. */
  public static final int MAX_LENGTH = 256;

  private static final int RANDOM_LENGTH = 20;

  private final byte[] bytes;
  private final Key key;

  private ContactId(byte[] bytes, String written) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("the id of a contact is missing");
    }
    if (bytes.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the id of a contact has at most %s bytes, but '%s…' has %s"
              .formatted(
                  MAX_LENGTH, written.substring(0, Math.min(written.length(), 40)), bytes.length));
    }
    this.bytes = bytes;
    key = Key.hashOf(bytes);
  }

  /** A new id of 20 bytes out of the caller's randomness, such as a {@code SecureRandom}. */
  public static ContactId random(RandomGenerator random) {
    byte[] bytes = new byte[RANDOM_LENGTH];
    random.nextBytes(bytes);
    return new ContactId(bytes, "");
  }

  /** The id with these bytes. */
  public static ContactId of(byte[] bytes) {
    return new ContactId(bytes.clone(), "");
  }

  /** The id whose bytes are this text in UTF-8. */
  public static ContactId ofText(String text) {
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("half a character in the id '" + text + "'", e);
    }
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return new ContactId(bytes, text);
  }

  /** The id whose bytes this is in base64, plain or URL-safe, with or without padding. */
  public static ContactId ofBase64(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
      return new ContactId(bytes, text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("no id in base64: '" + text + "': " + e.getMessage(), e);
    }
  }

  /** Where in the key space it lies. */
  public Key key() {
    return key;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  /** Standard base64 with padding. */
  public String toBase64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The bytes as text, when they are text. */
  public Optional<String> toText() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** For people: text in quotes where it can be read, base64 without quotes otherwise. */
  @Override
  public String toString() {
    return toText()
        .filter(text -> text.codePoints().noneMatch(Character::isISOControl))
        .map(text -> "'" + text + "'")
        .orElseGet(this::toBase64);
  }

  @Override
  public int compareTo(ContactId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContactId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
