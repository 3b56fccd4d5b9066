package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

/** Everything that others can fill has a bound, and says what happens at it. */
class StoresTest {
  private static final long EXPIRY_NS = Settings.defaults().times().expiryNs();

  private static final Contact SELF = Contact.of(ContactId.ofText("self"), "tcp://self:1");

  private static final Settings SET = Settings.defaults();

  private static Turn turn(Settings settings) {
    return new Turn(settings, SELF, Seeds.random(1));
  }

  private static ContactCache cache(int size) {
    return new ContactCache(SET.withCacheSize(size), Arbiters.versions()::choose);
  }

  private static Settings asking(int perSecond, int burst) {
    return SET.withLimits(new Settings.Limits(1 << 20, 10, 2, perSecond, burst));
  }

  private static Contact contact(int number) {
    return Contact.of(ContactId.ofText("contact-" + number)).withVersion(new Version(1, 1));
  }

  private static Announcement announcement(Contact contact) {
    return new Announcement(contact, 0, false);
  }

  /** Room for 79 contacts without endpoints and data. */
  private static Turn smallTurn() {
    return turn(SET.withBytes(1 << 16));
  }

  private static HeldStore store(Turn turn) {
    return new HeldStore(turn, source -> 1);
  }

  /** Announces so many in the name of a source, from this number on; returns the last verdict. */
  private static Verdict fill(HeldStore store, String source, int first, int count) {
    Verdict verdict = Verdict.NONE;
    for (int i = first; i < first + count; i++) {
      verdict = store.announce(announcement(contact(i)), source);
    }
    return verdict;
  }

  @Test
  void oneSourceCannotFillTheStoreAlone() {
    Turn turn = smallTurn();
    HeldStore store = store(turn);
    assertEquals(Verdict.STORED, fill(store, "greedy", 100, 19));
    assertEquals(Verdict.QUOTA, fill(store, "greedy", 119, 1));
    assertEquals(Verdict.STORED, fill(store, "greedy", 100, 1));
    assertEquals(Verdict.STORED, fill(store, "modest", 200, 1));
    assertEquals(1, turn.counted(Count.REFUSED_ANNOUNCEMENTS));
    turn.nowNs += EXPIRY_NS;
    assertEquals(Verdict.STORED, fill(store, "greedy", 120, 1));
  }

  @Test
  void whereSeveralAgentsAreNoMoreFitsThanAQuarterAndOfThisHostHalf() {
    Turn turn = smallTurn();
    HeldStore store = new HeldStore(turn, source -> source.equals("own") ? Quotas.OWN : 300);
    assertEquals(Verdict.STORED, fill(store, "many", 100, 19));
    assertEquals(Verdict.QUOTA, fill(store, "many", 119, 1));
    assertEquals(Verdict.STORED, fill(store, "own", 200, 39));
    assertEquals(Verdict.QUOTA, fill(store, "own", 239, 1));
  }

  @Test
  void allWhereNobodyIsProvenShareAQuarter() {
    Turn turn = smallTurn();
    HeldStore store = new HeldStore(turn, source -> source.startsWith("stranger") ? 0 : 1);
    for (int i = 0; i < 1_000; i++) {
      fill(store, "stranger-" + i, 100 + 10 * i, 5);
      assertTrue(store.bytes() <= turn.settings.limits().heldBytes() / 4);
    }
    assertEquals(Verdict.STORED, fill(store, "known", 20_000, 9));
    assertEquals(Verdict.FULL, fill(store, "stranger-2000", 30_000, 5));
  }

  @Test
  void whoHasMostGivesWayToWhoHasLess() {
    Turn turn = smallTurn();
    HeldStore store = store(turn);
    for (int i = 0; i < 50; i++) {
      fill(store, "greedy-" + i, 1_000 + 10 * i, 9);
    }
    assertEquals(Verdict.STORED, fill(store, "modest", 0, 1));
    for (int i = 50; i < 250; i++) {
      fill(store, "greedy-" + i, 1_000 + 10 * i, 9);
    }
    // As many as there is room for, and modest still has its own.
    assertTrue(store.find(contact(0).key()).isPresent());
    assertTrue(turn.counted(Count.GAVE_WAY) > 0);
    assertEquals(Verdict.FULL, fill(store, "late", 9_000, 3));
    assertTrue(store.bytes() <= turn.settings.limits().heldBytes());
  }

