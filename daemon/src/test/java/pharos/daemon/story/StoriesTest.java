package pharos.daemon.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.GoneReason;
import pharos.beacon.NodeId;

/** What is kept of each peer, how repeats are folded, and who gives way at the bounds. */
class StoriesTest {
  private final Clock clock = new Clock();
  private final Stories stories = new Stories(() -> clock.now, 1 << 20);
  private final Happenings lan = new Happenings(stories);

  private static final class Clock {
    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  }

  private Told gamma() {
    return stories.find("gamma").get(0);
  }

  private List<String> lines() {
    return gamma().entries().stream().map(it -> it.what() + " " + it.times()).toList();
  }

  @Test
  void aStoryGoesFromTheFirstDatagramToTheEnd() {
    lan.arrives().after(5_000).noticed("WATCH_BROKEN", 1, 0).noticed("PROBED", 1, 0);
    lan.after(1).noticed("REFUSED_TCP", 1, 0).after(7).moved("ALIVE", "REFUSED", "GONE", 8);
    assertEquals(
        List.of(
            "MOVED 1",
            "ASKED 1",
            "MOVED 1",
            "WATCHED 1",
            "WATCH_BROKEN 1",
            "PROBED 1",
            "REFUSED_TCP 1",
            "MOVED 1"),
        lines());
    assertEquals("GONE", gamma().state());
    assertEquals(Optional.of(GoneReason.CRASHED), gamma().reason());
    assertTrue(gamma().isWhole());
  }

  @Test
  void whatRepeatsIsOneLineWithHowOften() {
    lan.arrives();
    for (int i = 0; i < 8; i++) {
      lan.after(100).noticed("PROBED", 1, 0);
    }
    assertEquals("PROBED 8", lines().get(4));
    Entry probes = gamma().entries().get(4);
    assertEquals(Duration.ofMillis(700), Duration.between(probes.at(), probes.until()));
  }

  @Test
  void aSilenceThatGoesOnIsToldAnewAndCountsOnce() {
    lan.arrives().after(1_500).noticed("MISSED", 1, 1_500).noticed("PROBED", 1, 0);
    lan.after(1_000).noticed("PROBED", 1, 0).after(3_300).noticed("MISSED", 5, 5_800);
    lan.moved("SUSPECT", "SILENCE", "GONE", 5_800);
    assertEquals(List.of("MISSED 5", "PROBED 2", "MOVED 1"), lines().subList(4, 7));
  }

  @Test
  void lossesThatEndWellAreToldOnceHoweverManyThereAre() {
    lan.arrives();
    for (int i = 0; i < 100; i++) {
      lan.after(10_000).noticed("MISSED", 1, 1_500).noticed("PROBED", 1, 0);
      lan.after(2).noticed("ECHOED", 1, 2);
    }
    assertEquals(List.of("MISSED 100", "PROBED 100", "ECHOED 100"), lines().subList(4, 7));
    assertEquals(7, lines().size());

    lan.after(10_000).noticed("MISSED", 1, 1_500).noticed("PROBED", 1, 0);
    assertEquals(List.of("MISSED 1", "PROBED 1"), lines().subList(7, 9), "this one is open yet");
  }

  @Test
  void movesAreNeverFolded() {
    lan.arrives();
    for (int i = 0; i < 3; i++) {
      lan.after(10).moved("ALIVE", "UNANSWERED", "SUSPECT", 0);
      lan.after(10).moved("SUSPECT", "LIFE", "ALIVE", 0);
    }
    assertEquals(4 + 6, lines().size());
  }

  @Test
  void ofALongStoryTheFirstAndTheNewestAreKeptAndItIsSaidHowManyAreNot() {
    lan.arrives();
    for (int i = 0; i < 100; i++) {
      lan.after(10).moved("ALIVE", "UNANSWERED", "SUSPECT", 0);
      lan.after(10).moved("SUSPECT", "LIFE", "ALIVE", 0);
    }
    lan.after(10).moved("ALIVE", "SILENCE", "GONE", 5_000);
    assertEquals(PeerStory.MOST, lines().size());
    assertEquals(4 + 201 - PeerStory.MOST, gamma().omitted());
    assertEquals("ASKED 1", lines().get(1));
    assertEquals("GONE", gamma().state());
  }

