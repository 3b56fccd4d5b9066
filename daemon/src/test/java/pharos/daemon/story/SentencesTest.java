package pharos.daemon.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pharos.agent.GoneReason;
import pharos.agent.core.Evidence;
import pharos.agent.core.Sign;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

/** Stories in words. */
class SentencesTest {
  private static final NodeId BETA = Happenings.id(7);

  private final Stories stories = new Stories(InstantSource.fixed(Instant.EPOCH), 1 << 20);
  private final Happenings lan = new Happenings(stories);
  private final Sentences sentences =
      new Sentences("alpha", id -> id.equals(BETA) ? "beta" : "agent " + id.toShortString());

  private Told gamma() {
    return stories.find("gamma").get(0);
  }

  private List<String> texts() {
    return sentences.of(gamma().entries());
  }

  private String last() {
    return texts().get(texts().size() - 1);
  }

  @Test
  void ofAKilledPeerItIsSaidWhatBrokeWhatRefusedWhereAndHowLongItTook() {
    lan.arrives().after(5_000);
    lan.noticed(Happenings.GAMMA, "DOUBTED", 1, 0, Optional.of(BETA));
    lan.noticed("TRIED", 1, 0).noticed("PROBED", 1, 0).after(1).noticed("REFUSED_TCP", 1, 0);
    lan.after(7).moved("ALIVE", "REFUSED", "GONE", 8);
    assertEquals(
        "watch by beta broke · 1 probe unanswered at 10.0.0.5:41873 · refused at 10.0.0.5:41873"
            + " · gone CRASHED, 8 ms",
        sentences.summary(gamma()));
    assertEquals(
        List.of(
            "heard for the first time, from 10.0.0.5:41873",
            "asked by TCP at 10.0.0.5:41873 what it offers: it answered after 3 ms",
            "arrived: it answered, and what it offers is known, 7 ms after it was heard",
            "watch by alpha (this agent) begins: a connection to 10.0.0.5:41873, whose end tells"
                + " of a crash",
            "watch by beta broke: it told all to look",
            "connection to 10.0.0.5:41873 tried",
            "1 probe unanswered at 10.0.0.5:41873: asked by UDP whether it is there",
            "refused at 10.0.0.5:41873 by TCP: no program has this port now",
            "gone CRASHED, 8 ms: 10.0.0.5:41873 refuses, where it answered before: it is not"
                + " running"),
        texts());
  }

  @Test
  void ofASilentPeerItIsSaidHowManyBeaconsAndProbesWereInVain() {
    lan.arrives().after(1_500).noticed("MISSED", 1, 1_500);
    for (int i = 0; i < 3; i++) {
      lan.noticed("PROBED", 1, 0).after(300);
    }
    lan.moved("ALIVE", "UNANSWERED", "SUSPECT", 2_400);
    for (int i = 0; i < 5; i++) {
      lan.noticed("PROBED", 1, 0).after(300);
    }
    lan.asked("LAST", "LATE", 2_500).noticed("MISSED", 5, 5_100);
    lan.moved("SUSPECT", "SILENCE", "GONE", 5_100);
    assertEquals(
        "8 probes unanswered at 10.0.0.5:41873 · no answer by TCP at 10.0.0.5:41873"
            + " · 5 beacons missed · gone SILENT, 5100 ms",
        sentences.summary(gamma()));
    assertTrue(last().startsWith("gone SILENT, 5100 ms: no beacon and no answer for that long"));
  }

  @Test
  void whoLeftSaidGoodbye() {
    lan.arrives().after(5_000).moved("ALIVE", "LEAVING", "GONE", 0);
    assertEquals("gone LEFT, 0 ms", sentences.summary(gamma()));
    assertTrue(last().contains("it said goodbye"));
  }

  @Test
  void whoFailedAndSaidSoCrashedByItsOwnWord() {
    lan.arrives().after(5_000).fails("exit 3");
    assertEquals("said at its end: exit 3 · gone CRASHED, 3 ms", sentences.summary(gamma()));
    assertEquals("gone CRASHED, 3 ms: it said so itself at its end, and why: exit 3", last());
    assertEquals(Optional.of(GoneReason.CRASHED), gamma().reason());
  }

  @Test
  void whatWasAnsweredIsNotCalledUnanswered() {
    lan.arrives().noticed("MISSED", 1, 1_500).noticed("PROBED", 1, 0);
    lan.after(2).noticed("ECHOED", 1, 2);
    assertEquals("1 probe at 10.0.0.5:41873: asked by UDP whether it is there", texts().get(5));
    assertEquals("answered the probe from 10.0.0.5:41873 after 2 ms", last());
    assertEquals("arrived", sentences.summary(gamma()));
  }

  @Test
  void aLaterRunIsToldApart() {
    lan.arrives().moved("ALIVE", "DISPLACED", "GONE", 0);
    lan.moved(Happenings.GAMMA, 2, "GONE", "HEARD", "ASKING", 0);
    assertEquals(
        "another run of it: heard again from 10.0.0.5:41873, and asked whether it is there",
        last());
  }

  @Test
  void millisecondsAreWholeAndLessThanOneIsSaid() {
    assertEquals("0 ms", Sentences.ms(Duration.ZERO));
    assertEquals("<1 ms", Sentences.ms(Duration.ofNanos(400_000)));
    assertEquals("8 ms", Sentences.ms(Duration.ofNanos(7_600_000)));
  }

  @ParameterizedTest
  @EnumSource
  void eachSignHasASentenceAndSaysNoWordInCapitals(Sign sign) {
    lan.arrives().noticed(sign.name(), 2, 1_200);
    String text = last().replace("TCP", "").replace("UDP", "");
    assertTrue(text.length() > 20, text);
    assertFalse(text.matches(".*[A-Z]{4}.*"), text);
  }

  @ParameterizedTest
  @EnumSource
  void eachEvidenceHasASentenceForWhereverItMoves(Evidence evidence) {
    for (State from : State.values()) {
      for (State to : State.values()) {
        lan.moved(from.name(), evidence.name(), to.name(), 3);
        if (from != State.GONE || to != State.UNKNOWN) {
          assertTrue(last().length() > 10, last());
        }
      }
    }
  }
}
