package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

/** Lookups among nodes that are slow, dead or lie. */
class LookupTest {
  private static Set<ContactId> ids(List<Contact> contacts) {
    return contacts.stream().map(Contact::id).collect(Collectors.toSet());
  }

  @Test
  void aLookupEndsWithTheTrueNearestWhateverTheNetworkAndTheKey() {
    Seeds.forEach(
        6,
        random -> {
          Mesh mesh = Mesh.of(random.nextInt(2, 150), random.nextLong());
          for (int i = 0; i < 10; i++) {
            Mesh.Node asker = mesh.all().get(random.nextInt(mesh.all().size()));
            Key key = Mesh.id(random.nextInt(1_000)).key().withRandomTail(8, random);
            asker.nearest(key);
            Result.Nearest result = assertInstanceOf(Result.Nearest.class, asker.result());
            assertEquals(mesh.trueNearest(key, asker), ids(result.nodes()));
            List<Contact> sorted = new ArrayList<>(result.nodes());
            sorted.sort((one, other) -> key.compareDistance(one.key(), other.key()));
            assertEquals(sorted, result.nodes());
          }
        });
  }

  @Test
  void noNodeIsAskedTwiceAndNoMoreThanAlphaAtOnce() {
    Mesh mesh = Mesh.of(150, 5);
    Mesh.Node asker = mesh.node(1);
    mesh.run(Settings.SECOND);
    mesh.asked.clear();
    asker.find("nobody", FindOptions.FIRST);
    assertEquals(5, mesh.asked.size());
    asker.result();
    List<ContactId> asked =
        mesh.asked.stream()
            .filter(
                ask ->
                    ask.request() instanceof Request.FindNode find
                        && find.target().equals(ContactId.ofText("nobody").key()))
            .map(ask -> ask.node().orElseThrow())
            .toList();
    assertEquals(asked.size(), new HashSet<>(asked).size());
    assertTrue(asked.size() < 40, () -> asked.size() + " asked");
  }

  @Test
  void whoIsSlowIsOvertakenAndStillHeard() {
    Mesh mesh = Mesh.of(60, 2);
    Mesh.Node asker = mesh.node(1);
    for (int i = 0; i < 20; i++) {
      asker.find("warm" + i, FindOptions.FIRST);
      asker.result();
    }
    Key key = ContactId.ofText("nobody").key();
    Set<ContactId> nearest = mesh.trueNearest(key, asker);
    List<Mesh.Node> slow =
        mesh.all().stream().filter(node -> nearest.contains(node.contact().id())).limit(5).toList();
    slow.forEach(node -> node.slowNs = 1_500 * Settings.MS);
    asker.nearest(key);
    Result.Nearest result = assertInstanceOf(Result.Nearest.class, asker.result());
    assertTrue(result.route().tookNs() < 500 * Settings.MS, () -> result.route().toString());
    slow.forEach(node -> assertFalse(ids(result.nodes()).contains(node.contact().id())));
    long failed = asker.overlay().count(Count.FAILED);
    mesh.run(3 * Settings.SECOND);
    assertEquals(failed, asker.overlay().count(Count.FAILED));
    slow.forEach(node -> assertTrue(asker.overlay().nodes().contains(node.contact())));
  }

  @Test
  void whenEverybodyIsSlowItWaitsForThem() {
    Mesh mesh = Mesh.of(60, 2);
    mesh.all().forEach(node -> node.slowNs = 1_200 * Settings.MS);
    mesh.node(1).find("node-40", FindOptions.CERTIFIED);
    assertInstanceOf(Result.Found.class, mesh.node(1).result());
  }

  @Test
  void whenItTakesTooLongTheResultSaysSo() {
    Mesh mesh =
        new Mesh(
                1,
                settings ->
                    settings.withTimes(
                        new Settings.Times(
                            Settings.MS,
                            1.5,
                            2 * Settings.SECOND,
                            2 * Settings.SECOND,
                            10 * Settings.MINUTE,
                            Settings.MINUTE,
                            Settings.MINUTE)))
            .grown(60);
    for (int i = 0; i < 60; i++) {
      mesh.node(i).slowNs = i % 5 == 0 ? 0 : Settings.MINUTE;
    }
    mesh.node(1).find("nobody", FindOptions.FIRST);
    Result.TimedOut late = assertInstanceOf(Result.TimedOut.class, mesh.node(1).result());
    assertFalse(late.route().isCertified());
  }

  @Test
  void anAnswerByAnotherThanTheOneAskedCountsForNothing() {
    Mesh mesh = Mesh.of(10, 1);
    Mesh.Node liar = mesh.node(3);
    Contact forged = Contact.of(ContactId.ofText("forged"), "tcp://forged:1");
    mesh.liar =
        (node, response) ->
            node == liar
                ? new Response(
                    forged,
                    Optional.of(new Held(Contact.of(ContactId.ofText("prize")), 0)),
                    List.of(forged),
                    Verdict.NONE)
                : response;
    Mesh.Node asker = mesh.node(1);
    asker.find("prize", FindOptions.FIRST);
    assertInstanceOf(Result.NotFound.class, asker.result());
    assertTrue(asker.overlay().count(Count.WRONG_SENDER) > 0);
    assertFalse(asker.overlay().nodes().contains(forged));
  }

