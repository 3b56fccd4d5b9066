package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Account;
import pharos.beacon.Beacon;
import pharos.beacon.Subject;

/**
 * Before silence is told as a death others are asked, and what they say counts as far as it may.
 */
class WitnessesTest {
  private static final Account UNHEARD = new Account(Account.NEVER, 0);

  private final CoreFixture lan = CoreFixture.running();
  private final List<Friend> others = new ArrayList<>();
  private long sequence = 1_000;

  /** So many who say the same of everybody; the first met is the one they are asked about. */
  private Friend met(int count, Function<Subject, Account> hears) {
    Friend subject = lan.friend("subject");
    subject.hears = hears;
    subject.isMet();
    for (int i = 0; i < count; i++) {
      Friend other = lan.friend("other" + i);
      other.hears = hears;
      others.add(other.isMet());
    }
    lan.runFor(3_000);
    others.forEach(Friend::echoesUs);
    subject.beacons();
    lan.forget();
    return subject;
  }

  private Account heard() {
    return new Account(200, ++sequence);
  }

  private long goneMs(long sinceNs) {
    List<Long> gone =
        lan.timesMs(Effect.Tell.class, it -> it.change().kind() == Change.Kind.GONE, sinceNs);
    assertEquals(1, gone.size(), () -> lan.told().toString());
    return gone.get(0);
  }

  private List<Effect.Send> asked() {
    return lan.done(Effect.Send.class, it -> it.beacon().hasSubjects());
  }

  private boolean isHeardByOthers(Friend subject) {
    return lan.core.peers().stream()
        .filter(it -> it.id().equals(subject.id))
        .anyMatch(it -> it.hearing().isHeardByOthers());
  }

  @Test
  void whomOthersHearStays() {
    Friend subject = met(4, it -> heard());
    subject.vanishes();
    lan.runFor(600_000);
    assertEquals(List.of("SUSPECT subject", "UPDATED subject"), lan.told());
    assertTrue(isHeardByOthers(subject));
    assertEquals(State.SUSPECT, subject.state());
    int datagrams = asked().size();
    assertTrue(datagrams <= 3 * 300 + 3, datagrams + " datagrams in ten minutes");
    assertEquals(4, asked().stream().map(Effect.Send::to).distinct().count());
  }

  @Test
  void itIsHereAgainOnceItIsHeard() {
    Friend subject = met(4, it -> heard());
    subject.vanishes();
    lan.runFor(30_000);
    lan.forget();
    subject.lives();
    subject.beacons();
    assertEquals(List.of("RECOVERED subject"), lan.told());
    assertFalse(isHeardByOthers(subject));
    lan.runFor(20_000);
    assertEquals(List.of("RECOVERED subject"), lan.told());
  }

  @Test
  void whomNobodyHearsIsGoneAsSoonAsEver() {
    Friend subject = met(4, it -> UNHEARD);
    long lastNs = lan.nowNs;
    subject.vanishes();
    lan.runFor(10_000);
    long goneMs = goneMs(lastNs);
    assertTrue(goneMs <= 6_050, goneMs + " ms");
    assertEquals(3, asked().size());
  }

  @Test
  void anOldAccountIsNone() {
    Friend subject = met(4, it -> new Account(2_700, ++sequence));
    subject.vanishes();
    lan.runFor(10_000);
    assertEquals(State.GONE, subject.state());
  }

  @Test
  void whoHeardNoMoreThanWeDidHeardACopy() {
    Friend subject = met(4, it -> UNHEARD);
    others.forEach(each -> each.hears = it -> new Account(300, subject.sequence - 1));
    subject.vanishes();
    lan.runFor(7_000);
    assertEquals(State.GONE, subject.state());
  }

  @Test
  void oneOfManyIsNotBelieved() {
    Friend subject = met(9, it -> UNHEARD);
    others.get(0).hears = it -> heard();
    subject.vanishes();
    lan.runFor(10_000);
    assertEquals(State.GONE, subject.state());
  }

  @Test
  void twoOfTenWhoLieKeepNobodyForLong() {
    Friend subject = met(9, it -> heard());
    subject.vanishes();
    lan.runFor(10_000);
    assertTrue(isHeardByOthers(subject));
    others.subList(2, 9).forEach(it -> it.hears = any -> UNHEARD);
    lan.runFor(30_000);
    assertTrue(lan.told().contains("GONE subject SILENT"));
  }

  @Test
  void theOnlyOtherIsBelievedForAMinute() {
    Friend subject = met(1, it -> heard());
    long lastNs = lan.nowNs;
    subject.vanishes();
    lan.runFor(80_000);
    long goneMs = goneMs(lastNs);
    assertTrue(goneMs >= 64_000 && goneMs <= 69_000, goneMs + " ms");
  }