  @Test
  void whoIsGoneIsKeptForADayAndAStrangerForTenMinutes() {
    lan.arrives().moved("ALIVE", "LEAVING", "GONE", 0);
    NodeId stranger = Happenings.id(1);
    lan.moved(stranger, 1, "UNKNOWN", "HEARD", "ASKING", 0);
    assertEquals(2, stories.size());

    clock.now = clock.now.plus(Stories.KEPT_STRANGER).plusSeconds(60);
    assertEquals(List.of(), stories.find(stranger.toString()));
    assertEquals(1, stories.find("gamma").size());

    clock.now = clock.now.plus(Stories.KEPT);
    assertEquals(List.of(), stories.find("gamma"));
    assertEquals(0, stories.bytes());
  }

  @Test
  void thatOneIsForgottenWhoIsGoneIsNoNews() {
    lan.arrives().moved("ALIVE", "LEAVING", "GONE", 0).after(10_000);
    lan.moved("GONE", "FORGOTTEN", "UNKNOWN", 0);
    assertEquals("GONE", gamma().state());
  }

  @Test
  void aFloodOfInventedPeersTakesNothingFromThoseWhoWereListed() {
    lan.arrives().moved("ALIVE", "LEAVING", "GONE", 0);
    lan.moved(Happenings.id(1), 1, "UNKNOWN", "HEARD", "ASKING", 0);
    lan.moved(Happenings.id(1), 1, "ASKING", "MET", "ALIVE", 0);
    for (int i = 2; i < 20_000; i++) {
      lan.moved(Happenings.id(i), 1, "UNKNOWN", "HEARD", "ASKING", 0);
    }
    assertTrue(stories.bytes() <= stories.mostBytes(), () -> "" + stories.bytes());
    assertEquals(
        stories.bytes(),
        (long) stories.size() * (Stories.STORY_BYTES + Stories.ENTRY_BYTES)
            + 5L * Stories.ENTRY_BYTES);
    assertTrue(stories.dropped() > 10_000);
    assertEquals(1, stories.find(Happenings.GAMMA.toString()).size());
    assertEquals(1, stories.find(Happenings.id(1).toString()).size());
    assertEquals(0, stories.find(Happenings.id(2).toString()).size());
  }

  @Test
  void atTheBoundWhoIsGoneGivesWayBeforeWhoIsHereAndALaterBeginningSaysSo() {
    Stories few = new Stories(() -> clock.now, 4 * (Stories.STORY_BYTES + 2 * Stories.ENTRY_BYTES));
    Happenings there = new Happenings(few);
    for (int i = 0; i < 5; i++) {
      there.moved(Happenings.id(i), 1, "UNKNOWN", "HEARD", "ASKING", 0);
      there.moved(Happenings.id(i), 1, "ASKING", "MET", "ALIVE", 0);
      if (i == 3) {
        there.moved(Happenings.id(3), 1, "ALIVE", "LEAVING", "GONE", 0);
      }
    }
    assertEquals(List.of(), few.find(Happenings.id(3).toString()));
    assertTrue(few.find(Happenings.id(4).toString()).get(0).isWhole());

    for (int i = 5; i < 9; i++) {
      there.moved(Happenings.id(i), 1, "UNKNOWN", "HEARD", "ASKING", 0);
      there.moved(Happenings.id(i), 1, "ASKING", "MET", "ALIVE", 0);
    }
    there.noticed(Happenings.id(0), "MISSED", 1, 1_500, Optional.empty());
    assertFalse(few.find(Happenings.id(0).toString()).get(0).isWhole());
  }

  @Test
  void oneIsFoundByNameLettersIdOrTheBeginningOfIt() {
    lan.arrives();
    NodeId id = Happenings.GAMMA;
    for (String named :
        List.of("gamma", id.toString(), id.toBase64(), id.toShortString(), "gam", "gammaAAA")) {
      assertEquals(1, stories.find(named).size(), named);
    }
    assertEquals(List.of(), stories.find("ga"), "too short");
    assertEquals(List.of(), stories.find(""));
    assertEquals(List.of(), stories.find("delta"));
  }

  @Test
  void ofSeveralRunsOfANameTheOneThatIsHereComesFirstElseTheNewest() {
    NodeId first = Happenings.id(1);
    NodeId second = Happenings.id(2);
    for (NodeId each : List.of(first, second)) {
      lan.after(1_000).moved(each, 1, "UNKNOWN", "HEARD", "ASKING", 0);
      lan.moved(each, 1, "ASKING", "MET", "ALIVE", 0);
      if (each.equals(first)) {
        lan.after(1_000).moved(each, 1, "ALIVE", "REFUSED", "GONE", 8);
      }
    }
    assertEquals(List.of(second, first), stories.find("gamma").stream().map(Told::id).toList());
    lan.after(1_000).moved(second, 1, "ALIVE", "LEAVING", "GONE", 0);
    assertEquals(List.of(second, first), stories.find("gamma").stream().map(Told::id).toList());
  }
}
