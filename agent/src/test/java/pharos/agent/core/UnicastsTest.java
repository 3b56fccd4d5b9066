package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Account;

/** Where broadcasts are not heard, those who know each other announce themselves one by one. */
class UnicastsTest {
  private final CoreFixture lan = CoreFixture.running();

  private Friend met(String name) {
    Friend friend = lan.friend(name);
    friend.hears = it -> new Account(Account.NEVER, 0);
    friend.isMet();
    lan.runFor(2_000);
    return friend;
  }

  /** It announces itself to us alone, so often, from now on. */
  private void isDirect(Friend friend, boolean isUnheard, long everyMs) {
    lan.after(
        everyMs * CoreFixture.MS,
        () -> {
          lan.core.onDatagram(
              friend.says().nextMs((int) everyMs).direct(isUnheard).build(), friend.udpEndpoint());
          isDirect(friend, isUnheard, everyMs);
        });
  }

  private List<Effect.Send> direct() {
    return lan.done(Effect.Send.class, it -> it.beacon().isDirect());
  }

  @Test
  void whoAnswersAndIsNotHeardIsToldByUnicast() {
    Friend friend = met("friend").is(Mood.QUIET);
    lan.forget();
    lan.runFor(20_000);
    assertEquals(List.of(), lan.told());
    int sent = direct().size();
    assertTrue(sent >= 13 && sent <= 20, sent + " in 20 s");
    assertTrue(direct().stream().allMatch(it -> it.beacon().isUnheard()));
    assertTrue(direct().stream().allMatch(it -> it.to().equals(friend.udpEndpoint())));
    assertTrue(lan.noted().contains(NoteKind.BROADCASTS));
  }

  @Test
  void itsOwnByUnicastAreEnough() {
    Friend friend = met("friend").is(Mood.QUIET);
    lan.runFor(6_000);
    isDirect(friend, true, 1_000);
    lan.runFor(3_000);
    lan.forget();
    lan.runFor(60_000);
    int questions = lan.done(Effect.Ask.class).size();
    assertEquals(0, questions);
    assertEquals(List.of(), lan.told());
  }

  @Test
  void itEndsWithItsFirstBroadcast() {
    Friend friend = met("friend").is(Mood.QUIET);
    lan.runFor(10_000);
    assertFalse(direct().isEmpty());
    friend.lives().beacons();
    lan.runFor(1_000);
    lan.forget();
    lan.runFor(20_000);
    assertEquals(List.of(), direct());
  }

  @Test
  void whoHearsNoneOfOursIsToldUntilItSaysSoNoMore() {
    Friend friend = met("friend");
    isDirect(friend, true, 1_000);
    lan.runFor(5_000);
    assertTrue(direct().size() >= 3);
    assertFalse(direct().get(0).beacon().isUnheard());
    isDirect(friend, false, 200);
    lan.runFor(2_000);
    lan.forget();
    lan.hear(friend.says().direct(false).build(), friend.udpEndpoint());
    assertTrue(direct().size() <= 1);
  }

  @Test
  void anObserverAnnouncesNothingWhateverItIsAsked() {
    CoreFixture observer = CoreFixture.running(Settings.defaults().withObserver(true));
    Friend friend = observer.met("friend");
    for (int i = 0; i < 5; i++) {
      observer.hear(friend.says().direct(true).build(), friend.udpEndpoint());
      observer.runFor(1_000);
    }
    assertEquals(List.of(), observer.done(Effect.Send.class, it -> it.beacon().isDirect()));
  }

  @Test
  void aDoubtAndAGoodbyeGoToItToo() {
    Friend friend = met("friend");
    Friend other = met("other");
    isDirect(friend, true, 500);
    lan.runFor(2_000);
    lan.forget();
    other.vanishes();
    other.watchBreaks();
    lan.runFor(1);
    assertEquals(
        List.of(friend.udpEndpoint()),
        lan.done(Effect.Send.class, it -> it.beacon().hasDoubt()).stream()
            .map(Effect.Send::to)
            .toList());
  }

  @Test
  void manyTakeTurnsAndSilenceTakesAsMuchLonger() {
    List<Friend> friends = lan.met(40);
    friends.forEach(friend -> friend.hears = it -> new Account(Account.NEVER, 0));
    friends.forEach(Friend::beacons);
    lan.runFor(2_000);
    friends.forEach(friend -> friend.is(Mood.QUIET));
    lan.runFor(15_000);
    lan.forget();
    lan.runFor(42_000);
    long most = 42_000 * CoreFixture.MS / Unicasts.GAP_NS;
    assertTrue(direct().size() <= most + 1, direct().size() + " of " + most);
    assertEquals(40, direct().stream().map(Effect.Send::to).distinct().count());
    assertEquals(4.0, lan.core.peers().get(0).hearing().stretch(), 0.6);
  }

  @Test
  void oneOfTheFormerFormatIsAskedAsEver() {
    lan.met("former").is(Mood.QUIET);
    lan.runFor(30_000);
    assertEquals(List.of(), direct());
  }
}