  @Test
  void aSequenceNumberThatStandsStillIsADeadOne() {
    Friend subject = met(4, it -> new Account(100, 4_711));
    subject.vanishes();
    lan.runFor(8_000);
    assertTrue(isHeardByOthers(subject));
    lan.runFor(5_000);
    assertEquals(State.GONE, subject.state());
  }

  @Test
  void whereNobodyAnswersItIsHeldAndThenGone() {
    Friend subject = met(4, it -> UNHEARD);
    others.forEach(it -> it.keepsSilent = true);
    long lastNs = lan.nowNs;
    subject.vanishes();
    lan.runFor(59_000);
    assertEquals(List.of(), lan.told().stream().filter(it -> it.startsWith("GONE")).toList());
    assertTrue(lan.known(subject).isNotJudged());
    lan.runFor(5_000);
    long goneMs = goneMs(lastNs);
    assertTrue(goneMs >= 61_000 && goneMs <= 62_000, goneMs + " ms");
  }

  @Test
  void onceTheyAnswerItIsDecided() {
    Friend subject = met(4, it -> UNHEARD);
    others.forEach(it -> it.keepsSilent = true);
    subject.vanishes();
    lan.runFor(20_000);
    others.forEach(it -> it.keepsSilent = false);
    lan.runFor(2_500);
    assertEquals(State.GONE, subject.state());
  }

  @Test
  void oneThatIsHeldIsThereAgainOnceItIsHeard() {
    Friend subject = met(4, it -> UNHEARD);
    others.forEach(it -> it.keepsSilent = true);
    subject.vanishes();
    lan.runFor(20_000);
    subject.lives();
    subject.beacons();
    assertFalse(lan.known(subject).isNotJudged());
    lan.runFor(100_000);
    assertEquals(State.ALIVE, subject.state());
  }

  @Test
  void fewWhoKeepSilentHoldNobody() {
    Friend subject = met(2, it -> UNHEARD);
    others.forEach(it -> it.keepsSilent = true);
    long lastNs = lan.nowNs;
    subject.vanishes();
    lan.runFor(10_000);
    assertTrue(goneMs(lastNs) <= 6_300);
  }

  @Test
  void whoCannotTellIsReplaced() {
    Friend subject = met(9, it -> new Account(Account.UNSURE, 0));
    others.subList(0, 5).forEach(it -> it.hears = any -> heard());
    subject.vanishes();
    lan.runFor(10_000);
    assertTrue(isHeardByOthers(subject));
  }

  @Test
  void aRefusalWaitsForNobody() {
    Friend subject = met(4, it -> heard());
    long diedNs = lan.nowNs;
    subject.dies();
    subject.watchBreaks();
    lan.runFor(1_000);
    assertTrue(goneMs(diedNs) <= 50);
    assertEquals(List.of(), asked());
  }

  @Test
  void afterACutOnlyWhatWasHeardSinceCounts() {
    Friend subject = met(4, it -> new Account(1_900, ++sequence));
    long cutNs = lan.nowNs;
    subject.vanishes();
    subject.watchBreaks();
    lan.runFor(3_000);
    long goneMs = goneMs(cutNs);
    assertTrue(goneMs >= 1_500 && goneMs <= 1_800, goneMs + " ms");
  }

  @Test
  void whomOthersHeardSinceTheCutStays() {
    Friend subject = met(4, it -> heard());
    subject.vanishes();
    subject.watchBreaks();
    lan.runFor(60_000);
    assertEquals(List.of("SUSPECT subject", "UPDATED subject"), lan.told());
  }

  @Test
  void thoseOfItsHostAndOfOursAreNotAsked() {
    Friend subject = met(2, it -> UNHEARD);
    Friend twin = lan.friendAt("twin", subject.ip, 7_011);
    twin.hears = it -> heard();
    twin.isMet();
    Friend beside = lan.friendAt("beside", CoreFixture.ip(10, 0, 0, 1), 7_012);
    beside.hears = it -> heard();
    beside.isMet();
    lan.runFor(2_000);
    lan.forget();
    subject.vanishes();
    lan.runFor(10_000);
    assertEquals(State.GONE, subject.state());
    assertTrue(
        asked().stream()
            .noneMatch(
                it -> it.to().equals(twin.udpEndpoint()) || it.to().equals(beside.udpEndpoint())));
  }

  @Test
  void severalAreAskedAboutInOneDatagram() {
    Friend subject = met(4, it -> UNHEARD);
    List<Friend> dying = new ArrayList<>(List.of(subject));
    for (int i = 0; i < 30; i++) {
      Friend friend = lan.friend("dying" + i);
      friend.hears = it -> UNHEARD;
      dying.add(friend.isMet());
    }
    lan.runFor(3_000);
    lan.forget();
    dying.forEach(Friend::beacons);
    dying.forEach(Friend::vanishes);
    lan.runFor(10_000);
    assertEquals(4, lan.shown().size());
    int subjects = asked().stream().mapToInt(it -> it.beacon().subjects().size()).sum();
    assertEquals(93, subjects);
    assertTrue(asked().size() <= 60, asked().size() + " datagrams");
    assertTrue(asked().stream().allMatch(it -> it.beacon().length() == Beacon.MAX_LENGTH));
  }

