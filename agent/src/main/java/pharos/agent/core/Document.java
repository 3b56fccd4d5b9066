package pharos.agent.core;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * What an agent offers: the {@code capabilities} array as its owner serialised it. The core never
 * looks inside; the digest tells whether two are the same. Immutable, for any thread.
 */
public final class Document implements Serializable {
  /** What an agent has that offers nothing; its digest is 0. */
  public static final Document EMPTY = new Document("[]".getBytes(StandardCharsets.UTF_8), 0);

  private final byte[] bytes;
  private final long digest;

  private Document(byte[] bytes, long digest) {
    this.bytes = bytes;
    this.digest = digest;
  }

  /** The document with these bytes, of at least one capability. */
  public static Document of(byte[] bytes) {
    return new Document(bytes.clone(), digestOf(bytes));
  }

  /** The first eight bytes of SHA-256; where they are zero by chance, 1: 0 means none. */
  private static long digestOf(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      long digest = ByteBuffer.wrap(hash).getLong();
      return digest == 0 ? 1 : digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  /** What a beacon says of it. */
  public long digest() {
    return digest;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Document that && digest == that.digest;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(digest);
  }

  @Override
  public String toString() {
    return "Document[" + Long.toHexString(digest) + ", " + bytes.length + " bytes]";
  }
}
