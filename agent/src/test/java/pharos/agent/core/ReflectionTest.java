package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.CoreFixture.Friend;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;

/** Nobody makes us shoot at an address that he forged or advertised. */
class ReflectionTest {
  private static final InetAddress VICTIM = CoreFixture.ip(10, 77, 0, 1);

  private final CoreFixture lan = CoreFixture.running();
  private int octetsForged;

  /** What went there: how many datagrams, their octets, and how many connections. */
  private record Sent(int datagrams, int octets, int connections) {
    static Sent to(InetAddress address, CoreFixture lan) {
      List<Beacon> beacons =
          lan.log.stream()
              .map(CoreFixture.Done::effect)
              .filter(effect -> address.equals(datagramTo(effect)))
              .map(ReflectionTest::beacon)
              .toList();
      long connections =
          lan.log.stream().filter(it -> address.equals(connectionTo(it.effect()))).count();
      return new Sent(
          beacons.size(), beacons.stream().mapToInt(Beacon::length).sum(), (int) connections);
    }
  }

  private static @Nullable InetAddress datagramTo(Effect effect) {
    if (effect instanceof Effect.Send send) {
      return send.to().getAddress();
    }
    return effect instanceof Effect.Probe probe ? probe.to().getAddress() : null;
  }

  private static Beacon beacon(Effect effect) {
    return effect instanceof Effect.Send send ? send.beacon() : ((Effect.Probe) effect).beacon();
  }

  private static @Nullable InetAddress connectionTo(Effect effect) {
    if (effect instanceof Effect.Ask ask) {
      return ask.to().getAddress();
    }
    if (effect instanceof Effect.Watch watch) {
      return watch.to().getAddress();
    }
    return effect instanceof Effect.Connect connect ? connect.to().getAddress() : null;
  }

  /** One datagram of a flood that claims to come from the victim. */
  private void forged(CoreFixture at, SplittableRandom random, Friend known) {
    NodeId id =
        switch (random.nextInt(8)) {
          case 0 -> known.id;
          case 1 -> at.id;
          default -> CoreFixture.idAt(random.nextInt(256), random.nextInt(200));
        };
    Beacon.Builder forged =
        Beacon.of(id)
            .incarnation(1_000_000 + random.nextInt(3))
            .sequence(random.nextInt(1_000))
            .tcpPort(1 + random.nextInt(100))
            .udpPort(1 + random.nextInt(100))
            .digest(random.nextBoolean() ? known.document.digest() : random.nextInt(5));
    if (random.nextBoolean()) {
      forged.solicit(1 + random.nextInt(1_000));
    }
    if (random.nextInt(4) == 0) {
      forged.echo(1 + random.nextInt(1_000));
    }
    if (random.nextInt(4) == 0) {
      forged.doubt(new Doubt(known.id, known.incarnation));
    }
    if (random.nextInt(8) == 0) {
      forged.leaving();
    }
    Beacon beacon = forged.build();
    octetsForged += beacon.length();
    at.hear(beacon, new InetSocketAddress(VICTIM, 1 + random.nextInt(100)));
  }

  private Sent flood(int seconds, int perSecond) {
    Friend known = lan.met("known");
    SplittableRandom random = new SplittableRandom(perSecond);
    lan.forget();
    for (int i = 0; i < seconds * perSecond; i++) {
      forged(lan, random, known);
      lan.runFor(1_000 / perSecond);
    }
    return Sent.to(VICTIM, lan);
  }

