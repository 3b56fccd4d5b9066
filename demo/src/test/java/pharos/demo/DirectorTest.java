package pharos.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The demo without a process: this test plays all programs. */
class DirectorTest {
  private static final List<Scene> TWO =
      List.of(new Scene("Two start", "words", Act.START, List.of("alpha", "beta")));

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Map<String, Long> pids = new HashMap<>();
  private final List<Effect> all = new ArrayList<>();

  private Director director = directs(TWO, false, Optional.empty());

  private Director directs(List<Scene> story, boolean playsOn, Optional<Duration> limit) {
    return new Director(story, playsOn, limit, now);
  }

  private List<Effect> on(Input input) {
    List<Effect> effects = director.on(input, now);
    all.addAll(effects);
    for (Effect effect : effects) {
      if (effect instanceof Effect.Launch it) {
        long pid = 100L + pids.size() + all.size();
        pids.put(it.actor(), pid);
        on(new Input.Launched(it.actor(), pid));
      }
    }
    return effects;
  }

  private List<Effect> after(long ms) {
    now = now.plusMillis(ms);
    return on(new Input.Tick());
  }

  private List<Effect> keys(String keys) {
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < keys.length(); i++) {
      effects.addAll(on(new Input.Key(keys.charAt(i))));
    }
    return effects;
  }

  private long pid(String name) {
    return pids.getOrDefault(name, 0L);
  }

  private String id(String name) {
    return name + pid(name);
  }

  private List<Effect> report(String actor, String what, String subject, String reason) {
    Report report =
        new Report(now, what, id(subject), subject, reason, List.of("Work at tcp://x:1"), "");
    return on(new Input.Reported(actor, pid(actor), report));
  }

  private List<Effect> report(String actor, String what, String subject) {
    return report(actor, what, subject, "");
  }

  private void isUp(String... actors) {
    for (String actor : actors) {
      report(actor, Report.STARTED, actor);
    }
  }

  private void meet(String... actors) {
    for (String one : actors) {
      for (String other : actors) {
        if (!one.equals(other)) {
          report(one, "ARRIVED", other);
        }
      }
    }
  }

  private static List<String> texts(List<Effect> effects, Line.Kind kind) {
    return effects.stream()
        .filter(it -> it instanceof Effect.Show show && show.line().kind() == kind)
        .map(it -> ((Effect.Show) it).line().text())
        .toList();
  }

  private static Optional<Integer> end(List<Effect> effects) {
    return effects.stream()
        .filter(it -> it instanceof Effect.End)
        .map(it -> ((Effect.End) it).code())
        .findFirst();
  }

  /** Two are there, the story is over, and somebody plays. */
  private void play() {
    director = directs(TWO, true, Optional.empty());
    on(new Input.Tick());
    isUp("alpha", "beta");
    meet("alpha", "beta");
    after(Scene.PAUSE_MS);
    assertFalse(texts(all, Line.Kind.PROMPT).isEmpty());
    all.clear();
  }

  @Test
  void aStartIsMeasuredFromTheLastOneUpToTheLastOneWhoKnows() {
    on(new Input.Tick());
    now = now.plusMillis(500);
    isUp("alpha");
    now = now.plusMillis(100);
    isUp("beta");
    now = now.plusMillis(20);
    assertEquals(List.of(), texts(report("alpha", "ARRIVED", "beta"), Line.Kind.RESULT));
    now = now.plusMillis(3);
    assertEquals(
        List.of("23 ms after the last one was up, each knows all others and what they offer"),
        texts(report("beta", "ARRIVED", "alpha"), Line.Kind.RESULT));
  }

  @Test
  void withoutAnAudienceItEndsAfterTheStory() {
    on(new Input.Tick());
    isUp("alpha", "beta");
    meet("alpha", "beta");
    assertEquals(Optional.empty(), end(after(Scene.PAUSE_MS - 1)));
    assertEquals(Optional.of(0), end(after(1)));
    assertEquals(List.of(), after(1), "nothing comes after the end");
  }

  @Test
  void theLimitEndsItWhereverItIs() {
    director = directs(TWO, true, Optional.of(Duration.ofSeconds(2)));
    assertEquals(Optional.empty(), end(after(1_999)));
    List<Effect> effects = after(1);
    assertEquals(Optional.of(0), end(effects));
    assertEquals(
        List.of("the time is over before the story is"), texts(effects, Line.Kind.WARNING));
  }

  @Test
  void theWholeStoryIsToldWhenTheProgramsDoAsTheyShould() {
    director = directs(Scene.story(), false, Optional.empty());
    on(new Input.Tick());
    isUp("alpha", "beta", "gamma");
    meet("alpha", "beta", "gamma");
    assertEquals(Scene.story().get(1).title(), texts(after(1_200), Line.Kind.TITLE).get(0));
    isUp("delta");
    meet("alpha", "beta", "gamma", "delta");

    assertTrue(after(1_200).contains(new Effect.Strike("gamma", Act.PAUSE)));
    now = now.plusMillis(1_700);
    report("alpha", "SUSPECT", "gamma");
    report("beta", "SUSPECT", "gamma");
    assertEquals(
        List.of("1.70 s after the pause, all others suspect gamma; none dropped it"),
        texts(report("delta", "SUSPECT", "gamma"), Line.Kind.RESULT));

    // Before it is given up.
    assertTrue(after(300).contains(new Effect.Strike("gamma", Act.RESUME)));
    now = now.plusMillis(5);
    report("alpha", "RECOVERED", "gamma");
    report("beta", "RECOVERED", "gamma");
    assertEquals(
        List.of("5.0 ms after it went on, nobody suspects gamma any more"),
        texts(report("delta", "RECOVERED", "gamma"), Line.Kind.RESULT));

    assertTrue(after(1_200).contains(new Effect.Strike("beta", Act.KILL)));
    on(new Input.Exited("beta", pid("beta"), 137, ""));
    now = now.plusMillis(40);
    report("alpha", "GONE", "beta", "CRASHED");
    report("gamma", "GONE", "beta", "CRASHED");
    assertEquals(
        List.of("40 ms after the kill, alpha, gamma and delta know that beta is gone"),
        texts(report("delta", "GONE", "beta", "CRASHED"), Line.Kind.RESULT));

    assertTrue(after(1_200).contains(new Effect.Strike("gamma", Act.LEAVE)));
    now = now.plusMillis(2);
    report("alpha", "GONE", "gamma", "LEFT");
    assertEquals(
        List.of("2.0 ms after the signal, alpha and delta know that gamma left"),
        texts(report("delta", "GONE", "gamma", "LEFT"), Line.Kind.RESULT));

    List<Effect> last = after(1_200);
    assertEquals(Optional.of(0), end(last));
    assertEquals(Scene.story().size(), texts(last, Line.Kind.WORDS).size());
    assertEquals(List.of(), texts(all, Line.Kind.WARNING));
  }

  @Test
  void whoDoesNotLearnOfItIsNamedAndTheStoryGoesOn() {
    on(new Input.Tick());
    isUp("alpha", "beta");
    report("alpha", "ARRIVED", "beta");
    List<Effect> late = after(Scene.PATIENCE_MS + 1);
    assertEquals(
        List.of("Two start: after 15 s it is still not known to all; waiting for beta"),
        texts(late, Line.Kind.WARNING));
    assertEquals(Optional.of(1), end(after(Scene.PAUSE_MS)));
  }

  @Test
  void whoCannotStartEndsTheStoryWithItsReason() {
    on(new Input.Tick());
    List<Effect> effects =
        on(new Input.Exited("beta", pid("beta"), 1, "pharos agent: a port is taken"));
    assertEquals(
        List.of("beta could not start: pharos agent: a port is taken"),
        texts(effects, Line.Kind.WARNING));
    assertEquals(Optional.of(1), end(effects));
  }

  @Test
  void whoIsEndedFromOutsideIsMeasuredToo() {
    play();
    assertEquals(
        List.of("beta ended by itself, with 137"),
        texts(on(new Input.Exited("beta", pid("beta"), 137, "")), Line.Kind.WARNING));
    now = now.plusMillis(30);
    assertEquals(
        List.of("30 ms after the kill, alpha knows that beta is gone"),
        texts(report("alpha", "GONE", "beta", "CRASHED"), Line.Kind.RESULT));
  }

  @Test
  void keysStartKillPauseAndLetLeave() {
    play();
    assertTrue(keys("s").contains(new Effect.Launch("gamma", "Demo.Users=7003")));
    assertTrue(keys("p1").contains(new Effect.Strike("alpha", Act.PAUSE)));
    assertTrue(keys("p1").contains(new Effect.Strike("alpha", Act.RESUME)));
    assertTrue(keys("K\n1").contains(new Effect.Strike("alpha", Act.KILL)), "capitals, and lines");
    assertTrue(keys("l2").contains(new Effect.Strike("beta", Act.LEAVE)));
    assertEquals(Optional.of(0), end(keys("q")));
  }

  @Test
  void keysThatMakeNoSenseAreAnsweredAndDoNothing() {
    play();
    assertEquals(List.of("there is no number 7 now"), texts(keys("k7"), Line.Kind.WARNING));
    assertEquals(List.of("there is no number 0 now"), texts(keys("p0"), Line.Kind.WARNING));
    keys("s");
    assertEquals(List.of("gamma is still starting"), texts(keys("k3"), Line.Kind.WARNING));
    keys("p1");
    assertEquals(
        List.of("alpha is paused and cannot hear: let it go on first"),
        texts(keys("l1"), Line.Kind.WARNING));
    assertFalse(texts(keys("?"), Line.Kind.PROMPT).isEmpty());
    assertFalse(texts(keys("5"), Line.Kind.PROMPT).isEmpty());
    keys("k2");
    assertEquals(List.of("there is no number 2 now"), texts(keys("k2"), Line.Kind.WARNING));
  }

  @Test
  void theStageHasRoomForNineAndNamesAreUsedAgain() {
    play();
    keys("sssssss");
    assertEquals(
        List.of("the stage is full: let one leave first"), texts(keys("s"), Line.Kind.WARNING));
    long before = pid("alpha");
    keys("k1");
    keys("s");
    on(new Input.Exited("alpha", before, 137, ""));
    isUp("alpha");
    assertTrue(keys("k1").contains(new Effect.Strike("alpha", Act.KILL)), "it is another process");
  }

  @Test
  void keysDuringTheStoryOnlyEndIt() {
    on(new Input.Tick());
    assertEquals(List.of(), keys("sk1p2"));
    assertEquals(Optional.of(0), end(keys("q")));
  }

  @Test
  void aShortPauseThatNobodyMissedIsNoMistake() {
    play();
    keys("p2");
    now = now.plusMillis(100);
    assertEquals(
        List.of("0.0 ms after it went on, nobody suspects beta any more"),
        texts(keys("p2"), Line.Kind.RESULT));
  }

  @Test
  void everyInputIsTaken() {
    for (Class<?> kind : Input.class.getPermittedSubclasses()) {
      assertTrue(
          List.of("Reported", "Launched", "Exited", "Key", "Tick").contains(kind.getSimpleName()),
          "this test tries no " + kind);
    }
  }
}
