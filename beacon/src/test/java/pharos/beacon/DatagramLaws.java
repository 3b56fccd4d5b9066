package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds for whatever arrives. The property tests and the fuzzer both call it. */
final class DatagramLaws {
  static final BeaconKey KEY =
      new BeaconKey(0x7357_0001, "a secret of the laws".getBytes(StandardCharsets.US_ASCII));

  // Made once, since a fuzzer calls a million times. Tests run on one thread.
  private static final BeaconKey.Signer SIGNER = KEY.signer();
  private static final BeaconCodec KEYLESS = new BeaconCodec();
  private static final BeaconCodec KEYED = new BeaconCodec(KEY);

  private static final List<Reject> REASONS = List.of(Reject.values());
  private static final NodeId STRANGER = NodeId.of(new byte[NodeId.LENGTH]);

  private DatagramLaws() {}

  /** For receivers without a key and with one, the bytes as they are and well signed. */
  static void check(byte[] datagram) {
    check(ByteBuffer.wrap(datagram));
  }

  static void check(ByteBuffer datagram) {
    check(KEYLESS, datagram);
    check(KEYED, datagram);
    ByteBuffer signed = signed(datagram);
    if (signed != null) {
      check(KEYLESS, signed);
      check(KEYED, signed);
    }
  }

  private static void check(BeaconCodec codec, ByteBuffer datagram) {
    int position = datagram.position();
    int limit = datagram.limit();
    BeaconView view = new BeaconView();
    long accepted = codec.accepted();
    long rejected = rejected(codec);

    Decoded decoded = codec.decode(datagram);
    Reject reject = codec.check(datagram, view);

    assertEquals(position, datagram.position());
    assertEquals(limit, datagram.limit());
    if (decoded instanceof Beacon beacon) {
      assertEquals(null, reject);
      assertEquals(accepted + 2, codec.accepted());
      assertEquals(rejected, rejected(codec));
      agree(beacon, view);
      isStable(codec, beacon, datagram.remaining());
    } else {
      assertEquals(decoded, reject);
      assertEquals(accepted, codec.accepted());
      assertEquals(rejected + 2, rejected(codec));
      isEmpty(view);
    }
  }

  /** The bytes under a good signature; {@code null} when they have no flags to set. */
  private static @Nullable ByteBuffer signed(ByteBuffer datagram) {
    int length = datagram.remaining();
    if (length < Layout.FLAGS_AT + 2 || length > 2 * Layout.MAX_LENGTH) {
      return null;
    }
    ByteBuffer signed = ByteBuffer.allocate(length + BeaconKey.SIGNATURE_LENGTH);
    signed.put(datagram.duplicate());
    int flags = signed.getShort(Layout.FLAGS_AT) | Layout.SIGNED;
    signed.putShort(Layout.FLAGS_AT, (short) flags);
    SIGNER.sign(signed, 0);
    return signed.flip();
  }

  private static void agree(Beacon beacon, BeaconView view) {
    assertEquals(beacon.isLeaving(), view.isLeaving());
    assertEquals(beacon.isSolicit(), view.isSolicit());
    assertEquals(beacon.isOverlay(), view.isOverlay());
    assertEquals(beacon.nextMs(), view.nextMs());
    assertEquals(beacon.tcpPort(), view.tcpPort());
    assertEquals(beacon.udpPort(), view.udpPort());
    assertEquals(beacon.cluster(), view.cluster());
    assertEquals(beacon.id(), view.id());
    assertTrue(view.isFrom(beacon.id()));
    assertFalse(view.isFrom(STRANGER));
    assertEquals(beacon.id().hashCode(), view.idHash());
    assertEquals(beacon.incarnation(), view.incarnation());
    assertEquals(beacon.sequence(), view.sequence());
    assertEquals(beacon.digest(), view.digest());
    assertEquals(beacon.nonce(), view.nonce());
    assertEquals(beacon.echo(), view.echo());
    assertEquals(beacon.name(), view.name());
    assertEquals(beacon.service(), view.service());
    assertEquals(beacon.doubt(), view.doubt());
    assertEquals(beacon.addresses(), view.addresses());
    assertEquals(beacon.goodbye(), view.goodbye());
    assertEquals(beacon.vouch(), view.vouch());
    assertEquals(beacon.detail(), view.detail());
    assertEquals(beacon.isWitness(), view.isWitness());
    assertEquals(beacon.isDirect(), view.isDirect());
    assertEquals(beacon.isUnheard(), view.isUnheard());
    assertEquals(beacon.subjects(), view.subjects());
    assertEquals(beacon.accounts(), view.accounts());
    assertEquals(beacon.known(), view.known());
    assertEquals(beacon.heard(), view.heard());
    assertEquals(beacon.losses(), view.losses());
    assertEquals(beacon.hasSubjects(), view.hasSubjects());
    assertEquals(beacon.hasAccounts(), view.hasAccounts());
    assertEquals(beacon.length(), view.length());
    assertEquals(beacon.doubt().isPresent(), view.hasDoubt());
    assertEquals(beacon, view.toBeacon());
    assertEquals(beacon.toString(), view.toBeacon().toString());
    assertEquals(beacon.hashCode(), view.toBeacon().hashCode());
  }

  private static void isEmpty(BeaconView view) {
    assertFalse(view.isLeaving() || view.isSolicit() || view.isOverlay() || view.hasDoubt());
    assertEquals(0, view.nextMs() | view.tcpPort() | view.udpPort() | view.cluster());
    assertEquals(0, view.incarnation() | view.sequence() | view.digest());
    assertEquals(0, view.nonce() | view.echo() | view.goodbye());
    assertTrue(view.vouch().isEmpty());
    assertFalse(
        view.isWitness()
            || view.isDirect()
            || view.isUnheard()
            || view.hasSubjects()
            || view.hasAccounts());
    assertEquals(0, view.known() | view.heard() | view.losses().size());
    assertEquals("", view.detail());
    assertEquals("", view.name() + view.service());
    assertTrue(view.id().isZero());
    assertTrue(view.isFrom(STRANGER));
    assertEquals(STRANGER.hashCode(), view.idHash());
    assertThrows(IllegalStateException.class, view::toBeacon);
  }

  private static void isStable(BeaconCodec codec, Beacon beacon, int length) {
    byte[] once = RandomBeacons.encode(codec, beacon);
    assertTrue(once.length <= length, "what is dropped makes it shorter, nothing makes it longer");
    Decoded again = codec.decode(ByteBuffer.wrap(once));
    assertEquals(beacon, again);
    assertArrayEquals(once, RandomBeacons.encode(codec, (Beacon) again));
    assertEquals(beacon, beacon.toBuilder().build());
  }

  private static long rejected(BeaconCodec codec) {
    long sum = 0;
    for (Reject reason : REASONS) {
      sum += codec.rejected(reason);
    }
    return sum;
  }
}
