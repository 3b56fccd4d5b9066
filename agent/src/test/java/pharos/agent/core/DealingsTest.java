package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;

/** What the application says of peers that it talks to. */
class DealingsTest {
  private final CoreFixture lan = CoreFixture.running();
  private final Friend bob = lan.met("bob");
  private final Friend carol = lan.met("carol");

  DealingsTest() {
    lan.runFor(3_000);
    lan.forget();
  }

  private void fails(String cause) {
    lan.turn(() -> lan.core.onFailure(bob.id, cause));
  }

  private void works() {
    lan.turn(() -> lan.core.onSuccess(bob.id));
  }

  private String failure() {
    return lan.core.peers().stream()
        .filter(it -> it.id().equals(bob.id))
        .findFirst()
        .orElseThrow()
        .hearing()
        .word()
        .failure();
  }

  private long doubts() {
    return lan.done(Effect.Broadcast.class).stream().filter(it -> it.beacon().hasDoubt()).count();
  }

  @Test
  void oneFailureMakesUsLook() {
    fails("timeout");
    assertEquals(1, lan.done(Effect.Probe.class, it -> it.peer().equals(bob.id)).size());
    assertEquals("", failure());
    assertEquals(0, doubts());
    lan.runFor(10_000);
    assertEquals(List.of(), lan.told());
  }

  @Test
  void aProcessThatDiedIsKnownAtOnce() {
    bob.is(Mood.DEAD);
    long sinceNs = lan.nowNs;
    fails("connection refused");
    lan.runFor(500);
    assertEquals(List.of("GONE bob CRASHED"), lan.told());
    long goneMs =
        lan.timesMs(Effect.Tell.class, it -> it.change().kind() == Change.Kind.GONE, sinceNs)
            .get(0);
    assertTrue(goneMs < 100, goneMs + " ms");
  }

  @Test
  void threeInARowMakeOthersLookAndAreNamedThoughItAnswers() {
    fails("timeout");
    fails("timeout");
    assertEquals(List.of(), lan.told());
    fails("status 500");
    assertEquals(1, doubts());
    assertEquals("status 500", failure());
    assertEquals(List.of("UPDATED bob"), lan.told());
    lan.runFor(20_000);
    assertEquals("status 500", failure());
    assertEquals(List.of("UPDATED bob"), lan.told());
  }

  @Test
  void anotherCauseIsNewsAndTheSameIsNot() {
    for (int i = 0; i < 5; i++) {
      fails("timeout");
    }
    assertEquals(List.of("UPDATED bob"), lan.told());
    fails("status 500");
    assertEquals(List.of("UPDATED bob", "UPDATED bob"), lan.told());
  }

  @Test
  void aSuccessInBetweenBeginsAnew() {
    fails("timeout");
    fails("timeout");
    works();
    fails("timeout");
    fails("timeout");
    assertEquals("", failure());
    assertEquals(0, doubts());
    assertEquals(List.of(), lan.told());
  }

  @Test
  void aSuccessEndsIt() {
    for (int i = 0; i < 3; i++) {
      fails("timeout");
    }
    works();
    assertEquals("", failure());
    assertEquals(List.of("UPDATED bob", "UPDATED bob"), lan.told());
  }

  @Test
  void itIsForgottenAfterAMinute() {
    for (int i = 0; i < 3; i++) {
      fails("timeout");
    }
    lan.runFor(59_000);
    assertEquals("timeout", failure());
    lan.runFor(1_100);
    assertEquals("", failure());
    assertEquals(List.of("UPDATED bob", "UPDATED bob"), lan.told());
    assertTrue(lan.known(bob).failures == null);
  }

  @Test
  void aStormOfComplaintsCostsOneLookAnIntervalAndFewDoubts() {
    for (int i = 0; i < 10_000; i++) {
      lan.turn(() -> lan.core.onFailure(bob.id, "timeout"));
      lan.runFor(2);
    }
    int probes = lan.done(Effect.Probe.class, it -> it.peer().equals(bob.id)).size();
    assertTrue(probes <= 45, probes + " probes in 20 s");
    assertTrue(doubts() <= 3, doubts() + " doubts in 20 s");
    assertEquals(List.of("UPDATED bob"), lan.told());
  }

  @Test
  void aSuccessIsASignOfLife() {
    bob.is(Mood.CUT_OFF);
    for (int i = 0; i < 20; i++) {
      lan.runFor(1_000);
      works();
    }
    assertFalse(lan.told().contains("GONE bob SILENT"), () -> lan.told().toString());
    lan.runFor(10_000);
    assertTrue(lan.told().contains("GONE bob SILENT"), () -> lan.told().toString());
  }

  @Test
  void whoIsNotListedIsNotSpokenOf() {
    Friend stranger = lan.friend("stranger");
    lan.turn(() -> lan.core.onFailure(stranger.id, "timeout"));
    lan.turn(() -> lan.core.onSuccess(stranger.id));
    carol.is(Mood.DEAD);
    lan.turn(() -> lan.core.onFailure(carol.id, "refused"));
    lan.runFor(1_000);
    lan.forget();
    lan.turn(() -> lan.core.onSuccess(carol.id));
    lan.turn(() -> lan.core.onFailure(carol.id, "refused"));
    lan.runFor(1_000);
    assertEquals(List.of(), lan.told());
  }

  @Test
  void anotherRunIsInnocent() {
    for (int i = 0; i < 3; i++) {
      fails("timeout");
    }
    bob.incarnation++;
    bob.sequence = 0;
    bob.beacons();
    lan.runFor(3_000);
    assertEquals("", failure());
    lan.forget();
    lan.runFor(70_000);
    assertEquals(List.of(), lan.told());
  }
}