  @Test
  void whoAnnouncesWhatOthersDidCostsThemNothing() {
    Turn turn = smallTurn();
    HeldStore store = store(turn);
    fill(store, "modest", 0, 1);
    fill(store, "thief", 0, 1);
    // The other way round it goes over to whoever announced the same.
    fill(store, "thief", 1, 1);
    fill(store, "modest", 1, 1);
    for (int i = 0; i < 30; i++) {
      fill(store, "greedy-" + i, 1_000 + 10 * i, 9);
      fill(store, "thief", 100, 9);
    }
    assertTrue(store.find(contact(0).key()).isPresent());
    assertTrue(store.find(contact(1).key()).isPresent());
    assertTrue(turn.counted(Count.GAVE_WAY) > 0);
  }

  @Test
  void whatChangesAndGrowsIsBoundedToo() {
    HeldStore store = store(smallTurn());
    fill(store, "a", 1, 15);
    Contact big = contact(1).withData(ContactData.of(new byte[4_000]));
    assertEquals(
        Verdict.QUOTA, store.announce(announcement(big.withVersion(new Version(1, 2))), "a"));
    assertEquals(contact(1), store.find(big.key()).orElseThrow().contact());
  }

  /** In memory: objects have heads, and a text of a few characters is an object of its own. */
  @Test
  void aContactCostsWhatItTakesInMemory() {
    Contact small = Contact.of(ContactId.ofText("x"), "tcp://10.0.0.1:1", "tcp://10.0.0.2:1");
    assertTrue(small.sizeBytes() >= 350 + 2 * 56, () -> small.sizeBytes() + " bytes");
  }

  @Test
  void whatIsNotAnnouncedAgainExpires() {
    Turn turn = turn(SET);
    HeldStore store = store(turn);
    store.announce(announcement(contact(1)), "a");
    turn.nowNs += EXPIRY_NS - 1;
    assertTrue(store.find(contact(1).key()).isPresent());
    turn.nowNs++;
    assertFalse(store.find(contact(1).key()).isPresent());
    store.expire();
    assertEquals(0, store.size());
    assertEquals(0, store.bytes());
  }

  @Test
  void whatIsHandedOverIsAsOldAsItWas() {
    Turn turn = turn(SET);
    HeldStore store = store(turn);
    long ageMs = EXPIRY_NS / Settings.MS - 1_000;
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
    HeldStore store = store(turn(SET));
    assertEquals(Verdict.WITHDRAWN, store.announce(new Announcement(contact(1), 0, true), "a"));
    assertEquals(0, store.size());
  }

  @Test
  void theArbiterDecidesWhetherAWithdrawalGoesThroughAndWhatItReturnsIsStored() {
    HeldStore versions = store(turn(SET));
    Contact late = contact(1).withVersion(new Version(2, 0));
    versions.announce(announcement(late), "a");
    assertEquals(Verdict.OLDER, versions.announce(new Announcement(contact(1), 0, true), "a"));
    assertEquals(Verdict.WITHDRAWN, versions.announce(new Announcement(late, 0, true), "a"));
    assertEquals(Optional.empty(), versions.find(late.key()));
    Contact later = contact(1).withVersion(new Version(3, 0));
    assertEquals(Verdict.STORED, versions.announce(announcement(later), "a"));

    HeldStore sets = store(turn(SET.withArbiter(Arbiters.growOnlySet())));
    Contact set = contact(1).withData(ContactData.ofText("[1]"));
    sets.announce(announcement(set), "a");
    Announcement other = new Announcement(set.withData(ContactData.ofText("[2]")), 0, true);
    assertEquals(Verdict.OLDER, sets.announce(other, "a"));
    assertEquals("[1,2]", sets.find(set.key()).orElseThrow().contact().data().toString());
  }

