package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

/** Everything that others can fill has a bound, and says what happens at it. */
class StoresTest {
  private static final Contact SELF = Contact.of(ContactId.ofText("self"), "tcp://self:1");

  private static Turn turn(Consumer<Settings.Builder> change) {
    return new Turn(Settings.defaults().with(change), SELF, Seeds.random(1));
  }

  private static Contact contact(int number) {
    return Contact.of(ContactId.ofText("contact-" + number)).withVersion(new Version(1, 1));
  }

  private static Announcement announcement(Contact contact) {
    return new Announcement(contact, 0, false);
  }

  @Test
  void aFullStoreRefusesByNameAndKeepsWhatItHas() {
    HeldStore store = new HeldStore(turn(change -> change.held(3, 1 << 20, 3)));
    for (int i = 0; i < 3; i++) {
      assertEquals(Verdict.STORED, store.announce(announcement(contact(i)), "a"));
    }
    assertEquals(Verdict.FULL, store.announce(announcement(contact(3)), "b"));
    assertEquals(Verdict.STORED, store.announce(announcement(contact(0)), "a"));
    assertEquals(3, store.all().size());
  }

  @Test
  void theBytesAreBoundedToo() {
    HeldStore store = new HeldStore(turn(change -> change.held(100, 9_000, 100)));
    Contact big = contact(1).withData(ContactData.of(new byte[4_000]));
    assertEquals(Verdict.STORED, store.announce(announcement(big), "a"));
    assertEquals(
        Verdict.STORED,
        store.announce(announcement(contact(2).withData(ContactData.of(new byte[4_000]))), "a"));
    assertEquals(
        Verdict.FULL,
        store.announce(announcement(contact(3).withData(ContactData.of(new byte[4_000]))), "a"));
    Contact small = big.withData(ContactData.NONE).withVersion(new Version(1, 2));
    assertEquals(Verdict.STORED, store.announce(announcement(small), "a"));
    assertTrue(store.bytes() < 5_000, () -> store.bytes() + " bytes");
  }

  @Test
  void oneSourceCannotFillTheStoreAlone() {
    Turn turn = turn(change -> change.held(100, 1 << 20, 2));
    HeldStore store = new HeldStore(turn);
    store.announce(announcement(contact(1)), "greedy");
    store.announce(announcement(contact(2)), "greedy");
    assertEquals(Verdict.QUOTA, store.announce(announcement(contact(3)), "greedy"));
    assertEquals(Verdict.STORED, store.announce(announcement(contact(3)), "modest"));
    assertEquals(1, turn.counted(Count.REFUSED_ANNOUNCEMENTS));
    turn.nowNs += turn.settings.expiryNs();
    assertEquals(Verdict.STORED, store.announce(announcement(contact(4)), "greedy"));
  }

  @Test
  void whatIsNotAnnouncedAgainExpires() {
    Turn turn = turn(change -> {});
    HeldStore store = new HeldStore(turn);
    store.announce(announcement(contact(1)), "a");
    turn.nowNs += turn.settings.expiryNs() - 1;
    assertTrue(store.find(contact(1).key()).isPresent());
    turn.nowNs++;
    assertFalse(store.find(contact(1).key()).isPresent());
    store.expire();
    assertEquals(0, store.size());
    assertEquals(0, store.bytes());
  }

  @Test
  void whatIsHandedOverIsAsOldAsItWas() {
    Turn turn = turn(change -> {});
    HeldStore store = new HeldStore(turn);
    long ageMs = turn.settings.expiryNs() / Settings.MS - 1_000;
    store.announce(new Announcement(contact(1), ageMs, false), "a");
    assertEquals(ageMs, store.find(contact(1).key()).orElseThrow().ageMs());
    turn.nowNs += 2 * Settings.SECOND;
    assertFalse(store.find(contact(1).key()).isPresent());
    assertEquals(
        Verdict.EXPIRED, store.announce(new Announcement(contact(2), ageMs + 1_000, false), "a"));
    // It does not make younger what is held already, nor older.
    store.announce(announcement(contact(3)), "a");
    store.announce(new Announcement(contact(3), ageMs, false), "a");
    assertEquals(0, store.find(contact(3).key()).orElseThrow().ageMs());
  }

  @Test
  void aWithdrawalOfWhatWasNeverThereLeavesNothing() {
    HeldStore store = new HeldStore(turn(change -> {}));
    assertEquals(Verdict.WITHDRAWN, store.announce(new Announcement(contact(1), 0, true), "a"));
    assertEquals(0, store.size());
  }

  @Test
  void theArbiterDecidesWhetherAWithdrawalGoesThroughAndWhatItReturnsIsStored() {
    HeldStore versions = new HeldStore(turn(change -> {}));
    Contact late = contact(1).withVersion(new Version(2, 0));
    versions.announce(announcement(late), "a");
    assertEquals(Verdict.OLDER, versions.announce(new Announcement(contact(1), 0, true), "a"));
    assertEquals(Verdict.WITHDRAWN, versions.announce(new Announcement(late, 0, true), "a"));
    assertEquals(Optional.empty(), versions.find(late.key()));
    Contact later = contact(1).withVersion(new Version(3, 0));
    assertEquals(Verdict.STORED, versions.announce(announcement(later), "a"));

    HeldStore sets = new HeldStore(turn(change -> change.arbiter(Arbiters.growOnlySet())));
    Contact set = contact(1).withData(ContactData.ofText("[1]"));
    sets.announce(announcement(set), "a");
    Announcement other = new Announcement(set.withData(ContactData.ofText("[2]")), 0, true);
    assertEquals(Verdict.OLDER, sets.announce(other, "a"));
    assertEquals("[1,2]", sets.find(set.key()).orElseThrow().contact().data().toString());
  }

