package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.core.CoreFixture.MS;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;

/** From first sight to ARRIVED, and capabilities that change. */
class MeeterTest {
  private final CoreFixture lan = CoreFixture.running();

  /** In a crowd, somebody whose capabilities nobody there has. */
  private Friend novelInACrowd(String name) {
    lan.met(70);
    Friend novel = lan.friend(name);
    novel.document = CoreFixture.document("new");
    return novel;
  }

  /** Somebody comes, lives, and offers the same as another. */
  private Friend replicaOf(Friend other, String name) {
    Friend replica = lan.friend(name).offersTheSameAs(other).lives();
    replica.beacons();
    return replica;
  }

  // One at a time.

  @Test
  void aNewcomerIsAskedAtFirstSightAndShownWithItsCapabilities() {
    Friend bob = lan.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.beacons();
    assertEquals(1, bob.asked().size());
    assertEquals(List.of(), bob.news());
    lan.runFor(5);
    assertEquals(List.of("ARRIVED"), bob.news());
    PeerInfo info = lan.core.peers().get(0);
    assertEquals(bob.document, info.document());
    assertEquals(List.of(bob.ip), info.addresses());
    assertEquals(bob.tcpPort, info.tcpPort());
    assertEquals(State.ALIVE, info.state());
  }

  /** No datagram was ever asked of it: its answer over TCP is proof enough of where it is. */
  @Test
  void whoAnsweredAQuestionIsProvenToBeThere() {
    Friend bob = lan.friend("bob").lives();
    bob.beacons();
    lan.runFor(500);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertFalse(lan.known(bob).meeting.hasEchoed);
    assertEquals(Map.of(bob.ip, 1), lan.core.provenAt());
  }

  @Test
  void whoAskedAndTookAConnectionIsProvenToBeThereWhicheverCameFirst() {
    Friend first = lan.friendBefore("first").lives();
    first.asksUs();
    first.beacons();
    Friend second = lan.friendBefore("second").lives();
    second.beacons();
    second.asksUs();
    lan.runFor(500);
    assertEquals(Map.of(first.ip, 1, second.ip, 1), lan.core.provenAt());
  }

  @Test
  void anAddressIsProvenByWhoIsShownThereAndNoLonger() {
    Friend heard = lan.friend("heard");
    heard.mood = CoreFixture.Mood.CUT_OFF;
    heard.beacons();
    Friend bob = lan.met("bob");
    lan.turn(bob::echoesUs);
    assertEquals(Map.of(bob.ip, 1), lan.core.provenAt());
    bob.leaves();
    assertEquals(Map.of(), lan.core.provenAt());
  }

  @Test
  void aQuestionCarriesOurOwnIntroduction() {
    Document ours = CoreFixture.document("ours");
    lan.turn(() -> lan.core.offer(ours));
    Friend bob = lan.friend("bob");
    bob.beacons();
    Introduction self = bob.asked().get(0).self();
    assertEquals(lan.core.id(), self.id());
    assertEquals(lan.core.incarnation(), self.incarnation());
    assertEquals(ours, self.document());
  }

  @Test
  void theHigherOfTwoWaits50MsForTheQuestionOfTheLower() {
    Friend bob = lan.friendBefore("bob");
    long seenNs = lan.nowNs;
    bob.beacons();
    lan.runFor(49);
    assertEquals(List.of(), bob.asked());
    lan.runFor(2);
    assertEquals(
        List.of(50L), lan.timesMs(Effect.Ask.class, a -> a.to().equals(bob.tcpEndpoint()), seenNs));
  }

  /** It knows what we offer, as one of our replicas does, and only wants a proof. */
  @Test
  void theHigherDoesNotWaitForWhoWillNotAsk() {
    Friend bob = lan.friendBefore("bob");
    long seenNs = lan.nowNs;
    lan.hear(bob.says().echo(4711).solicit(4712).build(), bob.udpEndpoint());
    assertEquals(
        List.of(0L), lan.timesMs(Effect.Ask.class, a -> a.to().equals(bob.tcpEndpoint()), seenNs));

    Friend eve = lan.friendBefore("eve");
    long laterNs = lan.nowNs;
    eve.beacons();
    lan.runFor(10);
    lan.hear(eve.says().echo(4711).solicit(4712).build(), eve.udpEndpoint());
    assertEquals(
        List.of(10L),
        lan.timesMs(Effect.Ask.class, a -> a.to().equals(eve.tcpEndpoint()), laterNs));
  }

