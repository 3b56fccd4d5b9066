package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;

/** Each kind of effect and of news comes about, and effects come in the promised order. */
class EffectTest {
  private final Map<Class<? extends Effect>, Supplier<CoreFixture>> scenarios =
      Map.ofEntries(
          Map.entry(Effect.Broadcast.class, EffectTest::someoneIsMet),
          Map.entry(Effect.Send.class, EffectTest::someoneSolicits),
          Map.entry(Effect.Probe.class, EffectTest::aWatchBreaks),
          Map.entry(Effect.Connect.class, EffectTest::aWatchBreaks),
          Map.entry(Effect.Ask.class, EffectTest::someoneIsMet),
          Map.entry(Effect.Forget.class, EffectTest::someoneIsMute),
          Map.entry(Effect.Reply.class, EffectTest::someoneAsks),
          Map.entry(Effect.Watch.class, EffectTest::someoneIsMet),
          Map.entry(Effect.Unwatch.class, EffectTest::someoneLeaves),
          Map.entry(Effect.Tell.class, EffectTest::someoneIsMet),
          Map.entry(Effect.Moved.class, EffectTest::someoneIsMetAndSomebodyWantsToKnow),
          Map.entry(Effect.Asked.class, EffectTest::someoneIsMetAndSomebodyWantsToKnow),
          Map.entry(Effect.Noticed.class, EffectTest::someoneIsMetAndSomebodyWantsToKnow),
          Map.entry(Effect.Note.class, EffectTest::someoneCannotBeAsked),
          Map.entry(Effect.Isolated.class, EffectTest::nobodyIsHeard),
          Map.entry(Effect.Renamed.class, EffectTest::aCloneIsEarlier),
          Map.entry(Effect.Failed.class, EffectTest::aCloneIsEarlierAndOurIdIsChosen),
          Map.entry(Effect.Stopped.class, EffectTest::weLeave));

  @Test
  void eachKindOfEffectComesAbout() {
    for (Class<?> kind : Effect.class.getPermittedSubclasses()) {
      Supplier<CoreFixture> scenario = Objects.requireNonNull(scenarios.get(kind));
      Set<Class<?>> kinds =
          scenario.get().log.stream()
              .map(done -> done.effect().getClass())
              .collect(Collectors.toSet());
      assertTrue(kinds.contains(kind), () -> kind.getSimpleName() + " is not among " + kinds);
    }
  }

  @Test
  void eachKindOfEffectHasAScenario() {
    assertEquals(
        Stream.of(Effect.class.getPermittedSubclasses()).collect(Collectors.toSet()),
        scenarios.keySet());
  }

