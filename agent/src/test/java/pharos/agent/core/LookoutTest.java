package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pharos.beacon.Addresses;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/** A look in virtual time: what is counted, when it is answered, and what nobody is given. */
class LookoutTest {
  private static final long MS = 1_000_000;
  private static final InetAddress ASKER = address("10.0.0.7");
  private static final InetAddress OTHER = address("10.0.0.8");
  private static final NodeId DOCTOR = NodeId.ofBase64("oKGio6SlpqeoqaqrrK2ur7CxsrM=");
  private static final NodeId STRANGER = NodeId.ofBase64("AAECAwQFBgcICQoLDA0ODxAREhM=");

  private static final Sight.Way WAY =
      new Sight.Way("eth0", address("10.0.0.2"), 24, 1_500, "02:00:00:00:00:02");

  private final List<String> done = new ArrayList<>();
  private final Lookout lookout = new Lookout(self(), new Host(), 0);
  private long nowNs;
  private boolean isNeighbour = true;

  private final class Host implements Lookout.Shell {
    @Override
    public Lookout.Survey survey(InetAddress asker) {
      done.add("survey " + Addresses.text(asker));
      return new Lookout.Survey(isNeighbour, List.of(WAY), "02:00:00:00:00:07");
    }

    @Override
    public Sight.Connected connect(InetAddress asker, int port) {
      done.add("connect " + Addresses.text(asker) + " " + port);
      return Sight.Connected.ANSWERED;
    }
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  private static PeerInfo self() {
    return new PeerInfo(
        STRANGER,
        1,
        "beta",
        "",
        List.of(),
        5_671,
        false,
        Document.EMPTY,
        State.ALIVE,
        Hearing.WELL,
        0,
        0);
  }

  private static Look look(long withinMs, int port) {
    return new Look(ASKER, Optional.of(DOCTOR), withinMs, port, 0);
  }

  private void at(long ms) {
    nowNs = ms * MS;
    lookout.turn(nowNs, 1_000_000 + ms);
  }

  /** Does the work that is wanted, as the shell does, and returns what was answered or ignored. */
  private List<Action<Look, Sight, Object>> run() {
    List<Action<Look, Sight, Object>> told = new ArrayList<>();
    lookout.wakeUp();
    for (List<Action<Look, Sight, Object>> some = lookout.takeActions();
        !some.isEmpty();
        some = lookout.takeActions()) {
      for (Action<Look, Sight, Object> each : some) {
        if (each instanceof Action.Work<Look, Sight, Object> work) {
          lookout.onWorked(work.number(), work.work().get());
        } else {
          told.add(each);
        }
      }
      lookout.wakeUp();
    }
    return told;
  }

  private static Sight answer(List<Action<Look, Sight, Object>> told) {
    if (told.size() == 1 && told.get(0) instanceof Action.Answer<Look, Sight, Object> it) {
      return it.reply();
    }
    throw new AssertionError(told);
  }

  private void hear(InetAddress from, NodeId id, int port, boolean isShared) {
    Beacon beacon = Beacon.of(id).incarnation(1).sequence(1).udpPort(9).tcpPort(port).build();
    lookout.onOverheard(from, isShared, beacon);
  }

  @Test
  void aLookThatNeedNotListenIsAnsweredAsSoonAsTheSurveyIsDone() {
    at(1);
    lookout.onQuestion(1, "10.0.0.7", new Look(ASKER, Optional.empty(), 0, 0, 40));
    assertFalse(lookout.isOverhearing());
    Sight.Seen seen = assertInstanceOf(Sight.Seen.class, answer(run()));
    assertEquals(List.of("survey 10.0.0.7"), done);
    assertEquals(List.of(WAY), seen.ways());
    assertEquals(1_000_001, seen.clockMs());
    assertEquals("02:00:00:00:00:07", seen.mac());
    assertEquals(40, seen.fillBytes());
    assertTrue(lookout.isIdle());
  }

  @Test
  void itCountsTheAskersBeaconsBySourceAndPortUntilTheTimeIsOverAndNotAfter() {
    at(0);
    lookout.onQuestion(1, "10.0.0.7", look(1_000, 0));
    assertTrue(lookout.isOverhearing());
    assertEquals(List.of(), run());
    assertEquals(1_000 * MS, lookout.nextWakeUpNs());
    at(300);
    hear(ASKER, DOCTOR, 0, true);
    hear(ASKER, DOCTOR, 0, true);
    hear(ASKER, DOCTOR, 0, false);
    hear(OTHER, STRANGER, 7_001, true);
    at(999);
    assertEquals(List.of(), run());
    at(1_000);
    Sight.Seen seen = assertInstanceOf(Sight.Seen.class, answer(run()));
    assertEquals(
        List.of(new Sight.Heard(ASKER, true, 2, 700), new Sight.Heard(ASKER, false, 1, 700)),
        seen.heard());
    assertEquals(List.of(), seen.others(), "at another address it is nobody's business");
    assertFalse(lookout.isOverhearing());
  }

