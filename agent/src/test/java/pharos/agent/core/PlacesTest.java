package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.testkit.Seeds;

/** Where a peer is: what it says itself counts, and not who answers in its name. */
class PlacesTest {
  private final CoreFixture lan = CoreFixture.running();
  private final InetAddress second = CoreFixture.ip(10, 88, 0, 1);
  private final InetAddress evil = CoreFixture.ip(10, 66, 0, 1);

  private Friend metOfTodaysFormat(String name) {
    return lan.friend(name).sendsFrom().isMet();
  }

  private static List<InetAddress> addressesOf(Friend friend, CoreFixture lan) {
    return lan.core.peers().stream()
        .filter(peer -> peer.id().equals(friend.id))
        .findFirst()
        .orElseThrow()
        .addresses();
  }

  private List<InetAddress> addressesOf(Friend friend) {
    return addressesOf(friend, lan);
  }

  private static InetSocketAddress at(InetAddress address) {
    return new InetSocketAddress(address, 40_000);
  }

  @Test
  void aNewAddressCountsOnceTheKnownPlaceVouchesForIt() {
    Friend bob = metOfTodaysFormat("bob");
    bob.sendsFrom(second); // since we asked
    bob.at(second);
    lan.forget();
    lan.hear(bob.says().build(), at(second));
    assertEquals(List.of(), bob.news());
    assertEquals(second, bob.probed().get(0).beacon().vouch().orElseThrow());
    assertEquals(bob.udpEndpoint(), bob.probed().get(0).to());
    assertEquals(List.of(), sentTo(second), "it did not vouch yet");
    lan.runFor(5);
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(List.of(bob.ip, second), addressesOf(bob));
  }

  /** It is met at one address of its host; its questions may come from the other. */
  @Test
  void whoTookAConnectionAtOneAddressIsProvenAtEachWhereItAnswered() {
    Friend bob = metOfTodaysFormat("bob");
    assertEquals(Map.of(bob.ip, 1), lan.core.provenAt());
    bob.sendsFrom(second);
    bob.at(second);
    lan.hear(bob.says().build(), at(second));
    lan.runFor(5);
    assertEquals(Map.of(bob.ip, 1, second, 1), lan.core.provenAt());
  }

  @Test
  void anAddressWhereItDoesNotAnswerIsNoPlaceOfItThoughItVouchesForIt() {
    Friend carol = metOfTodaysFormat("carol");
    Friend bob = metOfTodaysFormat("bob");
    bob.sendsFrom(second, carol.ip);
    lan.forget();
    for (int i = 0; i < 20; i++) {
      lan.hear(bob.says().build(), at(second)); // where nobody is
      lan.hear(bob.says().build(), at(carol.ip)); // where another answers
      lan.runFor(500);
    }
    assertEquals(List.of(bob.ip), addressesOf(bob));
    assertEquals(Map.of(bob.ip, 1, carol.ip, 1), lan.core.provenAt());
    assertTrue(sentTo(second).size() <= 11, "more than one an interval");
    assertEquals(List.of(), bob.news());
  }

  private List<Effect.Send> sentTo(InetAddress address) {
    return lan.done(Effect.Send.class, it -> it.to().getAddress().equals(address));
  }