  @Test
  void anAccountThatNobodyAskedForIsNothing() {
    Friend subject = met(4, it -> UNHEARD);
    others.forEach(it -> it.keepsSilent = true);
    subject.vanishes();
    lan.runFor(5_800);
    for (Effect.Send question : asked()) {
      Beacon forged =
          others.get(0).says().tell(question.beacon().nonce() ^ 1, List.of(heard())).build();
      lan.hear(forged, others.get(0).udpEndpoint());
    }
    lan.runFor(1_000);
    assertFalse(isHeardByOthers(subject));
  }

  // To be asked.

  private Beacon question(Friend by, Friend... about) {
    List<Subject> subjects = new ArrayList<>();
    for (Friend each : about) {
      subjects.add(Subject.of(each.id, each.incarnation));
    }
    return by.says().padTo(Beacon.MAX_LENGTH).ask(42, subjects).build();
  }

  private List<Effect.Send> told() {
    return lan.done(Effect.Send.class, it -> it.beacon().hasAccounts());
  }

  @Test
  void itTellsWhatItHeard() {
    Friend subject = met(2, it -> UNHEARD);
    Friend nobody = lan.friend("nobody");
    lan.runFor(300);
    lan.hear(question(others.get(0), subject, nobody), others.get(0).broadcaster());
    assertEquals(1, told().size());
    Beacon answer = told().get(0).beacon();
    assertEquals(others.get(0).udpEndpoint(), told().get(0).to());
    assertEquals(42, answer.echo());
    assertEquals(Account.NEVER, answer.accounts().get(1).agoMs());
    long agoMs = answer.accounts().get(0).agoMs();
    assertTrue(agoMs <= 300, agoMs + " ms");
    assertEquals(subject.sequence - 1, answer.accounts().get(0).sequence());
    assertTrue(answer.length() <= Beacon.MAX_LENGTH);
  }

  @Test
  void anotherRunIsNotTheOneThatIsAskedAbout() {
    Friend subject = met(2, it -> UNHEARD);
    subject.incarnation++;
    lan.hear(question(others.get(0), subject), others.get(0).broadcaster());
    assertEquals(Account.NEVER, told().get(0).beacon().accounts().get(0).agoMs());
  }

  @Test
  void aStrangerIsToldNothing() {
    Friend subject = met(2, it -> UNHEARD);
    Friend stranger = lan.friend("stranger").is(Mood.CUT_OFF);
    lan.hear(question(stranger, subject), stranger.broadcaster());
    lan.hear(question(others.get(0), subject), stranger.broadcaster());
    assertEquals(List.of(), told());
  }

  @Test
  void nobodyIsToldInAFloodNorMoreThanHeAsked() {
    Friend subject = met(2, it -> UNHEARD);
    for (int i = 0; i < 300; i++) {
      lan.hear(question(others.get(0), subject), others.get(0).broadcaster());
    }
    assertEquals(Witnesses.ANSWERS_PER_SECOND, told().size());
    lan.forget();
    Beacon shortest =
        others
            .get(1)
            .says()
            .name("")
            .service("")
            .ask(42, List.of(Subject.of(subject.id, 1)))
            .build();
    lan.hear(shortest, others.get(1).broadcaster());
    assertTrue(told().stream().allMatch(it -> it.beacon().length() <= shortest.length()));
  }

  @Test
  void whoStoodStillCannotTellUntilItListenedForAWhile() {
    Friend subject = met(3, it -> UNHEARD);
    subject.vanishes();
    lan.standStillFor(3_000);
    lan.runFor(50);
    lan.hear(question(others.get(0), subject), others.get(0).broadcaster());
    assertEquals(Account.UNSURE, told().get(0).beacon().accounts().get(0).agoMs());
    lan.runFor(2_600);
    lan.forget();
    lan.hear(question(others.get(0), subject), others.get(0).broadcaster());
    assertTrue(told().get(0).beacon().accounts().get(0).agoMs() > 2_500);
  }

  @Test
  void whoIsCutOffItselfCannotTell() {
    Friend subject = met(3, it -> UNHEARD);
    subject.vanishes();
    others.forEach(Friend::vanishes);
    lan.runFor(20_000);
    assertTrue(lan.core.isIsolated());
    Friend beside = lan.friendAt("beside", CoreFixture.ip(10, 0, 0, 1), 7_012).isMet();
    lan.hear(question(beside, subject), beside.broadcaster());
    assertEquals(Account.UNSURE, told().get(0).beacon().accounts().get(0).agoMs());
  }
}