  @Test
  void itTellsWhoElseSpeaksFromTheAskersAddressButNoneThatOnlyListens() {
    at(0);
    lookout.onQuestion(1, "10.0.0.7", look(100, 0));
    run();
    hear(ASKER, STRANGER, 7_001, true);
    hear(ASKER, NodeId.ofBase64("BBECAwQFBgcICQoLDA0ODxAREhM="), 0, true);
    at(100);
    Sight.Seen seen = assertInstanceOf(Sight.Seen.class, answer(run()));
    assertEquals(List.of(new Sight.Other(STRANGER, 7_001)), seen.others());
  }

  @Test
  void itConnectsOnceAndToTheVeryAddressThatAsked() {
    at(0);
    lookout.onQuestion(1, "10.0.0.7", look(0, 4_711));
    Sight.Seen seen = assertInstanceOf(Sight.Seen.class, answer(run()));
    assertEquals(List.of("survey 10.0.0.7", "connect 10.0.0.7 4711"), done);
    assertEquals(Sight.Connected.ANSWERED, seen.connected());
  }

  @Test
  void aStrangerOfAnotherNetworkIsToldNothingAndConnectedToNowhere() {
    isNeighbour = false;
    at(0);
    lookout.onQuestion(1, "10.1.0.7", look(1_000, 4_711));
    assertInstanceOf(Sight.Refused.class, answer(run()));
    assertEquals(List.of("survey 10.0.0.7"), done);
    assertFalse(lookout.isOverhearing());
  }

  @Test
  void whoAsksForMoreAtOnceThanIsHisHearsNothing() {
    at(0);
    for (int i = 0; i < 4; i++) {
      lookout.onQuestion(i, "10.0.0.7", look(1_000, 0));
    }
    assertEquals(
        List.of(new Action.Ignore<>(2), new Action.Ignore<>(3)), run(), "two are open already");
    for (int i = 0; i < 20; i++) {
      lookout.onQuestion(10 + i, "10.0.1." + i, look(1_000, 0));
    }
    assertEquals(20 - (Lookout.MAX_OPEN - Lookout.MAX_OPEN_OF_ONE), run().size());
  }

  @Test
  void whoAsksTooOftenHearsNothingUntilTheWindowIsOver() {
    int answered = 0;
    for (int i = 0; i < 200; i++) {
      at(i);
      lookout.onQuestion(i, "10.0.0.7", look(0, 0));
      answered += run().get(0) instanceof Action.Answer<?, ?, ?> ? 1 : 0;
    }
    assertEquals(Lookout.MAX_ASKED_BY_ONE, answered);
    lookout.onQuestion(900, "10.0.0.8", look(0, 0));
    answer(run());
    at(10_001);
    lookout.onQuestion(901, "10.0.0.7", look(0, 0));
    answer(run());
    Counter refused = lookout.counters().get(1);
    assertEquals(100, refused.value());
  }

  @Test
  void whoeverSpeaksInTheAskersNameIsCountedByPlacesOfWhichThereAreFew() {
    at(0);
    lookout.onQuestion(1, "10.0.0.7", look(100, 0));
    run();
    for (int i = 0; i < 50; i++) {
      hear(address("10.0.2." + i), DOCTOR, 0, true);
      hear(ASKER, NodeId.random(new java.util.Random(i)), 7_000, true);
    }
    at(100);
    Sight.Seen seen = assertInstanceOf(Sight.Seen.class, answer(run()));
    assertEquals(Lookout.MAX_TOLD, seen.heard().size());
    assertEquals(Lookout.MAX_TOLD, seen.others().size());
  }

  @Test
  void workThatFailedIsNoSight() {
    at(0);
    lookout.onQuestion(1, "10.0.0.7", look(0, 0));
    lookout.takeActions();
    @Nullable Object nothing = null;
    lookout.onWorked(1, nothing);
    assertInstanceOf(Sight.Refused.class, answer(run()));
    lookout.onWorked(1, nothing);
    assertEquals(List.of(), run());
  }
}