  @Test
  void whatWasAskedAtOneAddressIsNoProofOfAnotherThatItIsAnsweredFrom() {
    Friend liar = lan.met("liar");
    lan.forget();
    InetSocketAddress forged = new InetSocketAddress(VICTIM, liar.udpPort);
    long octets = 0;
    for (int i = 0; i < 100; i++) {
      Beacon echo = liar.answers(lan.nonceFor(liar)).solicit(1 + i).build();
      octets += echo.length();
      lan.hear(echo, forged);
      lan.runFor(100);
    }
    Sent sent = Sent.to(VICTIM, lan);
    assertTrue(sent.datagrams() <= 11 && sent.octets() <= octets, sent::toString);
    assertEquals(List.of(liar.ip), lan.core.peers().get(0).addresses());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20, 500})
  void aForgedAddressGetsOneDatagramAndOneConnectionAnIntervalAndNoMoreOctetsThanItSent(
      int perSecond) {
    Sent sent = flood(10, perSecond);
    assertTrue(sent.datagrams() <= 11, sent::toString);
    assertTrue(sent.connections() <= 11, sent::toString);
    assertTrue(sent.octets() <= octetsForged, sent::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void whatSoManyAgentsTogetherSendToOneForgedAddressIsPrinted(int agents, TestReporter reporter) {
    int datagrams = 0;
    int octets = 0;
    int connections = 0;
    for (int i = 0; i < agents; i++) {
      Sent sent = new ReflectionTest().flood(10, 50);
      datagrams += sent.datagrams();
      octets += sent.octets();
      connections += sent.connections();
    }
    reporter.publishEntry(
        agents + " agents, 50 forged datagrams a second for 10 s",
        datagrams + " datagrams, " + octets + " octets, " + connections + " connections");
    assertTrue(datagrams <= 11 * agents && connections <= 11 * agents);
  }

  @Test
  void anAnswerIsNeverLongerThanItsQuestion() {
    for (int length = 68; length <= Beacon.MAX_LENGTH; length++) {
      CoreFixture lan = CoreFixture.running();
      Friend bob = lan.friend("b");
      Beacon question = bob.says().name("").service("").solicit(77).padTo(length).build();
      lan.hear(question, bob.udpEndpoint());
      List<Effect.Send> answers = lan.answers();
      assertFalse(answers.isEmpty());
      for (Effect.Send answer : answers) {
        assertTrue(answer.beacon().length() <= question.length(), answer::toString);
        assertEquals(question.length() >= 78, answer.beacon().goodbye() != 0);
      }
    }
  }

  @Test
  void ourQuestionsHaveRoomForAWholeAnswer() {
    CoreFixture starting = CoreFixture.starting(Settings.defaults());
    Beacon solicit = starting.done(Effect.Broadcast.class).get(0).beacon();
    assertEquals(Beacon.MAX_LENGTH, solicit.length());
    Friend bob = lan.met("bob");
    bob.watchBreaks();
    assertEquals(Beacon.MAX_LENGTH, bob.probed().get(0).beacon().length());
  }

  @Test
  void advertisedAddressesElsewhereAreNotTouchedForAnybodyWhoProvedNothing() {
    for (int i = 0; i < 500; i++) {
      Friend ghost = lan.passer("ghost" + i, i);
      InetAddress elsewhere = CoreFixture.ip(192, 0, 2, i % 250 + 1);
      lan.hear(ghost.says().address(elsewhere).build(), ghost.broadcaster());
      lan.runFor(20);
    }
    lan.runFor(20_000);
    assertEquals(
        List.of(),
        lan.log.stream()
            .map(CoreFixture.Done::effect)
            .filter(
                effect -> {
                  InetAddress connection = connectionTo(effect);
                  InetAddress datagram = datagramTo(effect);
                  return (connection != null && connection.getAddress()[0] == (byte) 192)
                      || (datagram != null && datagram.getAddress()[0] == (byte) 192);
                })
            .toList());
  }

  @Test
  void whoAdvertisesAnAddressElsewhereIsAskedThereOnceItAnsweredWhereItSends() {
    Friend bob = lan.friend("bob");
    InetAddress elsewhere = CoreFixture.ip(192, 0, 2, 1);
    lan.reachedAt(bob, elsewhere);
    lan.hear(bob.lives().says().address(elsewhere).build(), bob.broadcaster());
    lan.runFor(2_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(elsewhere), lan.core.peers().get(0).addresses());
  }
}
