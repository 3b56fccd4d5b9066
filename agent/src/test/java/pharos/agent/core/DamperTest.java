package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

/** Who comes and goes again and again is told to be back later, and to be gone at once. */
class DamperTest {
  private static final long SECOND = Settings.SECOND;
  private static final List<Reason> REASONS = List.of(Reason.values());

  private final Damper damper = new Damper();
  private long nowNs = SECOND;

  private static PeerInfo peer(int number, long incarnation, State state) {
    return new PeerInfo(
        CoreFixture.idAt(number, 0),
        incarnation,
        "p" + number,
        "",
        List.of(CoreFixture.ip(10, 0, 0, number)),
        7_000,
        false,
        Document.EMPTY,
        state,
        Hearing.WELL,
        0,
        0);
  }

  private List<String> on(Change.Kind kind, Reason... reason) {
    State state = kind == Change.Kind.SUSPECT ? State.SUSPECT : State.ALIVE;
    Optional<Reason> why = reason.length == 0 ? Optional.empty() : Optional.of(reason[0]);
    return names(damper.onChange(new Change(kind, peer(1, 1, state), why), nowNs));
  }

  private List<String> after(long seconds) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < seconds; i++) {
      nowNs += SECOND;
      told.addAll(names(damper.wakeUp(nowNs)));
    }
    return told;
  }

  private static List<String> names(List<Change> changes) {
    return changes.stream().map(it -> it.kind().name()).toList();
  }

  private List<State> shown(State state) {
    return damper.shown(List.of(peer(1, 1, state))).stream().map(PeerInfo::state).toList();
  }

  @Test
  void aFirstReturnIsToldAtOnce() {
    assertEquals(List.of("ARRIVED"), on(Change.Kind.ARRIVED));
    assertEquals(List.of("SUSPECT"), on(Change.Kind.SUSPECT));
    assertEquals(List.of("GONE"), on(Change.Kind.GONE, Reason.SILENT));
    after(10);
    assertEquals(List.of("ARRIVED"), on(Change.Kind.ARRIVED));
    assertTrue(damper.isIdle());
  }

  @Test
  void theSecondWaitsUntilItKeptStill() {
    on(Change.Kind.ARRIVED);
    on(Change.Kind.SUSPECT);
    assertEquals(List.of("RECOVERED"), on(Change.Kind.RECOVERED));
    after(4);
    assertEquals(List.of("SUSPECT"), on(Change.Kind.SUSPECT));
    assertEquals(List.of(), on(Change.Kind.RECOVERED));
    assertEquals(List.of(State.SUSPECT), shown(State.ALIVE));
    assertEquals(List.of(), after(15));
    assertEquals(List.of("RECOVERED"), after(15));
    assertEquals(List.of(State.ALIVE), shown(State.ALIVE));
  }

  @Test
  void whileItGoesOnNothingIsTold() {
    on(Change.Kind.ARRIVED);
    int told = 0;
    for (int i = 0; i < 50; i++) {
      told += on(Change.Kind.SUSPECT).size() + after(3).size();
      told += on(Change.Kind.RECOVERED).size() + after(3).size();
    }
    assertTrue(told <= 3, told + " in five minutes");
    assertEquals(List.of("RECOVERED"), after(60), "a minute at most");
  }

  @Test
  void oneThatIsGoneIsNotListedBeforeItsReturnIsTold() {
    on(Change.Kind.ARRIVED);
    for (int i = 0; i < 2; i++) {
      on(Change.Kind.GONE, Reason.SILENT);
      after(5);
      on(Change.Kind.ARRIVED);
    }
    assertEquals(List.of(), shown(State.ALIVE));
    assertEquals(1, damper.withheld(List.of(peer(1, 1, State.ALIVE))).size());
    assertEquals(List.of(), on(Change.Kind.SUSPECT), "nobody knows that it is back");
    assertEquals(List.of(), shown(State.SUSPECT));
    assertEquals(List.of(), after(150));
    assertEquals(List.of("ARRIVED"), on(Change.Kind.RECOVERED));
  }

  @Test
  void aNewRunAGoodbyeAndACrashCostNothing() {
    for (int run = 1; run < 20; run++) {
      PeerInfo peer = peer(1, run, State.ALIVE);
      Change arrived = new Change(Change.Kind.ARRIVED, peer, Optional.empty());
      assertEquals(List.of(arrived), damper.onChange(arrived, nowNs));
      Reason reason = List.of(Reason.LEFT, Reason.CRASHED, Reason.REPLACED).get(run % 3);
      Change gone = new Change(Change.Kind.GONE, peer, Optional.of(reason));
      assertEquals(List.of(gone), damper.onChange(gone, nowNs));
    }
  }

  @Test
  void whateverHappensNewsAlternateAndInTheEndAllIsToldAsItIs() {
    Seeds.forEach(
        300,
        random -> {
          Story story = new Story();
          for (int i = 0; i < 200; i++) {
            story.something(1 + random.nextInt(4), random);
            story.pass(random.nextInt(3) == 0 ? random.nextLong(20 * SECOND) : SECOND);
          }
          story.pass(61 * SECOND);
          story.checkIsTrue();
        });
  }

  /** What is, and what was told of it. */
  private static final class Story {
    private final Damper damper = new Damper();
    private final Map<NodeId, PeerInfo> there = new HashMap<>();
    private final Map<NodeId, PeerInfo> told = new HashMap<>();
    private long nowNs;

    private void something(int number, RandomGenerator random) {
      PeerInfo now = there.get(CoreFixture.idAt(number, 0));
      if (now == null) {
        long run = random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 1;
        happens(Change.Kind.ARRIVED, peer(number, run, State.ALIVE), Optional.empty());
      } else if (random.nextInt(3) == 0) {
        happens(Change.Kind.GONE, now, Optional.of(REASONS.get(random.nextInt(REASONS.size()))));
      } else if (random.nextInt(4) == 0) {
        happens(Change.Kind.UPDATED, now, Optional.empty());
      } else {
        boolean isAlive = now.state() == State.ALIVE;
        happens(
            isAlive ? Change.Kind.SUSPECT : Change.Kind.RECOVERED,
            peer(number, now.incarnation(), isAlive ? State.SUSPECT : State.ALIVE),
            Optional.empty());
      }
    }

    private void happens(Change.Kind kind, PeerInfo peer, Optional<Reason> reason) {
      boolean isGone = kind == Change.Kind.GONE;
      if (isGone) {
        there.remove(peer.id());
      } else {
        there.put(peer.id(), peer);
      }
      List<Change> changes = damper.onChange(new Change(kind, peer, reason), nowNs);
      if (isGone && told.containsKey(peer.id())) {
        assertEquals(1, changes.size(), "that it is gone never waits");
      }
      changes.forEach(this::tell);
      checkList();
    }

    private void tell(Change change) {
      PeerInfo peer = change.peer();
      PeerInfo before = told.get(peer.id());
      switch (change.kind()) {
        case ARRIVED -> assertEquals(null, before);
        case SUSPECT -> assertEquals(State.ALIVE, before == null ? null : before.state());
        case RECOVERED -> assertEquals(State.SUSPECT, before == null ? null : before.state());
        case UPDATED, GONE -> assertTrue(before != null);
      }
      if (change.kind() == Change.Kind.GONE) {
        told.remove(peer.id());
      } else {
        told.put(peer.id(), peer);
      }
    }

    private void pass(long timeNs) {
      for (long left = timeNs; left > 0; left -= SECOND) {
        nowNs += Math.min(left, SECOND);
        damper.wakeUp(nowNs).forEach(this::tell);
      }
      checkList();
    }

    /** The list is what the news say. */
    private void checkList() {
      Map<NodeId, State> shown = new HashMap<>();
      damper.shown(List.copyOf(there.values())).forEach(peer -> shown.put(peer.id(), peer.state()));
      Map<NodeId, State> wanted = new HashMap<>();
      told.forEach((id, peer) -> wanted.put(id, peer.state()));
      assertEquals(wanted, shown);
    }

    private void checkIsTrue() {
      there.forEach(
          (id, peer) -> {
            if (peer.state() == State.ALIVE) {
              assertEquals(peer, told.get(id));
            }
          });
      told.keySet().forEach(id -> assertTrue(there.containsKey(id)));
    }
  }
}
