package pharos.beacon;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a beacon where it lies, without building one: for the thousandth beacon of a known peer.
 * {@link BeaconCodec#check} moves a view over a datagram; until the buffer is used again, the
 * getters tell its fields. A view of a refused datagram, or of none yet, is all zeroes and empty.
 * For one thread, and for as long as the bytes do not change.
 */
public final class BeaconView implements Presence {
  private static final ByteBuffer NOTHING =
      ByteBuffer.allocate(Layout.MIN_LENGTH).asReadOnlyBuffer();

  private ByteBuffer datagram = NOTHING;
  private int start;
  private int nameAt;
  private int serviceAt;
  private int addresses;
  private int end;

  /** Where the first extension of each known type has its value; 0 for none. */
  private final int[] firstAt = new int[Layout.LAST_KNOWN + 1];

  /** A view of nothing yet. */
  public BeaconView() {
    clear();
  }

  /** Checks everything but the signature. Reads from position to limit and moves neither. */
  @Nullable Reject wrap(ByteBuffer datagram) {
    this.datagram = bigEndian(datagram);
    start = datagram.position();
    end = datagram.limit();
    Reject reject = check();
    if (reject != null) {
      clear();
    }
    return reject;
  }

  /** Forgets the datagram, so that no getter tells what was refused. */
  void clear() {
    datagram = NOTHING;
    start = 0;
    nameAt = Layout.FIXED_LENGTH;
    serviceAt = Layout.FIXED_LENGTH + 1;
    end = Layout.MIN_LENGTH;
    forgetExtensions();
  }

  private void forgetExtensions() {
    Arrays.fill(firstAt, 0);
    addresses = 0;
  }

  private static ByteBuffer bigEndian(ByteBuffer datagram) {
    // The order is the caller's affair; a duplicate starts out as big endian.
    return datagram.order() == ByteOrder.BIG_ENDIAN ? datagram : datagram.duplicate();
  }

  private @Nullable Reject check() {
    Reject reject = checkFrame();
    if (reject == null) {
      reject = checkFixedPart();
    }
    if (reject == null) {
      reject = checkNames();
    }
    return reject != null ? reject : checkExtensions();
  }

  private static Reject foreign(int magicAndVersion) {
    return switch (magicAndVersion) {
      case Layout.ZRE_V1 -> Reject.ZRE_V1;
      case Layout.ZRE_V3 -> Reject.ZRE_V3;
      default -> Reject.FOREIGN;
    };
  }

  private @Nullable Reject checkFrame() {
    int length = end - start;
    if (length < Layout.MAGIC_AND_VERSION_LENGTH) {
      return Reject.TOO_SHORT;
    }
    int difference = datagram.getInt(start) ^ Layout.MAGIC_AND_VERSION;
    if (difference != 0) {
      return difference >>> 8 == 0 ? Reject.UNKNOWN_VERSION : foreign(datagram.getInt(start));
    }
    if (length < Layout.MIN_LENGTH) {
      return Reject.TOO_SHORT;
    }
    if (isSigned()) {
      if (length < Layout.MIN_LENGTH + BeaconKey.SIGNATURE_LENGTH) {
        return Reject.TOO_SHORT;
      }
      end -= BeaconKey.SIGNATURE_LENGTH;
    }
    return end - start > Layout.MAX_UNSIGNED_LENGTH ? Reject.TOO_LONG : null;
  }

  private @Nullable Reject checkFixedPart() {
    if (udpPort() == 0 || incarnation() <= 0 || isZeroId(start + Layout.ID_AT)) {
      return Reject.RESERVED_VALUE;
    }
    return nextMs() > Beacon.MAX_INTERVAL_MS ? Reject.INTERVAL_TOO_LONG : null;
  }

  private @Nullable Reject checkNames() {
    nameAt = start + Layout.FIXED_LENGTH;
    serviceAt = nameAt + 1 + lengthAt(nameAt);
    if (lengthAt(nameAt) > Text.MAX_BYTES || serviceAt >= end) {
      return Reject.BAD_LENGTH;
    }
    int serviceEnd = serviceAt + 1 + lengthAt(serviceAt);
    if (lengthAt(serviceAt) > Text.MAX_BYTES || serviceEnd > end) {
      return Reject.BAD_LENGTH;
    }
    boolean valid =
        Text.isValid(datagram, nameAt + 1, serviceAt)
            && Text.isValid(datagram, serviceAt + 1, serviceEnd);
    return valid ? null : Reject.BAD_TEXT;
  }

  private @Nullable Reject checkExtensions() {
    forgetExtensions();
    int at = extensionsAt();
    while (at < end) {
      if (at + 2 > end || at + 2 + lengthAt(at + 1) > end) {
        return Reject.BAD_LENGTH;
      }
      if (!isExtensionValid(datagram.get(at), at + 2, lengthAt(at + 1))) {
        return Reject.BAD_EXTENSION;
      }
      at += 2 + lengthAt(at + 1);
    }
    return isSolicit() && firstAt[Layout.NONCE] == 0 ? Reject.MISSING_NONCE : null;
  }

  private boolean isExtensionValid(byte type, int at, int length) {
    if (type <= 0 || type > Layout.LAST_KNOWN) {
      return true; // PAD, or of a later version: skipped by rule
    }
    boolean isFirst = firstAt[type] == 0;
    firstAt[type] = isFirst ? at : firstAt[type];
    return switch (type) {
      case Layout.ADDRESS ->
          ++addresses <= Beacon.MAX_ADDRESSES && Addresses.canBeAdvertised(datagram, at, length);
      case Layout.DOUBT ->
          isFirst
              && length == Layout.DOUBT_LENGTH
              && !isZeroId(at)
              && datagram.getLong(at + NodeId.LENGTH) > 0;
      case Layout.VOUCH -> isFirst && Addresses.canBeSource(datagram, at, length);
      case Layout.DETAIL ->
          isFirst
              && length > 0
              && length <= Text.MAX_DETAIL_BYTES
              && Text.isValid(datagram, at, at + length);
      case Layout.SUBJECTS ->
          isFirst && isListValid(length, Layout.SUBJECT_LENGTH, Beacon.MAX_SUBJECTS);
      case Layout.ACCOUNTS ->
          isFirst && isListValid(length, Layout.ACCOUNT_LENGTH, Beacon.MAX_SUBJECTS);
      case Layout.HEARING -> isFirst && isHearingValid(at, length);
      default -> isFirst && isNonceValid(at, length);
    };
  }

  private static boolean isListValid(int length, int each, int most) {
    return length > 0 && length <= most * each && length % each == 0;
  }

  private boolean isHearingValid(int at, int length) {
    int losses = length - Layout.HEARING_LENGTH;
    if (losses < 0
        || losses > Beacon.MAX_LOSSES * Layout.LOSS_LENGTH
        || losses % Layout.LOSS_LENGTH != 0
        || shortAt(at + Short.BYTES) == 0
        || shortAt(at) > shortAt(at + Short.BYTES)) {
      return false;
    }
    for (int percent = at + Layout.HEARING_LENGTH + Integer.BYTES;
        percent < at + length;
        percent += Layout.LOSS_LENGTH) {
      if (lengthAt(percent) < 1 || lengthAt(percent) > 100) {
        return false;
      }
    }
    return true;
  }

  private boolean isNonceValid(int at, int length) {
    return length == Layout.NONCE_LENGTH && datagram.getLong(at) != 0;
  }

  /**
   * Builds the beacon that the view shows, for the few that are looked at twice. Only after a check
   * that found no reason to refuse.
   */
  @Override
  public Beacon toBeacon() {
    if (udpPort() == 0) { // which no beacon has
      throw new IllegalStateException("the view shows no beacon");
    }
    return new Beacon(this);
  }

  /** All 16 flags, those of later versions too. */
  int flags() {
    return Short.toUnsignedInt(datagram.getShort(start + Layout.FLAGS_AT));
  }

  boolean isSigned() {
    return (flags() & Layout.SIGNED) != 0;
  }

  /** The id of the key that is said to have signed; only of a signed beacon. */
  int keyId() {
    return datagram.getInt(end);
  }

  @Override
  public boolean isLeaving() {
    return (flags() & Layout.LEAVING) != 0;
  }

  @Override
  public boolean isSolicit() {
    return (flags() & Layout.SOLICIT) != 0;
  }

  @Override
  public boolean isOverlay() {
    return (flags() & Layout.OVERLAY) != 0;
  }

  @Override
  public boolean isWitness() {
    return (flags() & Layout.WITNESS) != 0;
  }

  @Override
  public boolean isDirect() {
    return (flags() & Layout.DIRECT) != 0;
  }

  @Override
  public boolean isUnheard() {
    return (flags() & Layout.UNHEARD) != 0;
  }

  @Override
  public int nextMs() {
    return unsignedShort(Layout.NEXT_MS_AT);
  }

  @Override
  public int tcpPort() {
    return unsignedShort(Layout.TCP_PORT_AT);
  }

  @Override
  public int udpPort() {
    return unsignedShort(Layout.UDP_PORT_AT);
  }

  @Override
  public int cluster() {
    return datagram.getInt(start + Layout.CLUSTER_AT);
  }

  @Override
  public boolean isFrom(NodeId id) {
    return id.isAt(datagram, start + Layout.ID_AT);
  }

  @Override
  public int idHash() {
    return NodeId.hashAt(datagram, start + Layout.ID_AT);
  }

  @Override
  public NodeId id() {
    return NodeId.at(datagram, start + Layout.ID_AT);
  }

  @Override
  public long incarnation() {
    return datagram.getLong(start + Layout.INCARNATION_AT);
  }

  @Override
  public long sequence() {
    return Integer.toUnsignedLong(datagram.getInt(start + Layout.SEQUENCE_AT));
  }

  @Override
  public long digest() {
    return datagram.getLong(start + Layout.DIGEST_AT);
  }

  @Override
  public long nonce() {
    return number(Layout.NONCE);
  }

  @Override
  public long echo() {
    return number(Layout.ECHO);
  }

  @Override
  public boolean hasDoubt() {
    return firstAt[Layout.DOUBT] != 0;
  }

  @Override
  public Optional<Doubt> doubt() {
    int at = firstAt[Layout.DOUBT];
    return at == 0
        ? Optional.empty()
        : Optional.of(new Doubt(NodeId.at(datagram, at), datagram.getLong(at + NodeId.LENGTH)));
  }

  @Override
  public String name() {
    return new String(nameBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public String service() {
    return new String(serviceBytes(), StandardCharsets.UTF_8);
  }

  byte[] nameBytes() {
    return bytes(nameAt + 1, lengthAt(nameAt));
  }

  byte[] serviceBytes() {
    return bytes(serviceAt + 1, lengthAt(serviceAt));
  }

  @Override
  public List<InetAddress> addresses() {
    if (addresses == 0) {
      return List.of();
    }
    List<InetAddress> list = new ArrayList<>(addresses);
    for (int at = firstAt[Layout.ADDRESS] - 2;
        list.size() < addresses;
        at += 2 + lengthAt(at + 1)) {
      if (datagram.get(at) == Layout.ADDRESS) {
        list.add(Addresses.of(bytes(at + 2, lengthAt(at + 1))));
      }
    }
    return List.copyOf(list);
  }

  @Override
  public long goodbye() {
    return number(Layout.GOODBYE);
  }

  @Override
  public Optional<InetAddress> vouch() {
    byte[] address = value(Layout.VOUCH);
    return address.length == 0 ? Optional.empty() : Optional.of(Addresses.of(address));
  }

  @Override
  public String detail() {
    return new String(detailBytes(), StandardCharsets.UTF_8);
  }

  byte[] detailBytes() {
    return value(Layout.DETAIL);
  }

  @Override
  public boolean hasSubjects() {
    return firstAt[Layout.SUBJECTS] != 0;
  }

  @Override
  public List<Subject> subjects() {
    return list(
        Layout.SUBJECTS,
        Layout.SUBJECT_LENGTH,
        at ->
            new Subject(
                datagram.getLong(at), Short.toUnsignedInt(datagram.getShort(at + Long.BYTES))));
  }

  @Override
  public boolean hasAccounts() {
    return firstAt[Layout.ACCOUNTS] != 0;
  }

  @Override
  public List<Account> accounts() {
    return list(
        Layout.ACCOUNTS,
        Layout.ACCOUNT_LENGTH,
        at -> new Account(unsignedInt(at), unsignedInt(at + Integer.BYTES)));
  }

  @Override
  public int known() {
    int at = firstAt[Layout.HEARING];
    return at == 0 ? 0 : shortAt(at + Short.BYTES);
  }

  @Override
  public int heard() {
    int at = firstAt[Layout.HEARING];
    return at == 0 ? 0 : shortAt(at);
  }

  @Override
  public List<Loss> losses() {
    int at = firstAt[Layout.HEARING];
    if (at == 0 || lengthAt(at - 1) == Layout.HEARING_LENGTH) {
      return List.of();
    }
    int losses = (lengthAt(at - 1) - Layout.HEARING_LENGTH) / Layout.LOSS_LENGTH;
    return list(
        at + Layout.HEARING_LENGTH,
        losses,
        Layout.LOSS_LENGTH,
        it -> new Loss(datagram.getInt(it), lengthAt(it + Integer.BYTES)));
  }

  private <T> List<T> list(byte type, int length, IntFunction<T> one) {
    int at = firstAt[type];
    return list(at, at == 0 ? 0 : lengthAt(at - 1) / length, length, one);
  }

  private static <T> List<T> list(int at, int count, int length, IntFunction<T> one) {
    return IntStream.range(0, count).mapToObj(i -> one.apply(at + i * length)).toList();
  }

  private long unsignedInt(int at) {
    return Integer.toUnsignedLong(datagram.getInt(at));
  }

  /** Whoever has keys refuses what is badly signed, and who has none refuses what is signed. */
  @Override
  public boolean isAuthentic() {
    return isSigned();
  }

  @Override
  public int length() {
    return end - start;
  }

  /**
   * Shows a datagram that was checked before, such as one of {@link #toBytes}; a signature is not
   * checked again. Whether it is one.
   */
  public boolean read(ByteBuffer checked) {
    return wrap(checked) == null;
  }

  /** The datagram as it came, key id and signature included. */
  public byte[] toBytes() {
    int whole = isSigned() ? end + BeaconKey.SIGNATURE_LENGTH : end;
    byte[] bytes = new byte[whole - start];
    datagram.get(start, bytes);
    return bytes;
  }

  private int extensionsAt() {
    return serviceAt + 1 + lengthAt(serviceAt);
  }

  private boolean isZeroId(int at) {
    return (datagram.getLong(at) | datagram.getLong(at + 8) | datagram.getInt(at + 16)) == 0;
  }

  private long number(byte type) {
    int at = firstAt[type];
    return at == 0 ? 0 : datagram.getLong(at);
  }

  private byte[] value(byte type) {
    int at = firstAt[type];
    return at == 0 ? new byte[0] : bytes(at, lengthAt(at - 1));
  }

  private int lengthAt(int at) {
    return Byte.toUnsignedInt(datagram.get(at));
  }

  private int unsignedShort(int offset) {
    return shortAt(start + offset);
  }

  private int shortAt(int at) {
    return Short.toUnsignedInt(datagram.getShort(at));
  }

  private byte[] bytes(int at, int length) {
    byte[] bytes = new byte[length];
    datagram.get(at, bytes);
    return bytes;
  }
}
