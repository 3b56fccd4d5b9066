package pharos.beacon;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs beacons: HMAC-SHA256, cut to 16 bytes. The key id goes in clear with each
 * datagram, so that two keys can be valid while one follows the other. Immutable, for any thread.
 */
public final class BeaconKey {
  /** Bytes of a signature as sent: the key id and the cut HMAC. */
  static final int SIGNATURE_LENGTH = 4 + 16;

  private static final int MAC_LENGTH = 16;
  private static final int MIN_SECRET_LENGTH = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final int id;
  private final SecretKeySpec secret;

  /** A key of at least 16 bytes, known to all of the cluster under this id. */
  public BeaconKey(int id, byte[] secret) {
    if (secret.length < MIN_SECRET_LENGTH) {
      throw new IllegalArgumentException(
          "a beacon key has at least " + MIN_SECRET_LENGTH + " bytes, not " + secret.length);
    }
    this.id = id;
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /** The id that the datagrams name. */
  public int id() {
    return id;
  }

  /** One thread's use of the key: a {@link Mac} keeps state. */
  Signer signer() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return new Signer(id, mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "BeaconKey[" + Integer.toHexString(id) + "]";
  }

  record Signer(int keyId, Mac mac) {
    /** Appends key id and signature to what {@code datagram} holds from {@code start} on. */
    void sign(ByteBuffer datagram, int start) {
      datagram.putInt(keyId);
      byte[] full = mac(datagram, start, datagram.position());
      datagram.put(full, 0, MAC_LENGTH);
    }

    /** Whether the last 16 bytes before {@code end} sign all that stands before them. */
    boolean verifies(ByteBuffer datagram, int start, int end) {
      byte[] full = mac(datagram, start, end - MAC_LENGTH);
      byte[] expected = new byte[MAC_LENGTH];
      System.arraycopy(full, 0, expected, 0, MAC_LENGTH);
      byte[] sent = new byte[MAC_LENGTH];
      datagram.get(end - MAC_LENGTH, sent);
      return MessageDigest.isEqual(expected, sent);
    }

    private byte[] mac(ByteBuffer datagram, int start, int end) {
      mac.update(datagram.duplicate().limit(end).position(start));
      return mac.doFinal();
    }
  }
}