  @Test
  void eachKindOfNewsComesAbout() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    bob.offers("more");
    lan.runFor(100);
    bob.vanishes();
    lan.runFor(4_500);
    bob.lives().beacons();
    lan.runFor(1_500);
    bob.leaves();
    assertEquals(List.of("ARRIVED", "UPDATED", "SUSPECT", "RECOVERED", "GONE LEFT"), bob.news());
    Set<Change.Kind> kinds =
        lan.done(Effect.Tell.class).stream()
            .map(t -> t.change().kind())
            .collect(Collectors.toSet());
    assertEquals(EnumSet.allOf(Change.Kind.class), kinds);
  }

  @Test
  void eachReasonComesAbout() {
    CoreFixture lan = CoreFixture.running();
    Friend left = lan.met("left");
    Friend crashed = lan.met("crashed");
    Friend silent = lan.met("silent");
    Friend replaced = lan.met("replaced");
    lan.runFor(500); // so that all were seen to answer at their ports
    left.leaves();
    crashed.dies();
    silent.vanishes();
    replaced.restarts().beacons();
    lan.runFor(7_000);
    assertEquals(List.of("ARRIVED", "GONE LEFT"), left.news());
    assertEquals(List.of("ARRIVED", "GONE CRASHED"), crashed.news());
    assertEquals(List.of("ARRIVED", "SUSPECT", "GONE SILENT"), silent.news());
    assertEquals(List.of("ARRIVED", "GONE REPLACED", "ARRIVED"), replaced.news());
    assertEquals(
        EnumSet.allOf(Reason.class),
        lan.done(Effect.Tell.class).stream()
            .flatMap(tell -> tell.change().reason().stream())
            .collect(Collectors.toSet()));
  }

  // The order is a contract.

  @Test
  void whoIsGoneIsUnwatchedAndForgottenBeforeTheApplicationHears() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    bob.is(Mood.CUT_OFF).offers("more");
    assertEquals(1, bob.asked().size());
    bob.leaves();
    int told = lan.place(Effect.Tell.class, t -> t.change().kind() == Change.Kind.GONE);
    int unwatched = lan.place(Effect.Unwatch.class, u -> u.peer().equals(bob.id));
    long question = bob.asked().get(0).question();
    int forgotten = lan.place(Effect.Forget.class, f -> f.question() == question);
    assertTrue(0 <= unwatched && unwatched < told, () -> "unwatched: " + lan.log);
    assertTrue(0 <= forgotten && forgotten < told, () -> "forgotten: " + lan.log);
  }

  @Test
  void whoArrivedIsWatchedAfterTheApplicationHears() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    int told = lan.place(Effect.Tell.class, t -> t.change().kind() == Change.Kind.ARRIVED);
    int watched = lan.place(Effect.Watch.class, w -> w.peer().equals(bob.id));
    assertTrue(0 <= told && told < watched, () -> "" + lan.log);
  }

  @Test
  void ofARestartTheOldRunIsToldAsGoneBeforeTheNewOneAsArrived() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    long former = bob.incarnation;
    lan.forget();
    bob.restarts().beacons();
    lan.runFor(100);
    List<Effect.Tell> told = lan.done(Effect.Tell.class);
    assertEquals(List.of("GONE bob REPLACED", "ARRIVED bob"), lan.told());
    assertEquals(former, told.get(0).change().peer().incarnation());
    assertEquals(bob.incarnation, told.get(1).change().peer().incarnation());
    int unwatched = lan.place(Effect.Unwatch.class, u -> u.incarnation() == former);
    int watched = lan.place(Effect.Watch.class, w -> w.incarnation() == bob.incarnation);
    assertTrue(0 <= unwatched && unwatched < watched, () -> "" + lan.log);
  }

  @Test
  void aDoubtIsBroadcastBeforeItsSubjectIsProbed() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    bob.watchBreaks();
    int doubted = lan.place(Effect.Broadcast.class, b -> b.beacon().hasDoubt());
    int probed = lan.place(Effect.Probe.class, p -> true);
    int connected = lan.place(Effect.Connect.class, c -> true);
    assertTrue(0 <= doubted && doubted < probed && doubted < connected, () -> "" + lan.log);
  }

  @Test
  void aQuestionIsAnsweredBeforeTheApplicationHearsWhatItBrought() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friendBefore("bob");
    bob.beacons();
    assertFalse(lan.told().contains("ARRIVED bob"));
    bob.asksUs();
    lan.runFor(5);
    int replied = lan.place(Effect.Reply.class, r -> true);
    int told = lan.place(Effect.Tell.class, t -> true);
    assertTrue(0 <= replied && replied < told, () -> "" + lan.log);
  }

  private static CoreFixture someoneIsMetAndSomebodyWantsToKnow() {
    CoreFixture lan = CoreFixture.running();
    lan.core.tellMoves(true);
    lan.met("bob");
    return lan;
  }

  private static CoreFixture someoneIsMet() {
    CoreFixture lan = CoreFixture.starting(Settings.defaults());
    lan.met("bob");
    return lan;
  }

  private static CoreFixture someoneSolicits() {
    CoreFixture lan = CoreFixture.running();
    lan.friend("bob").solicits(77);
    return lan;
  }

  private static CoreFixture aWatchBreaks() {
    CoreFixture lan = CoreFixture.running();
    lan.met("bob").watchBreaks();
    return lan;
  }

  private static CoreFixture someoneIsMute() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friend("bob").is(Mood.CUT_OFF);
    bob.beacons();
    lan.runFor(1_500);
    return lan;
  }

  private static CoreFixture someoneAsks() {
    CoreFixture lan = CoreFixture.running();
    lan.friend("bob").asksUs();
    return lan;
  }

  private static CoreFixture someoneLeaves() {
    CoreFixture lan = CoreFixture.running();
    lan.met("bob").leaves();
    return lan;
  }

  private static CoreFixture someoneCannotBeAsked() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friend("bob").is(Mood.DEAD);
    bob.beacons();
    lan.runFor(6_000);
    return lan;
  }

  private static CoreFixture nobodyIsHeard() {
    CoreFixture lan = CoreFixture.running();
    lan.met(3).forEach(Friend::vanishes);
    lan.runFor(3_000);
    return lan;
  }

  private static CoreFixture aCloneIsEarlier() {
    return aCloneOf(CoreFixture.running());
  }

  private static CoreFixture aCloneIsEarlierAndOurIdIsChosen() {
    return aCloneOf(CoreFixture.starting(Settings.defaults(), CoreFixture.identity(true)));
  }

  private static CoreFixture aCloneOf(CoreFixture lan) {
    Friend clone = lan.friend("clone").cloneOfUs(lan.core.incarnation() - 1_000);
    clone.beacons();
    lan.runFor(10);
    return lan;
  }

  private static CoreFixture weLeave() {
    CoreFixture lan = CoreFixture.running();
    lan.turn(lan.core::leave);
    lan.runFor(200);
    return lan;
  }
}
