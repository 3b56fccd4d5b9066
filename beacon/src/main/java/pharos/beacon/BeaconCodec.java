package pharos.beacon;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the presence datagram, and counts what it refused. A codec with keys signs what
 * it writes and accepts only what is signed by one of them; one without keys refuses what is
 * signed. For one thread; the counters can be read from any.
 */
public final class BeaconCodec {
  /** No datagram of ours is longer; a receive buffer of one byte more recognises those that are. */
  public static final int MAX_LENGTH = Layout.MAX_LENGTH;

  private final List<BeaconKey.Signer> keys = new ArrayList<>();
  private final BeaconView view = new BeaconView();
  private final Map<Reject, AtomicLong> rejected = new EnumMap<>(Reject.class);
  private final AtomicLong accepted = new AtomicLong();

  /** Signs with the first key and accepts all of them; without any, nothing is signed. */
  public BeaconCodec(BeaconKey... keys) {
    for (Reject reason : Reject.values()) {
      rejected.put(reason, new AtomicLong());
    }
    for (BeaconKey key : keys) {
      this.keys.add(key.signer());
    }
  }

  /**
   * Writes the beacon at the buffer's position, which moves past it; 255 bytes are always enough.
   */
  public void encode(Beacon beacon, ByteBuffer target) {
    int start = target.position();
    beacon.put(target, !keys.isEmpty());
    if (!keys.isEmpty()) {
      keys.get(0).sign(target, start);
    }
  }

  /** Reads from position to limit, and leaves the buffer as it was. */
  public Decoded decode(ByteBuffer datagram) {
    Reject reject = check(datagram, view);
    return reject != null ? reject : new Beacon(view, datagram);
  }

  /**
   * Moves the view over the datagram and says why it is no beacon; {@code null} when it is one.
   * Allocates nothing, unless it has a signature to verify.
   */
  public @Nullable Reject check(ByteBuffer datagram, BeaconView view) {
    Reject reject = view.wrap(datagram);
    if (reject == null) {
      reject = checkSignature(datagram, view);
    }
    counter(reject).incrementAndGet();
    return reject;
  }

  /** How many datagrams were beacons. */
  public long accepted() {
    return accepted.get();
  }

  /** How many datagrams were refused for this reason. */
  public long rejected(Reject reason) {
    return counter(reason).get();
  }

  private AtomicLong counter(@Nullable Reject reason) {
    return reason == null ? accepted : Objects.requireNonNull(rejected.get(reason));
  }

  private @Nullable Reject checkSignature(ByteBuffer datagram, BeaconView view) {
    if (!view.isSigned()) {
      return keys.isEmpty() ? null : Reject.UNSIGNED;
    }
    int keyId = datagram.getInt(datagram.limit() - BeaconKey.SIGNATURE_LENGTH);
    Reject reject = Reject.UNKNOWN_KEY;
    for (BeaconKey.Signer key : keys) {
      if (key.keyId() == keyId) {
        if (key.verifies(datagram, datagram.position(), datagram.limit())) {
          return null;
        }
        reject = Reject.BAD_SIGNATURE;
      }
    }
    return reject;
  }
}