  @Test
  void theQuestionOfTheLowerSavesOurs() {
    Friend bob = lan.friendBefore("bob");
    bob.document = CoreFixture.document("orders");
    bob.beacons();
    lan.runFor(20);
    bob.lives().asksUs();
    lan.runFor(5);
    assertEquals(List.of("ARRIVED"), bob.news());
    PeerInfo told = lan.core.peers().get(0);
    assertTrue(told.heardNs() >= told.sinceNs(), told::toString);
    lan.runFor(500);
    assertEquals(List.of(), bob.asked());
  }

  @Test
  void aQuestionBeforeTheFirstBeaconSavesOursToo() {
    Friend bob = lan.friend("bob");
    bob.asksUs();
    assertEquals(List.of(), bob.news());
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of(), bob.asked());
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void inACrowdItsPortIsAllThatIsWantedOfOneWhoAskedUsFirst() {
    lan.met(70);
    Friend bob = lan.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.asksUs();
    bob.lives().beacons();
    lan.runFor(5);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), bob.asked());
  }

  @Test
  void oneThatAskedInAFormerRunIsMetLikeAnyOther() {
    lan.met(70);
    Friend bob = lan.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.asksUs();
    bob.restarts().is(Mood.CUT_OFF).beacons();
    lan.core.onConnected(bob.id, bob.incarnation, bob.tcpEndpoint());
    lan.runFor(5);
    assertEquals(
        List.of(), bob.news(), "it asked before it started again, and proved nothing since");
  }

  @Test
  void oneWhoOnlyListensIsNoPeer() {
    Friend bob = lan.friend("bob");
    bob.tcpPort = 0;
    bob.beacons();
    lan.runFor(1_000);
    assertEquals(0, lan.core.known());
  }

  @Test
  void anotherClusterIsCountedAndIgnored() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().cluster(5).build(), bob.broadcaster());
    assertEquals(0, lan.core.known());
    assertEquals(1, lan.core.count(Count.STRANGERS));
    assertEquals(List.of(), lan.log);
  }

  @Test
  void whatOneAdvertisesIsWhereItIsAsked() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().address(CoreFixture.ip(10, 77, 0, 1)).build(), bob.broadcaster());
    assertEquals(
        List.of(new InetSocketAddress(CoreFixture.ip(10, 77, 0, 1), bob.tcpPort)),
        lan.done(Effect.Ask.class).stream().map(Effect.Ask::to).toList());
  }

  // Answers that fit, and others.

  @Test
  void aDocumentCountsOnlyWhenItHashesToTheDigestInTheBeacon() {
    Friend bob = lan.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.is(Mood.CUT_OFF).beacons();
    Introduction other =
        new Introduction(
            bob.id, bob.incarnation, bob.name, "Test", CoreFixture.document("something else"));
    lan.turn(() -> lan.core.onAnswer(bob.asked().get(0).question(), other));
    lan.runFor(500);
    assertEquals(List.of(), bob.news());
    assertEquals(1, lan.core.count(Count.WRONG_ANSWERS));
    bob.lives().beacons();
    lan.runFor(8_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(bob.document, lan.core.peers().get(0).document());
  }

  @Test
  void aDocumentInAQuestionCountsOnlyWhenItHashesToTheDigestInTheBeacon() {
    Friend bob = lan.friendBefore("bob");
    Document announced = CoreFixture.document("orders");
    bob.document = announced;
    bob.is(Mood.CUT_OFF).beacons();
    bob.document = CoreFixture.document("something else");
    bob.asksUs();
    assertEquals(List.of(), bob.news());
    bob.document = announced;
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(announced, lan.core.peers().get(0).document());
  }

  @Test
  void theAnswerOfAnotherNodeMakesNoPeer() {
    Friend bob = lan.friend("bob").is(Mood.CUT_OFF);
    Friend carol = lan.friend("carol");
    bob.beacons();
    lan.turn(() -> lan.core.onAnswer(bob.asked().get(0).question(), carol.introduction()));
    assertEquals(List.of(), lan.told());
    assertEquals(1, lan.core.count(Count.WRONG_ANSWERS));
  }

  // Trouble.

  @Test
  void aMuteNewcomerIsAskedThreeTimesAndThenNotedOnce() {
    Friend bob = lan.friend("bob").is(Mood.CUT_OFF);
    bob.beacons();
    lan.runFor(900);
    assertEquals(1, bob.asked().size());
    for (int i = 0; i < 14; i++) {
      bob.beacons();
      lan.runFor(500);
    }
    assertEquals(3, bob.asked().size());
    assertEquals(List.of(NoteKind.UNREACHABLE), lan.noted());
    assertEquals(List.of("bob"), lan.unreachable());
    assertEquals(List.of(), lan.told());
    for (int i = 0; i < 600; i++) {
      bob.beacons();
      lan.runFor(500);
    }
    assertTrue(bob.asked().size() > 6, "it is tried again");
    assertTrue(bob.asked().size() < 40, () -> "but ever more seldom: " + bob.asked().size());
    assertEquals(List.of(NoteKind.UNREACHABLE), lan.noted());
  }

  @Test
  void oneThatCanBeAskedAfterAllIsShown() {
    Friend bob = lan.friend("bob").is(Mood.DEAD);
    for (int i = 0; i < 10; i++) {
      bob.beacons();
      lan.runFor(500);
    }
    assertEquals(List.of("bob"), lan.unreachable());
    bob.lives();
    lan.runFor(10_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), lan.unreachable());
  }

  @Test
  void oneThatWasAskedAtWrongPortsIsAskedAtTheRightOneSoonAfterItIsKnown() {
    Friend carol = lan.met("carol");
    Friend bob = lan.friend("bob").offersTheSameAs(carol);
    bob.asksUs();
    for (int port = 9; port <= 10; port++) {
      lan.friendAt("nobody", bob.ip, port).is(Mood.DEAD);
      lan.hear(bob.says().tcpPort(port).build(), bob.broadcaster());
      lan.runFor(5);
    }
    bob.beacons();
    lan.runFor(250);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void oneMutePeerNeverDelaysAnother() {
    for (int i = 0; i < 31; i++) {
      lan.friend("mute").is(Mood.CUT_OFF).beacons();
    }
    Friend bob = lan.friend("bob");
    bob.beacons();
    lan.runFor(5);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void atMost32QuestionsAreOpenAtOnce() {
    for (int i = 0; i < 200; i++) {
      lan.friend("mute").is(Mood.CUT_OFF).beacons();
    }
    assertEquals(32, lan.done(Effect.Ask.class).size());
    lan.forget();
    lan.runFor(900);
    assertEquals(List.of(), lan.done(Effect.Ask.class));
    lan.runFor(110);
    assertEquals(32, lan.done(Effect.Forget.class).size());
    assertEquals(32, lan.done(Effect.Ask.class).size());
  }

  @Test
  void aQuestionThatTimesOutIsForgottenAndItsLateAnswerIsNothing() {
    Friend bob = lan.friend("bob").is(Mood.CUT_OFF);
    bob.beacons();
    long question = bob.asked().get(0).question();
    lan.runFor(1_001);
    assertEquals(1, lan.done(Effect.Forget.class, f -> f.question() == question).size());
    lan.turn(() -> lan.core.onAnswer(question, bob.introduction()));
    lan.turn(() -> lan.core.onQuestionFailed(question));
    assertEquals(List.of(), bob.news());
  }

  // Replicas: what they offer is known from another.

  @Test
  void aReplicaIsNotAskedButProbedAndItsPortIsTried() {
    Friend bob = lan.met("bob");
    lan.forget();
    Friend replica = replicaOf(bob, "replica");
    lan.runFor(200);
    assertEquals(List.of("ARRIVED"), replica.news());
    assertEquals(List.of(), replica.asked());
    assertEquals(1, replica.probed().size());
    assertEquals(1, lan.done(Effect.Connect.class, c -> c.peer().equals(replica.id)).size());
  }

  @Test
  void aReplicaWhosePortIsNotThereIsNotShown() {
    Friend bob = lan.met("bob");
    lan.forget();
    Friend replica = lan.friend("replica").offersTheSameAs(bob);
    replica.behindAFirewall = true;
    replica.lives().beacons();
    lan.runFor(20_000);
    assertEquals(List.of(), replica.news());
    assertEquals(List.of("replica"), lan.unreachable());
  }

  @Test
  void aReplicaThatWasHeardWithoutItsNameArrivesWithIt() {
    Friend bob = lan.met("bob");
    Friend replica = lan.friend("replica").offersTheSameAs(bob).is(Mood.QUIET);
    replica.dropsDatagrams = true;
    lan.hear(replica.says().namesWithin(0).build(), replica.broadcaster());
    long nonce = lan.nonceFor(replica);
    lan.hear(replica.says().namesWithin(0).echo(nonce).build(), replica.udpEndpoint());
    lan.runFor(1_000);
    assertEquals(List.of("ARRIVED"), replica.news());
    assertEquals(
        List.of("replica"),
        lan.core.peers().stream()
            .filter(it -> it.id().equals(replica.id))
            .map(PeerInfo::name)
            .toList());
  }

  // Crowds.

  @Test
  void inACrowdAKnownDigestSavesTheQuestionButNotTheProof() {
    List<Friend> crowd = lan.met(70);
    Friend bob = lan.friend("bob").offersTheSameAs(crowd.get(0)).is(Mood.CUT_OFF);
    bob.beacons();
    lan.runFor(100);
    assertEquals(List.of(), bob.news());
    bob.is(Mood.QUIET).echoesUs();
    lan.runFor(5_000); // the connection that was tried first is given up before it is tried again
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), bob.asked());
  }

  @Test
  void inACrowdTheTcpPortOfOneThatEchoedIsTriedOnce() {
    List<Friend> crowd = lan.met(70);
    lan.runFor(20_000);
    Friend bob = replicaOf(crowd.get(0), "bob");
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), bob.asked());
    assertEquals(1, lan.done(Effect.Connect.class, c -> c.peer().equals(bob.id)).size());
  }

  @Test
  void inACrowdWhoProvesNothingByItselfIsProbedForIt() {
    List<Friend> crowd = lan.met(70);
    Friend bob = replicaOf(crowd.get(0), "bob");
    lan.runFor(3_000);
    assertTrue(bob.probed().size() >= 1);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void inACrowdOneQuestionIsInFlightForEachDigest() {
    lan.met(70);
    List<Friend> replicas = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Friend replica = lan.friend("replica");
      replica.document = CoreFixture.document("new");
      replica.tcpLatencyNs = 30 * MS;
      replica.lives().beacons();
      replicas.add(replica);
    }
    lan.runFor(3_000);
    assertEquals(1, replicas.stream().mapToInt(replica -> replica.asked().size()).sum());
    for (Friend replica : replicas) {
      assertEquals(List.of("ARRIVED"), replica.news());
    }
  }

  @Test
  void inACrowdAMuteReplicaDelaysTheOthersOnlyUntilItsQuestionFailed() {
    Friend mute = novelInACrowd("mute").is(Mood.DEAD);
    mute.beacons();
    Friend bob = replicaOf(mute, "bob");
    lan.runFor(5_000);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void inACrowdOneBeforeUsWaitsForTheDocumentThatAnotherIsAskedFor() {
    Friend slow = novelInACrowd("slow");
    slow.tcpLatencyNs = 300 * MS;
    slow.lives().beacons();
    Friend bob = lan.friendBefore("bob").offersTheSameAs(slow);
    bob.lives().beacons();
    lan.runFor(5_000);
    assertEquals(List.of("ARRIVED"), slow.news());
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void inACrowdOneThatLeavesWhileAskedStrandsNobody() {
    Friend brief = novelInACrowd("brief").is(Mood.CUT_OFF);
    brief.beacons();
    Friend bob = replicaOf(brief, "bob");
    lan.runFor(20);
    brief.leaves();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void inACrowdOneThatAnswersWithAnotherDocumentStrandsNobody() {
    Friend liar = novelInACrowd("liar").is(Mood.CUT_OFF);
    liar.beacons();
    Friend bob = replicaOf(liar, "bob");
    lan.runFor(20);
    liar.document = CoreFixture.document("another");
    lan.turn(() -> lan.core.onAnswer(liar.asked().get(0).question(), liar.introduction()));
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void inACrowdOneThatChangesItsMindWhileAskedStrandsNobody() {
    Friend fickle = novelInACrowd("fickle").is(Mood.CUT_OFF);
    fickle.beacons();
    Friend bob = replicaOf(fickle, "bob");
    lan.runFor(20);
    fickle.lives().offers("another");
    lan.runFor(5_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of("ARRIVED"), fickle.news());
  }

  @Test
  void oneHeardFirstByAnAnswerWithoutItsNameIsShownWithIt() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().name("").service("").build(), bob.udpEndpoint());
    bob.lives();
    lan.runFor(2_000);
    assertEquals(List.of("bob"), lan.shown());
  }

  // Changes.

  @Test
  void aChangeOfCapabilitiesIsToldOnce() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.offers("more");
    bob.beacons();
    bob.beacons();
    lan.runFor(5_000);
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(1, bob.asked().size());
    assertEquals(bob.document, lan.core.peers().get(0).document());
  }

  @Test
  void aChangeToAKnownDigestNeedsNoQuestion() {
    Friend bob = lan.met("bob");
    bob.offers("more");
    lan.runFor(100);
    Friend carol = lan.met("carol");
    lan.forget();
    carol.offers("more");
    lan.runFor(100);
    assertEquals(List.of("UPDATED"), carol.news());
    assertEquals(List.of(), carol.asked());
  }

  @Test
  void capabilitiesThatChangeWhileAskedAreToldAsTheyEndedUp() {
    Friend bob = lan.met("bob");
    bob.tcpLatencyNs = 100 * MS;
    lan.forget();
    for (int i = 0; i < 10; i++) {
      bob.offers("v" + i);
      lan.runFor(30);
    }
    lan.runFor(3_000);
    assertTrue(bob.news().size() >= 1);
    assertEquals(bob.document, lan.core.peers().get(0).document());
    assertEquals(bob.news().size(), bob.news().stream().filter("UPDATED"::equals).count());
  }

  @Test
  void withdrawingAllIsAChangeToo() {
    Friend bob = lan.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.isMet();
    lan.forget();
    bob.document = Document.EMPTY;
    bob.beacons();
    lan.runFor(100);
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(Document.EMPTY, lan.core.peers().get(0).document());
  }

  @Test
  void aChangeThatCannotBeAskedForIsAskedForAgain() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.is(Mood.CUT_OFF).offers("more");
    lan.runFor(500);
    bob.lives().beacons();
    lan.runFor(10_000);
    assertEquals(List.of("UPDATED"), bob.news());
  }

  @Test
  void aChangeIsAskedForAgainThoughBeaconsGoOnAndPutOffAllElse() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.behindAFirewall = true;
    bob.offers("more");
    for (int i = 0; i < 60; i++) {
      lan.runFor(1_000);
      bob.beacons();
    }
    assertTrue(bob.asked().size() > 3, "its three tries are over");
    bob.behindAFirewall = false;
    lan.runFor(11_000);
    assertEquals(List.of("UPDATED"), bob.news());
  }

  @Test
  void inTheFormerFormatASecondAddressIsAddedOnceItAnsweredThereAndIsToldOnce() {
    Friend bob = lan.friend("bob");
    bob.isFormer = true;
    bob.isMet();
    lan.forget();
    InetSocketAddress second = new InetSocketAddress(CoreFixture.ip(10, 88, 0, 1), 7_000);
    lan.hear(bob.says().build(), second);
    List<Effect.Send> asked = lan.done(Effect.Send.class, s -> s.beacon().isSolicit());
    assertEquals(second, asked.get(0).to());
    assertEquals(List.of(), bob.news());
    lan.hear(bob.says().echo(asked.get(0).beacon().nonce()).build(), second);
    lan.hear(bob.says().build(), second);
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(List.of(bob.ip, second.getAddress()), lan.core.peers().get(0).addresses());
  }

  @Test
  void aNewcomerUnderAFloodIsShownThoughThousandsAreInvented() {
    for (int i = 0; i < 2_000; i++) {
      lan.friend("invented").is(Mood.CUT_OFF).beacons();
    }
    Friend bob = lan.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.lives().beacons();
    bob.asksUs();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
  }
}