  @Test
  void anAnswerThatNobodyWaitsForIsCountedAndDropped() {
    Mesh mesh = Mesh.of(3, 1);
    Mesh.Node node = mesh.node(1);
    long late = node.overlay().count(Count.LATE);
    Contact stranger = Contact.of(ContactId.ofText("stranger"), "tcp://stranger:1");
    node.overlay()
        .onResponse(42, new Response(stranger, Optional.empty(), List.of(), Verdict.NONE));
    node.overlay().onFailure(42);
    assertEquals(late + 1, node.overlay().count(Count.LATE));
    assertFalse(node.overlay().nodes().contains(stranger));
  }

  @Test
  void whoIsOnlyNamedDoesNotComeIntoTheTable() {
    Mesh mesh = Mesh.of(10, 1);
    Contact ghost = Contact.of(ContactId.ofText("ghost"), "tcp://ghost:1");
    mesh.liar =
        (node, response) -> {
          List<Contact> nearest = new ArrayList<>(response.nearest());
          nearest.add(0, ghost);
          return new Response(response.from(), response.held(), nearest, response.verdict());
        };
    Mesh.Node asker = mesh.node(1);
    for (int i = 0; i < 10; i++) {
      asker.find("nobody" + i, FindOptions.FIRST);
      assertInstanceOf(Result.NotFound.class, asker.result());
      assertFalse(asker.overlay().nodes().contains(ghost));
    }
    mesh.run(Settings.MINUTE);
    assertFalse(asker.overlay().nodes().contains(ghost));
  }

  @Test
  void aFalseAddressOfATrueNodeDoesNotHideIt() {
    Mesh mesh = Mesh.of(120, 3);
    Mesh.Node liar = mesh.node(3);
    mesh.liar =
        (node, response) ->
            node != liar
                ? response
                : new Response(
                    response.from(),
                    response.held(),
                    response.nearest().stream()
                        .map(named -> Contact.of(named.id(), "tcp://nowhere:1"))
                        .toList(),
                    response.verdict());
    Mesh.Node asker = mesh.node(1);
    for (int i = 0; i < 30; i++) {
      Key key = ContactId.ofText("nobody" + i).key();
      asker.nearest(key);
      Result.Nearest result = assertInstanceOf(Result.Nearest.class, asker.result());
      Set<ContactId> missing = mesh.trueNearest(key, asker);
      missing.removeAll(ids(result.nodes()));
      assertEquals(Set.of(), missing);
    }
  }

  @Test
  void oneWhoNamesInventedNodesForEverLeadsNoLookupAstrayForLong() {
    Mesh mesh = Mesh.of(120, 3);
    int[] invented = new int[1];
    mesh.liar =
        (node, response) -> {
          List<Contact> nearest = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            nearest.add(
                Contact.of(ContactId.ofText("invented-" + invented[0]++), "tcp://host-3:5670"));
          }
          return new Response(response.from(), response.held(), nearest, response.verdict());
        };
    Mesh.Node asker = mesh.node(1);
    mesh.asked.clear();
    asker.find("nobody", FindOptions.FIRST);
    asker.result();
    assertTrue(mesh.asked.size() <= 16 * 20 + 100, () -> mesh.asked.size() + " requests");
    mesh.run(5 * Settings.SECOND);
    assertEquals(0, asker.overlay().sizes().lookups());
  }

  /** A forged answer is believed on one path only; the others still find the contact. */
  @Test
  void aHostileTenthHidesNothing() {
    Mesh mesh = Mesh.of(200, 3);
    mesh.node(1).register(Contact.of(ContactId.ofText("prize"), "tcp://prize:1"));
    mesh.node(1).result();
    Key key = ContactId.ofText("prize").key();
    List<Contact> forged = new ArrayList<>();
    for (int i = 0; forged.size() < 20; i++) {
      ContactId id = ContactId.ofText("forged-" + i);
      if (id.key().sharedBits(key) >= 9) {
        forged.add(Contact.of(id, "tcp://forged-" + i + ":1"));
      }
    }
    mesh.liar =
        (node, response) ->
            Integer.parseInt(node.endpoint.replaceAll("\\D", "").replaceAll("5670$", "")) % 10 == 7
                ? new Response(response.from(), Optional.empty(), forged, Verdict.STORED)
                : response;
    int found = 0;
    for (Mesh.Node asker : mesh.all()) {
      asker.find("prize", FindOptions.FIRST.withoutCache());
      found += asker.result() instanceof Result.Found ? 1 : 0;
    }
    assertEquals(200, found);
  }
}