  @Test
  void anEarlierMemberOfASetKeepsItAlive() {
    Turn turn = turn(change -> change.arbiter(Arbiters.growOnlySet()));
    HeldStore store = new HeldStore(turn);
    Contact one = contact(1).withData(ContactData.ofText("[1]"));
    Contact two = one.withData(ContactData.ofText("[2]")).withVersion(new Version(9, 9));
    store.announce(announcement(one), "a");
    store.announce(announcement(two), "b");
    turn.nowNs += turn.settings.expiryNs() / 2;
    assertEquals(Verdict.STORED, store.announce(announcement(one), "a"));
    assertEquals(0, store.find(one.key()).orElseThrow().ageMs());
  }

  @Test
  void whateverIsAnnouncedTheCountsAreTrue() {
    Seeds.forEach(
        30,
        random -> {
          Turn turn = turn(change -> change.held(20, 20_000, 8));
          HeldStore store = new HeldStore(turn);
          for (int step = 0; step < 500; step++) {
            turn.nowNs += random.nextLong(Settings.MINUTE);
            Contact contact =
                contact(random.nextInt(40))
                    .withVersion(new Version(1, random.nextInt(5)))
                    .withData(ContactData.of(new byte[random.nextInt(3_000)]));
            store.announce(
                new Announcement(contact, random.nextInt(100_000), random.nextInt(4) == 0),
                "source-" + random.nextInt(4));
            assertTrue(store.size() <= 20 && store.bytes() <= 20_000);
            assertTrue(store.all().size() <= store.size());
          }
          turn.nowNs += 3 * turn.settings.expiryNs();
          store.expire();
          assertEquals(0, store.size());
          assertEquals(0, store.bytes());
        });
  }

  @Test
  void theCacheForgetsWhatWasUsedLongestAgoAndWhatIsTooOld() {
    Turn turn = turn(change -> change.cacheSize(2).cacheAgeNs(Settings.MINUTE));
    ContactCache cache = new ContactCache(turn);
    cache.put(contact(1), 0, Optional.empty());
    cache.put(contact(2), 0, Optional.empty());
    cache.get(contact(1).id());
    cache.put(contact(3), 0, Optional.empty());
    assertEquals(2, cache.size());
    assertTrue(cache.get(contact(2).id()) == null);
    assertTrue(cache.get(contact(1).id()) != null);
    turn.nowNs += Settings.MINUTE;
    assertTrue(cache.get(contact(1).id()) == null);
  }

  @Test
  void aCacheOfNoneKeepsNothing() {
    ContactCache cache = new ContactCache(turn(change -> change.cacheSize(0)));
    assertEquals(contact(1), cache.put(contact(1), 0, Optional.empty()));
    assertEquals(0, cache.size());
  }

  @Test
  void whoAsksTooOftenIsNotAnsweredAndOthersAre() {
    Overlay overlay =
        new Overlay(
            Settings.defaults().with(change -> change.requestsPerSecond(10, 20)),
            SELF,
            Seeds.random(1),
            0);
    Request ping = new Request.Ping(Optional.empty());
    for (int i = 0; i < 30; i++) {
      overlay.onRequest(i, "flood", ping);
    }
    overlay.onRequest(99, "other", ping);
    List<Effect> effects = overlay.takeEffects();
    assertEquals(21, effects.stream().filter(Effect.Reply.class::isInstance).count());
    assertEquals(new Effect.Ignore(20), effects.get(20));
    assertEquals(10, overlay.count(Count.TOO_MANY));
    overlay.turn(Settings.SECOND);
    overlay.onRequest(100, "flood", ping);
    assertInstanceOf(Effect.Reply.class, overlay.takeEffects().get(0));
  }

  @Test
  void theSourcesThatAreRememberedAreBounded() {
    RateLimits limits = new RateLimits(turn(change -> {}));
    for (int i = 0; i < 10_000; i++) {
      assertTrue(limits.allows("source-" + i));
    }
    assertTrue(limits.size() <= 4_096);
  }

  @Test
  void aFloodOfInventedSendersFillsNothing() {
    Overlay overlay = new Overlay(Settings.defaults(), SELF, Seeds.random(1), 0);
    for (int i = 0; i < 20_000; i++) {
      overlay.turn(i * Settings.MS);
      overlay.wakeUp();
      Contact invented = Contact.of(ContactId.ofText("invented-" + i), "tcp://x:" + i);
      overlay.onRequest(i, "source-" + i, new Request.Ping(Optional.of(invented)));
      overlay.takeEffects();
      assertTrue(overlay.sizes().open() <= 256);
    }
    assertEquals(0, overlay.sizes().nodes());
  }

  @Test
  void noMoreIsRegisteredThanMayBe() {
    Overlay overlay =
        new Overlay(
            Settings.defaults().with(change -> change.registrations(2)), SELF, Seeds.random(1), 0);
    for (int i = 0; i < 3; i++) {
      overlay.register(i, contact(i));
    }
    assertTrue(
        overlay
            .takeEffects()
            .contains(new Effect.Completed(2, new Result.Refused(Result.Reason.FULL))));
    assertEquals(2, overlay.registered().size());
  }
}
