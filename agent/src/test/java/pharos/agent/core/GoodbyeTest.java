package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.BeaconKey;

/**
 * Goodbyes are proved: whoever forges one, be it with the very address of a peer, only makes us
 * look.
 */
class GoodbyeTest {
  private static final long FORGED = 666;

  private final CoreFixture lan = CoreFixture.running();
  private final InetSocketAddress elsewhere =
      new InetSocketAddress(CoreFixture.ip(10, 99, 0, 1), 41_000);

  /** One in his name and from his own address, as anybody with a raw socket can send it. */
  private void forgedGoodbye(Friend bob) {
    lan.hear(bob.says().leaving().build(), bob.broadcaster());
    lan.hear(bob.says().leaving().goodbye(FORGED).build(), bob.udpEndpoint());
  }

  private static void isLeft(Friend bob) {
    bob.leaves();
    assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news());
  }

  @Test
  void aForgedGoodbyeFromTheVeryAddressOfALivePeerIsAReasonToLookAndNoMore() {
    Friend bob = lan.met("bob");
    lan.forget();
    forgedGoodbye(bob);
    lan.runFor(3_000);
    assertEquals(List.of(), bob.news());
    assertFalse(bob.probed().isEmpty());
    assertEquals(2, lan.core.count(Count.GOODBYES_NOT_PROVED));
    bob.leaves();
    assertEquals(List.of("GONE LEFT"), bob.news());
  }

  @Test
  void aGoodbyeThatTellsTheSecretCountsFromWhereverItComes() {
    Friend bob = lan.met("bob");
    lan.hear(bob.farewell(), elsewhere);
    assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news());
  }

  @Test
  void whoSaysHowItFailedHasCrashedAndIsAsGoneAsOneThatLeft() {
    Friend bob = lan.met("bob");
    lan.hear(bob.farewell("exit 3"), elsewhere);
    assertEquals(List.of("ARRIVED", "GONE CRASHED: exit 3"), bob.news());
    lan.forget();
    bob.dropsDatagrams = true;
    bob.beacons(); // it comes too late, and nobody asks over TCP who said goodbye
    lan.runFor(3_000);
    assertEquals(List.of(), bob.news());
    assertEquals(List.of(), bob.asked());
  }

  @Test
  void aForgedDetailIsToldAsLittleAsAForgedGoodbye() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().leaving().goodbye(FORGED).detail("a lie").build(), bob.udpEndpoint());
    lan.runFor(3_000);
    bob.leaves();
    assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news());
  }

  @Test
  void whoWasMetByItsOwnQuestionIsAskedForItsHash() {
    Friend bob = lan.friendBefore("bob");
    bob.lives().beacons();
    bob.asksUs();
    lan.runFor(1_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), bob.asked());
    forgedGoodbye(bob);
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    isLeft(bob);
  }

  @Test
  void whoLeavesBeforeItsHashIsKnownAndRefusesThenHasLeft() {
    Friend bob = lan.friendBefore("bob");
    bob.lives().beacons();
    bob.asksUs();
    lan.runFor(60);
    assertEquals(List.of("ARRIVED"), bob.news());
    bob.leaves();
    bob.dies();
    lan.runFor(500);
    assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news());
  }

  @Test
  void whoLeavesByABroadcastFromAPortThatIsNotKnownYetAndRefusesHasLeft() {
    Friend bob = lan.friendBefore("bob");
    lan.hear(bob.says().build(), bob.udpEndpoint());
    bob.asksUs();
    lan.runFor(60);
    assertEquals(List.of("ARRIVED"), bob.news());
    bob.leaves();
    bob.dies();
    lan.runFor(500);
    assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news());
  }

  @Test
  void inACrowdItsEchoedAnswerTellsTheHash() {
    List<Friend> crowd = lan.met(70);
    Friend bob = lan.friend("bob").offersTheSameAs(crowd.get(0));
    bob.lives().beacons();
    bob.echoesUs();
    lan.runFor(50);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), bob.asked());
    forgedGoodbye(bob);
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    isLeft(bob);
  }

  @Test
  void nothingButAnAnswerToUsTeachesAHash() {
    Friend bob = lan.friendBefore("bob");
    Friend liar = lan.friendBefore("bob").cloneOf(bob, bob.incarnation);
    liar.document = bob.document;
    liar.secret = FORGED;
    bob.lives().beacons();
    liar.asksUs();
    lan.hear(bob.says().goodbye(Beacon.goodbyeHash(FORGED)).build(), bob.broadcaster());
    lan.hear(bob.says().echo(4_711).goodbye(Beacon.goodbyeHash(FORGED)).build(), bob.udpEndpoint());
    bob.asksUs();
    lan.runFor(20);
    forgedGoodbye(bob);
    lan.runFor(1_000);
    forgedGoodbye(bob);
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    isLeft(bob);
  }

  @Test
  void aHashIsNotOverwrittenWhileItsRunLasts() {
    Friend bob = lan.met("bob");
    lan.hear(
        bob.says().echo(lan.nonceFor(bob)).goodbye(Beacon.goodbyeHash(FORGED)).build(),
        bob.udpEndpoint());
    forgedGoodbye(bob);
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    isLeft(bob);
  }

  @Test
  void theNextRunHasASecretOfItsOwn() {
    Friend bob = lan.met("bob");
    Beacon former = bob.farewell();
    bob.restarts();
    bob.secret = 5;
    bob.beacons();
    lan.runFor(100);
    lan.hear(former.toBuilder().incarnation(bob.incarnation).build(), bob.broadcaster());
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED", "GONE REPLACED", "ARRIVED"), bob.news());
    bob.leaves();
    assertTrue(bob.news().contains("GONE LEFT"));
  }

  @Test
  void oneOfTheFormerFormatIsBelievedAsItWas() {
    Friend bob = lan.friend("bob");
    bob.isFormer = true;
    bob.isMet();
    lan.hear(bob.says().leaving().build(), elsewhere);
    assertEquals(List.of("ARRIVED"), bob.news());
    isLeft(bob);
  }

  @Test
  void oneOfTheFormerFormatThatDidNotLeaveIsBackWithinAnInterval() {
    Friend bob = lan.friend("bob");
    bob.isFormer = true;
    bob.isMet();
    lan.hear(bob.says().sequence(0xFFFF_FFFEL).nextMs(1_000).build(), bob.broadcaster());
    lan.hear(bob.says().leaving().sequence(0xFFFF_FFFFL).build(), bob.broadcaster());
    lan.runFor(1_050);
    assertEquals(List.of("ARRIVED", "GONE LEFT", "ARRIVED"), bob.news());
  }

  @Test
  void aForgedGoodbyeWhileOneIsBeingMetHidesNobody() {
    Friend bob = lan.friend("bob");
    bob.tcpLatencyNs = 20 * CoreFixture.MS;
    bob.lives().beacons();
    lan.runFor(5);
    forgedGoodbye(bob);
    lan.runFor(50);
    assertEquals(List.of("ARRIVED"), bob.news());
    isLeft(bob);
  }

  /** Its ports take a moment to close, and we look before that. */
  @Test
  void whoLeavesAsSoonAsItIsKnownHasLeftThoughItsPortsStillAnswerAtItsGoodbye() {
    for (int pauseMs : new int[] {0, 5, 20, 60, 100, 140}) {
      Friend bob = lan.friendBefore("bob" + pauseMs);
      bob.beacons();
      bob.asksUs();
      lan.runFor(40);
      assertEquals(List.of("ARRIVED"), bob.news());
      bob.leaves();
      bob.dropsDatagrams = true;
      bob.behindAProxy = true; // as the port of a process that ends takes connections
      lan.runFor(pauseMs);
      bob.dropsDatagrams = false;
      bob.behindAProxy = false;
      bob.dies();
      lan.runFor(3_000);
      assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news(), pauseMs + " ms");
    }
  }

  /** As it is received by one who has the key. */
  private static Beacon signed(Beacon beacon) {
    BeaconCodec codec = new BeaconCodec(new BeaconKey(1, new byte[16]));
    ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    codec.encode(beacon, datagram);
    return (Beacon) codec.decode(datagram.flip());
  }

  @Test
  void aSignatureCountsFromWhereverItComes() {
    Friend bob = lan.met("bob");
    lan.hear(signed(bob.says().leaving().build()), elsewhere);
    assertEquals(List.of("ARRIVED", "GONE LEFT"), bob.news());
  }

  @Test
  void aSignedBeaconFromElsewhereIsASignOfLifeAndACopyOfItIsNot() {
    Friend bob = lan.met("bob");
    lan.runFor(3_000);
    lan.forget();
    Beacon beacon = signed(bob.says().build());
    long elsewhereBefore = lan.core.count(Count.FROM_ELSEWHERE);
    lan.hear(beacon, elsewhere);
    assertEquals(elsewhereBefore, lan.core.count(Count.FROM_ELSEWHERE));
    assertEquals(lan.nowNs, lan.known(bob).heardNs);
    lan.runFor(100);
    lan.hear(beacon, elsewhere);
    assertEquals(elsewhereBefore + 1, lan.core.count(Count.FROM_ELSEWHERE));
  }
}
