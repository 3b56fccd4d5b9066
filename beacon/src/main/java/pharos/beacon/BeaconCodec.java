package pharos.beacon;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the presence datagram, and counts what it refused. A codec with keys signs what
 * it writes and accepts only what is signed by one of them; one without keys refuses what is
 * signed. For one thread; the counters can be read from any.
 */
public final class BeaconCodec {
  /** No datagram of ours is longer; a receive buffer of one byte more recognises those that are. */
  public static final int MAX_LENGTH = Layout.MAX_LENGTH;

  private static final int ACCEPTED = Reject.values().length;

  private final List<BeaconKey.Signer> keys;
  private final BeaconView view = new BeaconView();

  /** One for each reason, and the last for what was accepted. Only the codec's thread writes. */
  private final AtomicLongArray counts = new AtomicLongArray(ACCEPTED + 1);

  /** Signs with the first key and accepts all of them; without any, nothing is signed. */
  public BeaconCodec(BeaconKey... keys) {
    this.keys = Arrays.stream(keys).map(BeaconKey::signer).toList();
  }

  /**
   * Writes the beacon at the buffer's position, which moves past it; 255 bytes are always enough. A
   * buffer with less room than the beacon needs is left as it was.
   */
  public void encode(Beacon beacon, ByteBuffer target) {
    int length = beacon.writtenLength() + (keys.isEmpty() ? 0 : BeaconKey.SIGNATURE_LENGTH);
    if (target.remaining() < length) {
      throw new IllegalArgumentException(
          "the beacon has " + length + " bytes, the buffer has room for " + target.remaining());
    }
    ByteOrder order = target.order();
    target.order(ByteOrder.BIG_ENDIAN);
    int start = target.position();
    beacon.put(target, !keys.isEmpty());
    if (!keys.isEmpty()) {
      keys.get(0).sign(target, start);
    }
    target.order(order);
  }

  /** Reads from position to limit, and leaves the buffer as it was. */
  public Decoded decode(ByteBuffer datagram) {
    Reject reject = check(datagram, view);
    return reject != null ? reject : view.toBeacon();
  }

  /**
   * Moves the view over the datagram and says why it is no beacon; {@code null} when it is one.
   * Allocates nothing, unless it has a signature to verify or the buffer is little endian.
   */
  public @Nullable Reject check(ByteBuffer datagram, BeaconView view) {
    Reject reject = view.wrap(datagram);
    if (reject == null) {
      reject = checkSignature(datagram, view);
    }
    int index = indexOf(reject);
    counts.setOpaque(index, counts.getPlain(index) + 1);
    return reject;
  }

  /** How many datagrams were beacons. */
  public long accepted() {
    return counts.getOpaque(indexOf(null));
  }

  /** How many datagrams were refused for this reason. */
  public long rejected(Reject reason) {
    return counts.getOpaque(indexOf(reason));
  }

  @SuppressWarnings("EnumOrdinal") // the numbers never leave this object
  private static int indexOf(@Nullable Reject reason) {
    return reason == null ? ACCEPTED : reason.ordinal();
  }

  private @Nullable Reject checkSignature(ByteBuffer datagram, BeaconView view) {
    if (!view.isSigned()) {
      return keys.isEmpty() ? null : refused(view, Reject.UNSIGNED);
    }
    int keyId = view.keyId();
    Reject reject = Reject.UNKNOWN_KEY;
    for (BeaconKey.Signer key : keys) {
      if (key.keyId() == keyId) {
        if (key.verifies(datagram, datagram.position(), datagram.limit())) {
          return null;
        }
        reject = Reject.BAD_SIGNATURE;
      }
    }
    return refused(view, reject);
  }

  /** Nobody shall act on the fields of a stranger. */
  private static Reject refused(BeaconView view, Reject reason) {
    view.clear();
    return reason;
  }
}
