package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.beacon.Beacon;

/** Who forges the source of a datagram may say what a peer offers, but is found out by asking. */
class ContentTest {
  private static final long HUGE_SEQUENCE = 0xFFFF_FF00L;

  private final CoreFixture lan = CoreFixture.running();

  private Document shown(Friend friend) {
    return lan.core.peers().stream()
        .filter(peer -> peer.id().equals(friend.id))
        .findFirst()
        .orElseThrow()
        .document();
  }

  /** In his place, with another digest: of another that is known, or of nothing. */
  private void forge(Friend bob, long digest, int number) {
    Beacon forged = bob.says().digest(digest).sequence(HUGE_SEQUENCE + number).build();
    lan.hear(forged, bob.broadcaster());
  }

  @Test
  void anOfferThatIsTakenAwayOnceIsBackWithTheNextBeacon() {
    Friend bob = lan.met("bob");
    forge(bob, 0, 0);
    assertEquals(Document.EMPTY, shown(bob));
    lan.runFor(1_010);
    assertEquals(bob.document, shown(bob));
  }

  @Test
  void anOfferIsNotTakenAwayAgainAndAgain() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    long awayMs = 0;
    for (int i = 0; i < 200; i++) {
      forge(bob, i % 2 == 0 ? 0 : carol.document.digest(), i);
      lan.runFor(50);
      awayMs += shown(bob).equals(bob.document) ? 0 : 50;
    }
    assertTrue(awayMs <= 2_000, awayMs + " ms");
    assertTrue(bob.asked().size() <= 60, () -> bob.asked().size() + " questions in 10 s");
  }

  @Test
  void aChangeIsSeenWhileSomebodyForgesHigherSequences() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 100; i++) {
      if (i == 50) {
        bob.document = CoreFixture.document("more");
      }
      Beacon forged = bob.says().digest(77).sequence(HUGE_SEQUENCE + i).build();
      lan.hear(forged, bob.broadcaster());
      lan.runFor(100);
    }
    assertEquals(bob.document, shown(bob));
    assertEquals(List.of("ARRIVED", "UPDATED"), bob.news());
  }

  @Test
  void aForgedIntervalHidesNoDeath() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 100; i++) {
      Beacon forged = bob.says().nextMs(60_000).sequence(HUGE_SEQUENCE + i).build();
      lan.hear(forged, bob.broadcaster());
      lan.runFor(100);
    }
    bob.vanishes();
    lan.runFor(12_000);
    assertEquals(State.GONE, bob.state());
  }
}