  @Test
  void whoIsSaidToBeElsewhereIsMetWhereItIs() throws UnknownHostException {
    Friend bob = lan.friend("bob").sendsFrom();
    for (int mask = 1; mask <= 12; mask++) {
      InetAddress elsewhere = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (200 + mask)});
      Friend forger = bob.at(elsewhere).is(Mood.DEAD);
      lan.hear(bob.says().build(), forger.broadcaster());
    }
    bob.lives();
    lan.runFor(2_500);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @ParameterizedTest
  @ValueSource(strings = {"refuses", "says nothing", "answers its beacons alone"})
  void whoIsSaidToBeAtManyPlacesAgainAndAgainIsMetWithinThreeSeconds(String mask)
      throws UnknownHostException {
    Friend bob = lan.friend("bob").sendsFrom();
    List<Friend> masks = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      Friend at = bob.at(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (200 + i)}));
      at.is(mask.equals("refuses") ? Mood.DEAD : Mood.CUT_OFF);
      if (mask.equals("answers its beacons alone")) {
        at.is(Mood.QUIET).swallowsConnections = true;
      }
      masks.add(at);
    }
    for (int ms = 0; ms < 3_000; ms += 100) {
      if (ms == 300) {
        bob.lives();
      }
      for (Friend at : masks) {
        lan.hear(bob.says().build(), at.broadcaster());
      }
      lan.runFor(100);
    }
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoseQuestionWasLostIsAskedAgainThoughAnotherAnswersEachBeaconInItsName() {
    Friend carol = metOfTodaysFormat("carol");
    Friend bob = lan.friend("bob").sendsFrom().offersTheSameAs(carol);
    bob.swallowsConnections = true;
    bob.lives().beacons();
    Friend mask = bob.at(evil);
    mask.swallowsConnections = true;
    for (int ms = 0; ms < 5_000; ms += 100) {
      bob.swallowsConnections = ms < 2_000;
      mask.beacons();
      lan.runFor(100);
    }
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoAnswersElsewhereInItsNameIsNoPlaceOfIt() {
    Friend bob = metOfTodaysFormat("bob");
    Friend forger = bob.at(evil).lives();
    lan.forget();
    for (int i = 0; i < 20; i++) {
      forger.beacons();
      lan.runFor(500);
    }
    assertEquals(List.of(bob.ip), addressesOf(bob));
    lan.hear(forger.says().leaving().build(), forger.udpEndpoint());
    lan.runFor(100);
    assertEquals(List.of(), bob.news());
    assertEquals(State.ALIVE, bob.state());
  }

  @Test
  void whoPassesOnItsAnswersIsNoPlaceOfItEither() {
    Friend bob = metOfTodaysFormat("bob");
    Friend relay = bob.at(evil).lives();
    relay.lie = bob.introduction();
    for (int i = 0; i < 20; i++) {
      relay.beacons();
      lan.runFor(500);
    }
    bob.vanishes();
    lan.runFor(20_000);
    assertEquals(List.of("ARRIVED", "SUSPECT", "GONE SILENT"), bob.news().subList(0, 3));
    assertTrue(lan.core.count(Count.FROM_ELSEWHERE) > 20);
  }

  @Test
  void whoPassesOnItsAnswersBeforeItWasEverHeardGivesWayToIt() {
    Friend bob = lan.friend("bob").sendsFrom();
    Friend relay = bob.at(evil).lives();
    relay.lie = bob.introduction();
    relay.tcpLatencyNs = 5 * CoreFixture.MS;
    relay.beacons();
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoPassedOnItsAnswersLongBeforeItWasHeardGivesWayToIt() {
    Friend bob = lan.friend("bob").sendsFrom();
    Friend relay = bob.at(evil).lives();
    relay.lie = bob.introduction();
    relay.beacons();
    lan.runFor(20_000);
    assertEquals(List.of(evil), addressesOf(bob), "nobody else was ever heard");
    bob.sequence += 10_000;
    bob.lives().beacons();
    lan.runFor(2_500);
    assertEquals(List.of(bob.ip), addressesOf(bob));
    lan.runFor(20_000);
    assertEquals(List.of(bob.ip), addressesOf(bob));
    assertEquals(List.of("ARRIVED", "UPDATED"), bob.news());
  }

  @Test
  void whoPassesOnItsAnswersAndAsksToBeReachedThereGivesWayToItToo() {
    Friend bob = lan.friend("bob").sendsFrom();
    Friend relay = bob.at(evil);
    relay.lie = bob.introduction();
    relay.tcpLatencyNs = 5 * CoreFixture.MS;
    lan.hear(relay.says().address(evil).build(), relay.broadcaster());
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoPassedOnItsAnswersAndAskedToBeReachedThereGivesWayToItToo() {
    Friend bob = lan.friend("bob").sendsFrom();
    Friend relay = bob.at(evil);
    relay.lie = bob.introduction();
    lan.hear(relay.says().address(evil).build(), relay.broadcaster());
    lan.runFor(100);
    assertEquals(List.of(evil), addressesOf(bob), "nobody else was ever heard");
    bob.sequence += 10_000;
    bob.lives().beacons();
    lan.runFor(2_500);
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoAnsweredElsewhereTakesNoPlaceThatItsDocumentNames() {
    Friend bob = metOfTodaysFormat("bob");
    Friend liar = lan.friend("liar");
    liar.addresses = List.of(bob.ip);
    liar.beacons();
    Document offered = liar.document;
    liar.document = CoreFixture.document("something else");
    lan.runFor(10); // it answered, but not with what its beacon says
    liar.document = offered;
    lan.hear(liar.says().build(), at(bob.ip));
    lan.runFor(5_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(), liar.news());
  }

  @Test
  void whoAnswersFirstElsewhereDoesNotTakeThePlaceOfANewcomerThatAskedUs() {
    Friend carol = metOfTodaysFormat("carol");
    Friend bob = lan.friendBefore("bob").sendsFrom().offersTheSameAs(carol);
    bob.beacons();
    bob.asksUs();
    bob.dropsDatagrams = true; // its answer is late
    lan.runFor(20);
    Friend forger = bob.at(evil).sendsFrom(bob.ip).lives();
    forger.beacons();
    lan.runFor(2_000);
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whereANewcomerWasHeardFirstItHasTimeToAnswer() {
    metOfTodaysFormat("carol");
    Friend bob = lan.friendBefore("bob").sendsFrom();
    bob.beacons();
    lan.runFor(20);
    Friend forger = bob.at(evil).sendsFrom(bob.ip).lives();
    forger.beacons();
    lan.runFor(2_000);
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoWasMetByItsDigestWherePassersOnAnswerGivesWayToThePlaceThatItsDocumentNames() {
    Friend carol = metOfTodaysFormat("carol");
    Friend bob = lan.friend("bob").sendsFrom().offersTheSameAs(carol);
    Friend relay = bob.at(evil).lives();
    relay.lie = bob.introduction();
    relay.beacons();
    lan.runFor(1_000);
    assertEquals(List.of(evil), addressesOf(bob), "nobody else was ever heard");
    bob.sequence += 10_000;
    bob.lives().beacons();
    lan.runFor(2_500);
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoseNameAnotherHadIsMetAsSoonAsTheOtherIsKnownToBeGone() {
    metOfTodaysFormat("carol").lives();
    Friend bob = lan.friend("bob").sendsFrom();
    Friend forger = bob.at(evil).lives();
    forger.beacons();
    lan.runFor(1_000);
    assertEquals(List.of(evil), addressesOf(bob), "nobody else was ever heard");
    forger.vanishes();
    lan.runFor(7_000);
    assertEquals(State.GONE, bob.state());
    lan.forget();
    bob.sequence += 10_000;
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoStoodStillComesHomeThoughAnotherTookItsNameMeanwhile() {
    metOfTodaysFormat("carol").lives();
    Friend bob = metOfTodaysFormat("bob");
    bob.vanishes();
    lan.runFor(7_000);
    assertEquals(State.GONE, bob.state());
    Friend later = bob.at(evil);
    later.incarnation += 1_000_000;
    later.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of(evil), addressesOf(bob));
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of(bob.ip), addressesOf(bob));
  }

  @Test
  void whoIsGoneIsMetAtThePortThatItSays() {
    metOfTodaysFormat("carol").lives();
    Friend bob = metOfTodaysFormat("bob");
    bob.vanishes();
    lan.runFor(7_000);
    assertEquals(State.GONE, bob.state());
    bob.successorAtItsPorts("nobody").is(Mood.CUT_OFF);
    bob.movesTo(7_001).lives().beacons();
    lan.runFor(100);
    assertEquals(State.ALIVE, bob.state());
  }

  @Test
  void whoIsGoneIsNotMetWhereItHasNoPort() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    lan.runFor(8_000);
    assertEquals(State.GONE, bob.state());
    lan.hear(bob.says().tcpPort(0).build(), at(evil));
    bob.asksUs();
    lan.runFor(100);
    assertEquals(State.GONE, bob.state());
  }

  @Test
  void aNewcomerIsMetThoughMostOfItsBeaconsAreForgedWithAnotherPort() {
    Friend bob = lan.friend("bob").sendsFrom();
    for (int i = 0; i < 12; i++) {
      bob.beacons();
      for (int j = 0; j < 4; j++) {
        lan.hear(bob.says().tcpPort(9).udpPort(9).build(), bob.broadcaster());
        lan.runFor(250);
      }
    }
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void nobodyIsShownAtOurOwnPortThoughItTakesConnections() {
    Friend carol = metOfTodaysFormat("carol");
    Friend bob = lan.friendAt("bob", lan.address.getAddress(), 9_000).offersTheSameAs(carol);
    bob.swallowsConnections = true;
    bob.beacons();
    bob.asksUs();
    lan.turn(() -> lan.core.onConnected(bob.id, bob.incarnation, bob.tcpEndpoint()));
    lan.runFor(100);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void itArrivesWithAllAddressesThatItsDocumentNamesAndItWasHeardFrom() {
    Friend bob = lan.friend("bob").sendsFrom(second);
    bob.beacons();
    lan.hear(bob.says().build(), at(second));
    lan.hear(bob.says().build(), at(evil));
    lan.runFor(10);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of(bob.ip, second), addressesOf(bob));
  }

  @Test
  void anAddressThatItsDocumentNamesCountsAtOnce() {
    Friend bob = lan.friend("bob").sendsFrom(second).isMet();
    lan.forget();
    lan.hear(bob.says().build(), at(second));
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(List.of(bob.ip, second), addressesOf(bob));
  }

  private Friend moved(Friend bob, InetAddress to) {
    bob.vanishes();
    Friend there = bob.at(to).lives();
    there.beacons();
    return there;
  }

  @Test
  void itIsReachedAtItsNewAddressAfterItMovedAndACrashIsKnownWithinMilliseconds() {
    metOfTodaysFormat("carol");
    Friend bob = metOfTodaysFormat("bob");
    lan.forget();
    Friend there = moved(bob, second);
    lan.runFor(2_500);
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(List.of(second), addressesOf(bob));
    assertEquals(
        there.tcpEndpoint(), lan.done(Effect.Watch.class).get(0).to(), "it is watched there");
    lan.runFor(3_000);
    assertEquals(List.of("UPDATED"), bob.news());
    there.dies();
    long deadNs = lan.nowNs;
    there.watchBreaks();
    lan.runFor(100);
    assertTrue(bob.toldAfterMs("GONE CRASHED", deadNs) < 50);
  }

  @Test
  void howeverOftenItMovesItsNewAddressIsTheOne() {
    metOfTodaysFormat("carol");
    Friend bob = metOfTodaysFormat("bob");
    Friend there = bob;
    for (int i = 1; i <= 30; i++) {
      there = moved(there, CoreFixture.ip(10, 88, 0, i));
      lan.runFor(4_000);
      assertEquals(List.of(there.ip), addressesOf(bob));
    }
    assertEquals(31, bob.news().size(), bob.news()::toString);
  }

  @Test
  void ofTwoInterfacesThatSpeakNoneTakesThePlaceOfTheOther() {
    Seeds.forEach(
        5,
        random -> {
          CoreFixture some = CoreFixture.running();
          Friend bob = some.friend("bob").sendsFrom(second);
          bob.beacons();
          some.hear(bob.says().build(), at(second));
          some.runFor(10);
          some.forget();
          for (int i = 0; i < 200; i++) {
            some.runFor(1_000);
            if (random.nextInt(10) > 0) {
              bob.beacons();
            }
            if (random.nextInt(10) > 0) {
              some.hear(bob.says().build(), at(second));
            }
          }
          List<String> news = bob.news();
          assertTrue(news.stream().filter("UPDATED"::equals).count() <= 1, news::toString);
        });
  }

  @Test
  void aWrongUdpPortInTheFirstBeaconIsNotProbedForEver() {
    Friend bob = lan.friend("bob").is(Mood.QUIET);
    lan.hear(bob.says().udpPort(9).build(), bob.broadcaster());
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
    bob.beacons();
    lan.forget();
    lan.runFor(2_000);
    assertEquals(
        List.of(bob.udpEndpoint()),
        bob.probed().stream().map(Effect.Probe::to).distinct().toList());
  }

  @Test
  void aWrongUdpPortInAnAnswerIsNotProbed() {
    Friend bob = lan.friend("bob").is(Mood.QUIET);
    bob.beacons();
    lan.hear(bob.answers(lan.nonceFor(bob)).udpPort(9).build(), bob.udpEndpoint());
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
    lan.forget();
    lan.runFor(2_000);
    assertEquals(
        List.of(bob.udpEndpoint()),
        bob.probed().stream().map(Effect.Probe::to).distinct().toList());
  }

  @Test
  void aWrongUdpPortInTheFirstAnswerGivesWayToABeaconFromAnotherPortOfItsHost() {
    Friend bob = lan.friend("bob").is(Mood.QUIET);
    lan.hear(bob.says().udpPort(9).build(), bob.udpEndpoint());
    lan.runFor(100);
    bob.beacons();
    lan.forget();
    lan.runFor(2_000);
    assertEquals(
        List.of(bob.udpEndpoint()),
        bob.probed().stream().map(Effect.Probe::to).distinct().toList());
  }

  @Test
  void whoseCableWasOutSpeaksFromAnotherPortAndIsKnownAgainAtOnce() {
    Friend bob = lan.met("bob");
    bob.is(Mood.CUT_OFF);
    lan.runFor(8_000);
    assertEquals(State.GONE, bob.state());
    bob.broadcastPort++;
    bob.lives();
    lan.runFor(1_200);
    assertEquals(State.ALIVE, bob.state());
  }

  @Test
  void anInterfaceThatFallsSilentGivesWayAndIsDroppedAfterFiveIntervals() {
    Friend bob = lan.friend("bob").sendsFrom(second);
    Friend there = bob.at(second);
    bob.beacons();
    there.beacons();
    lan.runFor(10);
    lan.forget();
    bob.vanishes();
    for (int i = 0; i < 4; i++) {
      lan.runFor(1_000);
      there.beacons();
    }
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(List.of(second, bob.ip), addressesOf(bob));
    for (int i = 0; i < 2; i++) {
      lan.runFor(1_000);
      there.beacons();
    }
    // Whether it was suspect depends on whether it was asked just then at the silent one.
    assertEquals(2, bob.news().stream().filter("UPDATED"::equals).count());
    assertEquals(State.ALIVE, bob.state());
    assertEquals(List.of(second), addressesOf(bob));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNewPortAtAKnownAddressCountsOnceTheOwnPortThereAnswered(boolean isFormer) {
    Friend bob = lan.friend("bob");
    bob.isFormer = isFormer;
    bob.isMet();
    lan.forget();
    bob.broadcastPort = 41_000;
    bob.beacons();
    lan.runFor(5);
    long before = lan.core.count(Count.FROM_ELSEWHERE);
    bob.beacons();
    assertEquals(before, lan.core.count(Count.FROM_ELSEWHERE));
    assertEquals(List.of(), bob.news());
  }

  @Test
  void oneThatWasHeardByItsAnswerFirstProvesItselfAfterItsFirstBroadcast() {
    Friend carol = metOfTodaysFormat("carol");
    Friend bob = lan.friend("bob").offersTheSameAs(carol);
    lan.hear(bob.says().echo(77).build(), bob.udpEndpoint());
    bob.beacons();
    lan.runFor(5);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void aFormerFormatCannotVouchAndIsBelievedWhereItAnswers() {
    Friend bob = lan.friend("bob");
    bob.isFormer = true;
    bob.isMet();
    Friend there = bob.at(second).is(Mood.QUIET);
    there.beacons();
    lan.runFor(5);
    assertEquals(List.of(bob.ip, second), addressesOf(bob));
  }

  @Test
  void aFloodFromInventedPlacesCostsItsKnownPlaceABoundedNumberOfQuestions() {
    List<Friend> friends = lan.met(20);
    lan.forget();
    for (int i = 0; i < 1_000; i++) {
      Friend friend = friends.get(i % 20);
      lan.hear(friend.says().build(), at(CoreFixture.ip(10, 70, i / 250, i % 250)));
      lan.runFor(2);
    }
    assertTrue(lan.done(Effect.Probe.class).size() < 900);
    int asked = lan.done(Effect.Ask.class).size();
    assertTrue(asked <= 60, asked + " claims asked");
    assertEquals(List.of(), lan.told());
  }
}
