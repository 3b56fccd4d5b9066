package pharos.kademlia;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a contact tells about itself: JSON as its owner wrote it, at most 4 KiB. Nobody on the way
 * looks inside, except an {@link Arbiter} that merges. An immutable value for any thread.
 */
public final class ContactData implements Comparable<ContactData> {
  /** The most bytes that data may have. */
  public static final int MAX_LENGTH = 4_096;

  /** The data of a contact that tells nothing. */
  public static final ContactData NONE = new ContactData(new byte[0]);

  private final byte[] bytes;

  private ContactData(byte[] bytes) {
    if (bytes.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the data of a contact has at most " + MAX_LENGTH + " bytes, not " + bytes.length);
    }
    this.bytes = bytes;
  }

  /** The data with these bytes. */
  public static ContactData of(byte[] bytes) {
    return bytes.length == 0 ? NONE : new ContactData(bytes.clone());
  }

  /** The data with this text in UTF-8. */
  public static ContactData ofText(String json) {
    return json.isEmpty() ? NONE : new ContactData(json.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  @Override
  public int compareTo(ContactData other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContactData that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes as text. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
