package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.testkit.Seeds;

/** The calls of the application, among nodes that run the same. */
class OverlayTest {
  private static final long MINUTE = Settings.MINUTE;

  private static Contact service(String text, String json) {
    return Contact.of(ContactId.ofText(text), "tcp://10.0.0.9:80")
        .withData(ContactData.ofText(json));
  }

  private static Result.Found found(Result result) {
    return assertInstanceOf(Result.Found.class, result);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 19, 60})
  void whatOneRegistersEveryoneFinds(int count) {
    Mesh mesh = Mesh.of(count, 1);
    for (String text : List.of("receptionist", "alpha-1", "Zm9v")) {
      mesh.node(1).register(service(text, "{\"is\":\"" + text + "\"}"));
      Result.Registered registered =
          assertInstanceOf(Result.Registered.class, mesh.node(1).result());
      assertEquals(Math.min(20, count - 1), registered.by().size());
      assertTrue(registered.refusals().isEmpty());
    }
    mesh.node(1)
        .register(
            new Contact(ContactId.ofBase64("Zm9v"), List.of(), ContactData.NONE, Version.NONE));
    mesh.node(1).result();
    for (Mesh.Node node : mesh.all()) {
      for (String text : List.of("receptionist", "alpha-1", "Zm9v")) {
        node.find(text, FindOptions.FIRST);
        Contact contact = found(node.result()).contact();
        assertEquals("{\"is\":\"" + text + "\"}", contact.data().toString());
      }
      node.find("foo", FindOptions.FIRST);
      assertEquals(0, found(node.result()).contact().data().length());
    }
  }

  @Test
  void aContactIsHeldByTheNodesNearestToIt() {
    Mesh mesh = Mesh.of(120, 3);
    Mesh.Node owner = mesh.node(7);
    owner.register(service("alpha-1", "{}"));
    Result.Registered registered = assertInstanceOf(Result.Registered.class, owner.result());
    Set<ContactId> by =
        registered.by().stream().map(Contact::id).collect(Collectors.toCollection(HashSet::new));
    assertEquals(mesh.trueNearest(registered.contact().key(), owner), by);
  }

  @Test
  void whatIsWithdrawnIsFoundNoMoreAndAStrayAnnouncementDoesNotBringItBack() {
    Mesh mesh = Mesh.of(30, 1);
    mesh.node(1).register(service("alpha-1", "{}"));
    Contact contact = assertInstanceOf(Result.Registered.class, mesh.node(1).result()).contact();
    mesh.node(1).unregister(contact.id());
    Result.Unregistered gone = assertInstanceOf(Result.Unregistered.class, mesh.node(1).result());
    assertEquals(20, gone.at().size());
    var stray =
        new Request.FindNode(
            Optional.empty(), contact.key(), Optional.of(new Announcement(contact, 0, false)));
    for (Contact holder : gone.at()) {
      Mesh.Node node = mesh.at(holder);
      node.overlay().onRequest(1_000_000, "somewhere", stray);
      mesh.settle(node);
      assertEquals(Verdict.OLDER, node.response(1_000_000).verdict());
    }
    mesh.node(2).find("alpha-1", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, mesh.node(2).result());
    mesh.node(1).register(service("alpha-1", "{}"));
    assertInstanceOf(Result.Registered.class, mesh.node(1).result());
    mesh.node(20).find("alpha-1", FindOptions.FIRST);
    found(mesh.node(20).result());
  }

  @Test
  void withoutAnotherNodeEveryAnswerIsNoNetworkAtOnce() {
    Mesh mesh = new Mesh(1);
    Mesh.Node alone = mesh.start(0);
    alone.find("alpha-1", FindOptions.FIRST);
    assertEquals(new Result.NoNetwork(), alone.results.get(1L));
    alone.register(service("alpha-1", "{}"));
    assertEquals(new Result.NoNetwork(), alone.results.get(2L));
    alone.nearest(Mesh.id(1).key());
    assertEquals(new Result.NoNetwork(), alone.results.get(3L));
    alone.find("alpha-1", FindOptions.FIRST);
    assertEquals(Route.Source.OWN, found(alone.result()).route().source());
  }

  @Test
  void whatWasRegisteredAloneIsAnnouncedAsSoonAsThereIsSomebody() {
    Mesh mesh = new Mesh(1);
    Mesh.Node first = mesh.start(0);
    first.register(service("alpha-1", "{}"));
    first.result();
    Mesh.Node second = mesh.start(1, Mesh.endpoint(0));
    mesh.run(Settings.SECOND);
    second.find("alpha-1", FindOptions.FIRST);
    assertEquals(Route.Source.HELD, found(second.result()).route().source());
  }

  @Test
  void aCallDuringTheJoinWaitsForIt() {
    Mesh mesh = new Mesh(1);
    mesh.start(0).register(service("alpha-1", "{}"));
    Mesh.Node joining = mesh.start(1, Mesh.endpoint(0));
    joining.find("alpha-1", FindOptions.FIRST);
    found(joining.result());
    Mesh.Node lost = mesh.start(2, "tcp://nobody:1");
    lost.find("alpha-1", FindOptions.FIRST);
    assertEquals(new Result.NoNetwork(), lost.result());
  }

  @Test
  void seedsThatAreDownAreAskedUntilTheyAreUp() {
    Mesh mesh = new Mesh(1);
    Mesh.Node early = mesh.start(1, Mesh.endpoint(0), "tcp://never:1");
    mesh.run(10 * MINUTE);
    assertEquals(0, early.overlay().sizes().nodes());
    long asked = mesh.asked.size();
    assertTrue(asked > 10 && asked < 100, () -> asked + " requests in ten minutes");
    mesh.start(0);
    mesh.run(70 * Settings.SECOND);
    assertEquals(1, early.overlay().sizes().nodes());
  }

  @Test
  void twoPartsThatKnowOneSeedFindTogether() {
    Mesh mesh = new Mesh(1);
    for (int part = 0; part < 2; part++) {
      mesh.start(10 * part);
      for (int i = 1; i < 5; i++) {
        mesh.start(10 * part + i, Mesh.endpoint(10 * part), Mesh.endpoint(99));
      }
    }
    mesh.run(MINUTE);
    assertEquals(4, mesh.node(1).overlay().sizes().nodes());
    mesh.start(99);
    // Those without the seed hear of the other part at their next refresh.
    mesh.run(24 * MINUTE);
    mesh.all().forEach(node -> assertEquals(10, node.overlay().sizes().nodes()));
  }

  @Test
  void aMissNamesTheNearestLiveNodes() {
    Mesh mesh = Mesh.of(100, 2);
    for (int i = 40; i < 60; i++) {
      mesh.kill(mesh.node(i));
    }
    Mesh.Node asker = mesh.node(3);
    asker.find("nobody", FindOptions.FIRST);
    Result.NotFound missed = assertInstanceOf(Result.NotFound.class, asker.result());
    Set<ContactId> nearest = missed.nearest().stream().map(Contact::id).collect(Collectors.toSet());
    assertEquals(mesh.trueNearest(ContactId.ofText("nobody").key(), asker), nearest);
    assertTrue(missed.route().isCertified());
    // In round trips: far less than the time-out of a dead one.
    assertTrue(missed.route().tookNs() < Settings.SECOND, () -> missed.route().toString());
  }

  @Test
  void aNodeIsFoundByItsIdToo() {
    Mesh mesh = Mesh.of(100, 2);
    Mesh.Node asker = mesh.node(3);
    for (int i = 0; i < 100; i++) {
      if (i != 3) {
        asker.find("node-" + i, FindOptions.FIRST);
        assertEquals(Mesh.endpoint(i), found(asker.result()).contact().endpoints().get(0));
        asker.find("node-" + i, FindOptions.CERTIFIED);
        assertEquals(0, found(asker.result()).ageNs());
      }
    }
  }

  @Test
  void aCachedContactIsConfirmedUnlessItsAgeWillDo() {
    Mesh mesh = Mesh.of(100, 2);
    mesh.node(1).register(service("alpha-1", "{}"));
    mesh.node(1).result();
    Mesh.Node asker =
        mesh.all().stream()
            .filter(node -> node.overlay().held().isEmpty() && node != mesh.node(1))
            .findFirst()
            .orElseThrow();
    asker.find("alpha-1", FindOptions.FIRST);
    assertEquals(Route.Source.NETWORK, found(asker.result()).route().source());
    mesh.run(Settings.SECOND);

    asker.find("alpha-1", FindOptions.FIRST.acceptAgeNs(MINUTE));
    Result.Found cached = found(asker.result());
    assertEquals(Route.Source.CACHE, cached.route().source());
    assertTrue(cached.ageNs() >= Settings.SECOND && cached.ageNs() < MINUTE);

    asker.find("alpha-1", FindOptions.FIRST);
    assertEquals(Route.Source.NETWORK, found(asker.result()).route().source());
    assertEquals(1, found(asker.result()).route().hops());

    mesh.node(1).unregister(ContactId.ofText("alpha-1"));
    mesh.node(1).result();
    asker.find("alpha-1", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, asker.result());
    asker.find("alpha-1", FindOptions.FIRST.acceptAgeNs(MINUTE));
    assertInstanceOf(Result.NotFound.class, asker.result());
  }

  @Test
  void theSameQuestionsAtOnceAreOneLookup() {
    Mesh mesh = Mesh.of(60, 2);
    Mesh.Node asker = mesh.node(3);
    mesh.run(Settings.SECOND);
    long before = asker.overlay().count(Count.LOOKUPS);
    long first = asker.find("nobody", FindOptions.FIRST);
    for (int i = 1; i < 50; i++) {
      asker.find("nobody", FindOptions.FIRST);
    }
    asker.result();
    assertEquals(before + 1, asker.overlay().count(Count.LOOKUPS));
    for (long call = first; call < first + 50; call++) {
      assertInstanceOf(Result.NotFound.class, asker.result(call));
    }
  }

  @Test
  void tooManyLookupsAtOnceAreRefusedByName() {
    Mesh mesh =
        new Mesh(
                1, settings -> settings.withLimits(new Settings.Limits(1 << 20, 10, 2, 500, 1_000)))
            .grown(30);
    Mesh.Node asker = mesh.node(1);
    asker.find("a", FindOptions.FIRST);
    asker.find("b", FindOptions.FIRST);
    asker.find("c", FindOptions.FIRST);
    assertEquals(new Result.Refused(Result.Reason.BUSY), asker.result());
  }

  @Test
  void aSetGathersWhatSeveralRegister() {
    Mesh mesh = new Mesh(1, settings -> settings.withArbiter(Arbiters.growOnlySet())).grown(60);
    for (int worker = 1; worker <= 5; worker++) {
      mesh.node(worker).register(service("workerService", "[\"worker-" + worker + "\"]"));
      Result.Registered registered =
          assertInstanceOf(Result.Registered.class, mesh.node(worker).result());
      assertTrue(registered.refusals().isEmpty());
    }
    for (int asker : new int[] {1, 5, 40}) {
      mesh.node(asker).find("workerService", FindOptions.CERTIFIED);
      assertEquals(
          "[\"worker-1\",\"worker-2\",\"worker-3\",\"worker-4\",\"worker-5\"]",
          found(mesh.node(asker).result()).contact().data().toString());
    }
  }

  @Test
  void theLaterVersionReplacesTheEarlierAndNotTheOtherWayRound() {
    Mesh mesh = Mesh.of(40, 1);
    Contact early = service("alpha-1", "1").withVersion(new Version(5, 1));
    Contact late = service("alpha-1", "2").withVersion(new Version(6, 0));
    mesh.node(1).register(late);
    mesh.node(1).result();
    mesh.node(2).register(early);
    Result.Registered refused = assertInstanceOf(Result.Registered.class, mesh.node(2).result());
    assertFalse(refused.refusals().isEmpty());
    assertTrue(refused.refusals().values().stream().allMatch(Verdict.OLDER::equals));
    mesh.node(30).find("alpha-1", FindOptions.CERTIFIED);
    assertEquals(late, found(mesh.node(30).result()).contact());
  }

  @Test
  void unregisterIsRefusedByNameWhereItMakesNoSense() {
    Mesh mesh = Mesh.of(3, 1);
    Mesh.Node node = mesh.node(1);
    node.unregister(ContactId.ofText("alpha-1"));
    assertEquals(new Result.Refused(Result.Reason.NOT_REGISTERED), node.result());
    Contact now = service("alpha-1", "{}").withVersion(new Version(2, 0));
    node.register(now);
    node.result();
    node.overlay().unregister(100, now.withVersion(new Version(1, 0)));
    mesh.settle(node);
    assertEquals(new Result.Refused(Result.Reason.OLDER), node.result(100));
    node.overlay().unregister(101, now.withVersion(new Version(3, 0)));
    mesh.settle(node);
    assertInstanceOf(Result.Unregistered.class, node.result(101));
    node.register(service("alpha-1", "{}"));
    node.result();
    node.overlay().unregister(102, service("alpha-1", "{}"));
    mesh.settle(node);
    assertInstanceOf(Result.Unregistered.class, node.result(102));
  }

  @Test
  void whoDiedWithoutAWordIsFoundNoMoreAfterThreeMissedAnnouncements() {
    Mesh mesh = Mesh.of(30, 1);
    mesh.node(1).register(service("alpha-1", "{}"));
    mesh.node(1).result();
    mesh.kill(mesh.node(1));
    mesh.run(25 * MINUTE);
    mesh.node(2).find("alpha-1", FindOptions.FIRST);
    assertTrue(found(mesh.node(2).result()).ageNs() >= 25 * MINUTE);
    mesh.run(10 * MINUTE);
    mesh.node(2).find("alpha-1", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, mesh.node(2).result());
    mesh.all().forEach(node -> assertTrue(node.overlay().held().isEmpty()));
  }

  @Test
  void whatIsAnnouncedAgainStaysForHoursThoughItsHoldersDie() {
    Mesh mesh = Mesh.of(80, 4);
    mesh.node(1).register(service("alpha-1", "{}"));
    Result.Registered registered = assertInstanceOf(Result.Registered.class, mesh.node(1).result());
    registered.by().forEach(holder -> mesh.kill(mesh.at(holder)));
    mesh.run(15 * MINUTE);
    mesh.all().stream()
        .filter(node -> !node.isDead)
        .forEach(
            node -> {
              node.find("alpha-1", FindOptions.FIRST);
              found(node.result());
            });
  }

  @Test
  void aMemberThatJoinsIsInTheFullViewAtOnceAndHoldsWhatTheOthersRegistered() {
    Mesh mesh = new Mesh(1);
    for (int i = 0; i < 5; i++) {
      mesh.start(i);
    }
    for (Mesh.Node node : mesh.all()) {
      for (Mesh.Node other : mesh.all()) {
        node.overlay().memberJoined(other.contact());
      }
      mesh.settle(node);
    }
    mesh.node(0).register(service("alpha-1", "{}"));
    mesh.node(0).result();
    Mesh.Node late = mesh.start(9);
    for (Mesh.Node node : mesh.all()) {
      node.overlay().memberJoined(late.contact());
      late.overlay().memberJoined(node.contact());
      mesh.settle(node);
    }
    mesh.settle(late);
    mesh.run(100 * Settings.MS);
    int before = mesh.asked.size();
    late.find("alpha-1", FindOptions.FIRST);
    Result.Found found = found(late.result());
    assertEquals(Route.Source.HELD, found.route().source());
    assertEquals(before, mesh.asked.size());
    mesh.node(1).overlay().memberGone(late.contact().id());
    assertEquals(4, mesh.node(1).overlay().sizes().nodes());
  }

  @Test
  void aCutOffNodeForgetsNobodyAndGoesOnWhenTheCableIsBack() {
    Mesh mesh = Mesh.of(60, 2);
    Mesh.Node cut = mesh.node(5);
    int known = cut.overlay().sizes().nodes();
    mesh.liar = (node, response) -> node == cut ? null : response;
    mesh.nodes.remove(cut.endpoint);
    // Its own requests vanish too.
    Set<Mesh.Node> others = new HashSet<>(mesh.nodes.values());
    mesh.nodes.clear();
    for (int i = 0; i < 30; i++) {
      cut.find("x" + i, FindOptions.FIRST);
      mesh.run(20 * Settings.SECOND);
    }
    assertEquals(known, cut.overlay().sizes().nodes());
    mesh.liar = (node, response) -> response;
    others.forEach(node -> mesh.nodes.put(node.endpoint, node));
    mesh.nodes.put(cut.endpoint, cut);
    mesh.run(MINUTE);
    cut.find("node-17", FindOptions.CERTIFIED);
    found(cut.result());
  }

  @Test
  void theOnlyOtherNodeIsNoWitnessAgainstItself() {
    Mesh mesh = Mesh.of(2, 1);
    Mesh.Node node = mesh.node(0);
    AtomicBoolean isCut = new AtomicBoolean();
    mesh.liar = (by, response) -> isCut.getAndSet(true) ? null : response;
    // The first is answered while the others are on their way, and then no more comes through.
    for (int i = 0; i < 10; i++) {
      node.find("x" + i, FindOptions.FIRST);
      mesh.run(Settings.MS);
    }
    mesh.run(10 * Settings.SECOND);
    assertEquals(List.of(mesh.node(1).contact()), node.overlay().nodes());
    mesh.liar = (by, response) -> response;
    node.find("node-1", FindOptions.CERTIFIED);
    found(node.result());
  }

  @Test
  void aNodeThatIsItsOwnSeedIsNoWitnessEither() {
    Mesh mesh = new Mesh(1);
    String[] seeds = {Mesh.endpoint(0), Mesh.endpoint(1)};
    Mesh.Node node = mesh.start(0, seeds);
    Mesh.Node other = mesh.start(1, seeds);
    mesh.run(Settings.SECOND);
    mesh.nodes.remove(other.endpoint);
    for (int i = 0; i < 200; i++) {
      node.find("x" + i, FindOptions.FIRST);
      mesh.run(5 * Settings.SECOND);
    }
    assertEquals(List.of(other.contact()), node.overlay().nodes());
  }

  @Test
  void whoDiesInSilenceLeavesEveryTableThoughNobodyLooksForIt() {
    Mesh mesh = Mesh.of(10, 1);
    Mesh.Node dead = mesh.node(4);
    mesh.kill(dead);
    mesh.run(15 * MINUTE);
    for (Mesh.Node node : mesh.all()) {
      assertTrue(node == dead || !node.overlay().nodes().contains(dead.contact()));
    }
  }

  @Test
  void whoIsRefusedAtOnceLeavesTheTableToo() {
    Mesh mesh = Mesh.of(3, 1);
    Mesh.Node dead = mesh.node(2);
    dead.isRefusing = true;
    mesh.kill(dead);
    mesh.run(60 * MINUTE);
    for (Mesh.Node node : mesh.all()) {
      assertTrue(node == dead || !node.overlay().nodes().contains(dead.contact()));
    }
  }

  @Test
  void whatIsRegisteredIsAnnouncedAgainAndAgain() {
    Mesh mesh = Mesh.of(30, 1);
    mesh.node(1).register(service("alpha-1", "{}"));
    mesh.node(1).result();
    mesh.run(120 * MINUTE);
    mesh.node(2).find("alpha-1", FindOptions.FIRST);
    assertTrue(found(mesh.node(2).result()).ageNs() <= 11 * MINUTE);
  }

  @Test
  void aHolderPassesOnWhatItHoldsToANewcomerThoughItsOwnerIsDead() {
    Mesh mesh = Mesh.of(60, 1);
    Mesh.Node owner = mesh.node(1);
    owner.register(service("alpha-1", "{}"));
    owner.result();
    mesh.kill(owner);
    for (int i = 60; i < 120; i++) {
      mesh.start(i, Mesh.endpoint(i - 1));
      mesh.run(Settings.SECOND);
    }
    Set<ContactId> nearest = mesh.trueNearest(ContactId.ofText("alpha-1").key(), owner);
    long newHolders =
        mesh.all().subList(60, 120).stream()
            .filter(node -> nearest.contains(node.contact().id()))
            .filter(node -> !node.overlay().held().isEmpty())
            .count();
    assertTrue(newHolders >= 5, () -> newHolders + " newcomers hold it");
  }

  @Test
  void whoAsksIsNotNamedToItself() {
    Mesh mesh = Mesh.of(30, 1);
    Mesh.Node asked = mesh.node(1);
    Contact asker = asked.overlay().nodes().get(0);
    asked
        .overlay()
        .onRequest(
            1_000_000,
            "x",
            new Request.FindNode(Optional.of(asker), asker.key(), Optional.empty()));
    mesh.settle(asked);
    assertFalse(asked.response(1_000_000).nearest().contains(asker));
    assertEquals(20, asked.response(1_000_000).nearest().size());
  }

  @Test
  void aReportThatIsOlderThanWhatIsKnownIsIgnored() {
    Mesh mesh = Mesh.of(3, 1);
    Overlay overlay = mesh.node(1).overlay();
    Contact known = service("alpha-1", "{}").withVersion(new Version(2, 0));
    assertEquals(known, overlay.add(known));
    assertEquals(known, overlay.add(known.withVersion(new Version(1, 0))));
    assertFalse(overlay.reportUnreachable(known.withVersion(new Version(1, 0))));
    assertEquals(1, overlay.sizes().cached());
    assertTrue(overlay.reportUnreachable(known));
    assertEquals(0, overlay.sizes().cached());
    assertFalse(overlay.reportUnreachable(known));
  }

  @Test
  void aHintIsFoundAtOnceUntilItIsReportedOrTooOld() {
    Mesh mesh = Mesh.of(3, 1);
    Mesh.Node node = mesh.node(1);
    node.overlay().add(service("hint", "{}"));
    node.find("hint", FindOptions.FIRST);
    assertEquals(Route.Source.CACHE, found(node.result()).route().source());
    node.find("hint", FindOptions.CERTIFIED);
    assertInstanceOf(Result.NotFound.class, node.result());
    node.overlay().add(service("hint", "{}"));
    mesh.run(11 * MINUTE);
    node.find("hint", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, node.result());
    node.overlay().add(service("hint", "{}"));
    assertTrue(node.overlay().reportUnreachable(service("hint", "{}")));
    node.find("hint", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, node.result());
  }

  @Test
  void whatOthersAnnouncedIsNoHintOnceTheyWithdrewIt() {
    Mesh mesh = Mesh.of(3, 1);
    mesh.node(1).register(service("alpha-1", "{}"));
    mesh.node(1).result();
    Mesh.Node holder = mesh.node(2);
    holder.find("alpha-1", FindOptions.CERTIFIED);
    found(holder.result());
    mesh.node(1).unregister(ContactId.ofText("alpha-1"));
    mesh.node(1).result();
    holder.find("alpha-1", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, holder.result());
  }

  @Test
  void anUnreachableNodeIsAskedAndStaysWhenItAnswers() {
    Mesh mesh = Mesh.of(3, 1);
    Mesh.Node node = mesh.node(1);
    int before = mesh.asked.size();
    assertTrue(node.overlay().reportUnreachable(mesh.node(2).contact()));
    mesh.settle(node);
    assertInstanceOf(Request.Ping.class, mesh.asked.get(before).request());
    mesh.run(Settings.SECOND);
    assertEquals(2, node.overlay().sizes().nodes());
  }

  @Test
  void whatTheArbiterReturnsIsCachedAndAnnounced() {
    Mesh mesh = new Mesh(1, settings -> settings.withArbiter(Arbiters.growOnlySet())).grown(3);
    Mesh.Node node = mesh.node(1);
    node.overlay().add(service("set", "[1]"));
    assertEquals("[1,2]", node.overlay().add(service("set", "[2]")).data().toString());
    assertEquals("[1,2,3]", node.overlay().add(service("set", "[3]")).data().toString());
    node.register(service("own", "[1]"));
    node.result();
    assertEquals("[1,2]", node.overlay().add(service("own", "[2]")).data().toString());
    mesh.settle(node);
    mesh.run(Settings.SECOND);
    mesh.node(2).find("own", FindOptions.FIRST);
    assertEquals("[1,2]", found(mesh.node(2).result()).contact().data().toString());
  }

  @Test
  void aNodeIsWhoItWasBornAs() {
    Overlay overlay = Mesh.of(2, 1).node(1).overlay();
    Contact moved = Contact.of(Mesh.id(1), "tcp://10.0.0.1:1").withVersion(new Version(1, 1));
    overlay.introduce(moved);
    assertEquals(moved, overlay.self());
    assertThrows(
        IllegalArgumentException.class,
        () -> overlay.introduce(Contact.of(Mesh.id(2), "tcp://a:1")));
    assertThrows(IllegalArgumentException.class, () -> overlay.seeds(List.of(" ")));
  }

  @Test
  void whoMovesIsFoundAtItsNewAddress() {
    Mesh mesh = Mesh.of(30, 1);
    Mesh.Node moving = mesh.node(7);
    mesh.nodes.put("tcp://moved:1", moving);
    mesh.nodes.remove(moving.endpoint);
    moving
        .overlay()
        .introduce(Contact.of(Mesh.id(7), "tcp://moved:1").withVersion(new Version(1, 1)));
    moving.nearest(Mesh.id(7).key());
    moving.result();
    mesh.run(Settings.SECOND);
    mesh.node(3).find("node-7", FindOptions.CERTIFIED);
    assertEquals(List.of("tcp://moved:1"), found(mesh.node(3).result()).contact().endpoints());
  }

  @Test
  void theSameSeedIsTheSameRun() {
    Seeds.forEach(
        3,
        random -> {
          long seed = random.nextLong();
          List<Effect.Ask> first = run(seed);
          assertEquals(first, run(seed));
          assertFalse(first.isEmpty());
        });
  }

  private static List<Effect.Ask> run(long seed) {
    Mesh mesh = Mesh.of(25, seed);
    mesh.node(1).register(service("alpha-1", "{}"));
    mesh.run(20 * MINUTE);
    return mesh.asked;
  }

  @Test
  void whoCameByANodeThatJoinedLaterHearsOfItsNetwork() {
    Mesh mesh = new Mesh(11);
    mesh.start(0);
    Mesh.Node first = mesh.start(1, Mesh.endpoint(0));
    Mesh.Node second = mesh.start(2);
    // They meet before the first has heard of its seed.
    second.overlay().memberJoined(first.contact());
    mesh.settle(second);
    first.overlay().memberJoined(second.contact());
    mesh.settle(first);
    mesh.run(3 * Settings.SECOND);

    mesh.kill(first);
    second.overlay().memberGone(first.contact().id());
    mesh.settle(second);

    assertEquals(List.of(mesh.node(0).contact()), second.overlay().nodes());
  }

  @Test
  void registrationsWithNobodyToTellBeginOneAfterTheOther() {
    Mesh mesh = new Mesh(12);
    Mesh.Node node = mesh.start(0);
    Mesh.Node other = mesh.start(1, Mesh.endpoint(0));
    mesh.run(Settings.SECOND);
    for (int i = 0; i < 5_000; i++) {
      other.overlay().register(1_000_000 + i, Contact.of(ContactId.ofText("contact-" + i), "x"));
    }
    mesh.kill(node);
    other.overlay().memberGone(node.contact().id());
    mesh.settle(other);
    mesh.run(30 * Settings.SECOND);

    assertTrue(other.overlay().nodes().isEmpty());
    assertEquals(5_000, other.results.size());
  }
}