  /** Announces a set with so many elements, which expire at that time. */
  private static Verdict tell(HeldStore store, String source, int first, int count, long timeMs) {
    List<String> members = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      members.add("\"element-" + i + "-" + "x".repeat(60) + "\":" + timeMs);
    }
    ContactData data = ContactData.ofText("{" + String.join(",", members) + "}");
    return store.announce(announcement(contact(1).withData(data)), source);
  }

  private static String told(HeldStore store) {
    return store.find(contact(1).key()).orElseThrow().contact().data().toString();
  }

  @Test
  void whoTellsALotOfASetPushesOutNothingOfTheOthers() {
    Turn turn = turn(SET.withArbiter(Arbiters.expiringSet(() -> 0, 1_000_000)));
    HeldStore store = store(turn);
    tell(store, "modest", 0, 1, 500_000);
    for (int i = 0; i < 20; i++) {
      tell(store, "liar-" + i, 100 + 100 * i, 45, 1_000_000);
    }
    assertTrue(told(store).contains("element-0-"), told(store));
    assertTrue(told(store).length() <= ContactData.MAX_LENGTH);
    // What nobody can know yet is not believed at all.
    tell(store, "fool", 9_000, 1, 1_000_001);
    assertFalse(told(store).contains("element-9000-"));
  }

  @Test
  void nobodyWithdrawsWhatOthersToldOfASetThatExpires() {
    Turn turn = turn(SET.withArbiter(Arbiters.expiringSet(() -> 0, 1_000_000)));
    HeldStore store = store(turn);
    tell(store, "modest", 0, 1, 500_000);
    Contact read = store.find(contact(1).key()).orElseThrow().contact();
    assertEquals(Verdict.OLDER, store.announce(new Announcement(read, 0, true), "thief"));
    assertTrue(told(store).contains("element-0-"));
    turn.nowNs += EXPIRY_NS;
    assertEquals(Optional.empty(), store.find(contact(1).key()));
    store.expire();
    assertEquals(0, store.bytes());
  }

  @Test
  void thePartsOfASetAreBounded() {
    Turn turn = turn(SET.withArbiter(Arbiters.expiringSet(() -> 0, 1_000_000)));
    HeldStore store = store(turn);
    for (int i = 0; i < 1_000; i++) {
      tell(store, "liar-" + i, 100 * i, 40, 1_000_000);
    }
    assertEquals(256, store.size());
    assertEquals(Verdict.STORED, tell(store, "modest", 1, 1, 500_000));
    assertEquals(256, store.size());
    assertTrue(told(store).contains("element-1-"));
  }

  @Test
  void anEarlierMemberOfASetKeepsItAlive() {
    Turn turn = turn(SET.withArbiter(Arbiters.growOnlySet()));
    HeldStore store = store(turn);
    Contact one = contact(1).withData(ContactData.ofText("[1]"));
    Contact two = one.withData(ContactData.ofText("[2]")).withVersion(new Version(9, 9));
    store.announce(announcement(one), "a");
    store.announce(announcement(two), "b");
    turn.nowNs += EXPIRY_NS / 2;
    assertEquals(Verdict.STORED, store.announce(announcement(one), "a"));
    assertEquals(0, store.find(one.key()).orElseThrow().ageMs());
  }

  @Test
  void whateverIsAnnouncedTheCountsAreTrue() {
    Seeds.forEach(
        30,
        random -> {
          Turn turn = smallTurn();
          HeldStore store = store(turn);
          for (int step = 0; step < 500; step++) {
            turn.nowNs += random.nextLong(Settings.MINUTE);
            Contact contact =
                contact(random.nextInt(40))
                    .withVersion(new Version(1, random.nextInt(5)))
                    .withData(ContactData.of(new byte[random.nextInt(3_000)]));
            store.announce(
                new Announcement(contact, random.nextInt(100_000), random.nextInt(4) == 0),
                "source-" + random.nextInt(4));
            assertTrue(store.bytes() <= turn.settings.limits().heldBytes());
            assertTrue(store.all().size() <= store.size());
          }
          turn.nowNs += 3 * EXPIRY_NS;
          store.expire();
          assertEquals(0, store.size());
          assertEquals(0, store.bytes());
        });
  }

  @Test
  void theCacheForgetsWhatWasUsedLongestAgoAndWhatIsTooOld() {
    ContactCache cache = cache(2);
    cache.put(contact(1), 0, Optional.empty(), 0);
    cache.put(contact(2), 0, Optional.empty(), 0);
    cache.get(contact(1).id(), 0);
    cache.put(contact(3), 0, Optional.empty(), 0);
    assertEquals(2, cache.size());
    assertTrue(cache.get(contact(2).id(), 0) == null);
    assertTrue(cache.get(contact(1).id(), 0) != null);
    assertTrue(cache.get(contact(1).id(), 10 * Settings.MINUTE) == null);
  }

  @Test
  void aCacheOfNoneKeepsNothing() {
    ContactCache cache = cache(0);
    assertEquals(contact(1), cache.put(contact(1), 0, Optional.empty(), 0));
    assertEquals(0, cache.size());
  }

  @Test
  void whoAsksTooOftenIsNotAnsweredAndOthersAre() {
    Overlay overlay = new Overlay(asking(10, 20), SELF, Seeds.random(1), 0);
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
    RateLimits limits = new RateLimits(turn(SET), source -> 1);
    for (int i = 0; i < 10_000; i++) {
      assertTrue(limits.takes("source-" + i));
    }
    assertTrue(limits.size() <= 4_096);
  }

  @Test
  void manyStrangersTogetherAskNoMoreThanTwoWhoAreKnown() {
    Turn turn = turn(asking(10, 20));
    RateLimits limits = new RateLimits(turn, source -> source.equals("known") ? 1 : 0);
    int allowed = 0;
    for (int i = 0; i < 10_000; i++) {
      allowed += limits.takes("stranger-" + i % 1_000) ? 1 : 0;
    }
    assertEquals(40, allowed);
    assertTrue(limits.takes("known"));
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
  void oneWhoInventsSendersKeepsNoOtherFromBeingAsked() {
    Overlay overlay = new Overlay(Settings.defaults(), SELF, Seeds.random(1), 0);
    for (int i = 0; i < 900; i++) {
      Contact invented = Contact.of(ContactId.ofText("invented-" + i), "tcp://x:" + i);
      overlay.onRequest(i, "liar", new Request.Ping(Optional.of(invented)));
    }
    overlay.takeEffects();
    Contact other = Contact.of(ContactId.ofText("other"), "tcp://other:1");
    overlay.onRequest(1_000, "10.0.0.2", new Request.Ping(Optional.of(other)));
    assertTrue(
        overlay.takeEffects().stream()
            .anyMatch(
                it -> it instanceof Effect.Ask ask && ask.node().equals(Optional.of(other.id()))));
  }

  @Test
  void whatManyUnregisterAtOnceIsWithdrawnAFewAtATime() {
    Mesh mesh = Mesh.of(30, 5);
    Mesh.Node node = mesh.node(3);
    for (int i = 0; i < 2_000; i++) {
      node.register(contact(i));
    }
    mesh.run(120 * Settings.SECOND);
    for (int i = 0; i < 2_000; i++) {
      node.unregister(contact(i).id());
    }
    assertTrue(node.overlay().sizes().open() < 2_000, () -> node.overlay().sizes().toString());
    mesh.run(60 * Settings.SECOND);
    assertInstanceOf(Result.Unregistered.class, node.result());
  }

  @Test
  void noMoreIsRegisteredThanMayBe() {
    Overlay overlay =
        new Overlay(
            SET.withLimits(new Settings.Limits(1 << 20, 2, 16, 500, 1_000)),
            SELF,
            Seeds.random(1),
            0);
    for (int i = 0; i < 3; i++) {
      overlay.register(i, contact(i));
    }
    assertTrue(
        overlay
            .takeEffects()
            .contains(new Effect.Completed(2, new Result.Refused(Result.Reason.FULL))));
  }
}
