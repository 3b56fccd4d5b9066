package pharos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.PeerFixture.THEN;
import static pharos.agent.PeerFixture.address;
import static pharos.agent.PeerFixture.id;
import static pharos.agent.PeerFixture.in;
import static pharos.agent.PeerFixture.info;
import static pharos.agent.PeerFixture.offers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Reason;
import pharos.agent.core.State;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.testkit.Seeds;

class PeersTest {
  private static final PeerInfo SELF = info(500, Document.EMPTY);
  private final Peers peers = new Peers(1_000, THEN, info -> PeerSource.BEACON);

  private static PeerInfo at(int number, List<String> addresses, Document document) {
    return new PeerInfo(
        id(number),
        1,
        "n",
        "s",
        addresses.stream().map(PeerFixture::address).toList(),
        5670,
        false,
        document,
        State.ALIVE,
        Hearing.WELL,
        2_000,
        3_000);
  }

  /** The same one, standing there and heard so. */
  private static PeerInfo heard(PeerInfo well, State state, Hearing hearing) {
    return new PeerInfo(
        well.id(),
        well.incarnation(),
        well.name(),
        well.service(),
        well.addresses(),
        well.tcpPort(),
        well.overlay(),
        well.document(),
        state,
        hearing,
        well.sinceNs(),
        well.heardNs());
  }

  @Test
  void howItIsHeardIsShownAndMakesNoOther() {
    PeerInfo well = PeerFixture.info(1, Document.EMPTY);
    Peer before = peers.snapshot(SELF, List.of(well), List.of()).peers().get(0);
    PeerInfo held = heard(well, well.state(), new Hearing(true, false, 80, 6));
    Peer after = peers.snapshot(SELF, List.of(held), List.of()).peers().get(0);
    assertTrue(after.isHeld());
    assertEquals(80, after.lossPercent());
    assertEquals(before, after);
  }

  @Test
  void whomOthersHearIsListedAndNotOffered() {
    PeerInfo well =
        at(1, List.of("10.0.0.1"), WireCodec.write(List.of(new Offer("T", 1, "tcp", Map.of()))));
    PeerInfo cut = heard(well, State.SUSPECT, new Hearing(false, true, 0, 1));
    Snapshot now = peers.snapshot(SELF, List.of(cut), List.of());
    assertEquals(PeerState.UNREACHABLE_FROM_HERE, now.peers().get(0).state());
    assertEquals(2, now.members().size());
    String type = now.peers().get(0).capabilities().get(0).type();
    assertEquals(List.of(), now.offering(type));
  }

  @Test
  void whatHappenedIsToldByTheNameThatItHasInside() {
    PeerInfo peer = at(1, List.of("10.0.0.1"), Document.EMPTY);
    for (Change.Kind kind : Change.Kind.values()) {
      for (Reason reason : Reason.values()) {
        PeerEvent event = peers.event(new Change(kind, peer, Optional.of(reason)));
        assertEquals(kind.name(), event.kind().name());
        assertEquals(reason.name(), event.reason().orElseThrow().name());
      }
    }
  }

  private Peer only(PeerInfo info) {
    return peers.snapshot(SELF, List.of(info), List.of()).peers().get(0);
  }

  /** A gateway may prefer a link-local address; it leads nowhere from another network. */
  @Test
  void ofAPeerPastTheSubnetLinkLocalAddressesComeLast() {
    RemotePeer remote = toldBy(2, "fe80::1", "10.0.0.9", "169.254.1.1", "fd00::9");
    Peer peer = Peers.remote(remote, THEN, THEN);
    assertEquals(
        Stream.of("10.0.0.9", "fd00::9", "fe80::1", "169.254.1.1")
            .map(PeerFixture::address)
            .toList(),
        peer.addresses());
    assertEquals("tcp://10.0.0.9:7001", peer.capabilities().get(0).endpoint());
  }

  private static RemotePeer toldBy(int gateway, String... addresses) {
    return new RemotePeer(
        id(1),
        1,
        "n",
        "s",
        Stream.of(addresses).map(PeerFixture::address).toList(),
        5670,
        WireCodec.write(List.of(new Offer("A", 7001, "tcp", Map.of()))),
        State.ALIVE,
        0,
        id(gateway),
        "gate");
  }

  /** A search may know it a moment before the list does. */
  @Test
  void whomWeToldOfOurselvesIsOnThisNetwork() {
    Peer ours = Peers.told(toldBy(3, "10.0.0.9"), id(3), THEN);
    assertEquals("", ours.site());
    assertEquals(PeerSource.BEACON, ours.source());
    Peer theirs = Peers.told(toldBy(2, "10.0.0.9"), id(3), THEN);
    assertEquals("gate", theirs.site());
    assertEquals(PeerSource.GATEWAY, theirs.source());
    assertEquals(1, theirs.since().toEpochMilli());
  }

  @Test
  void aCapabilityHasAnEndpointForEachAddressInTheirOrder() {
    Document document = WireCodec.write(List.of(new Offer("A", 7001, "ws", Map.of())));
    assertEquals(
        List.of("ws://10.0.0.9:7001", "ws://[fe80::1%1]:7001"),
        only(at(1, List.of("10.0.0.9", "fe80::1%1"), document)).capabilities().get(0).endpoints());
  }

  @Test
  void timesOfTheCoreBecomeDatesByTheAnchor() {
    Peer peer = only(at(1, List.of("10.0.0.1"), Document.EMPTY));
    assertEquals(THEN.plusNanos(1_000), peer.since());
    assertEquals(THEN.plusNanos(2_000), peer.lastHeard());
    Peers late = new Peers(Long.MAX_VALUE, THEN, info -> PeerSource.FIXED);
    PeerInfo wrapped = info(1, Document.EMPTY);
    wrapped =
        new PeerInfo(
            wrapped.id(),
            1,
            "",
            "",
            wrapped.addresses(),
            1,
            false,
            Document.EMPTY,
            State.ALIVE,
            Hearing.WELL,
            Long.MIN_VALUE,
            Long.MIN_VALUE + 1);
    Peer heard = late.snapshot(SELF, List.of(wrapped), List.of()).peers().get(0);
    assertEquals(THEN.plusNanos(1), heard.since());
    assertEquals(PeerSource.FIXED, heard.source());
  }

  @Test
  void listsAreSortedAndMembersHaveOneself() {
    List<PeerInfo> some =
        List.of(info(900, offers("A")), info(3, offers("B", "A", "A")), info(600, offers("B")));
    Snapshot snapshot = peers.snapshot(SELF, some, List.of(info(9, offers()), info(8, offers())));
    assertEquals(List.of("peer-3", "peer-600", "peer-900"), names(snapshot.peers()));
    assertEquals(List.of("peer-3", "peer-500", "peer-600", "peer-900"), names(snapshot.members()));
    assertEquals(List.of("peer-8", "peer-9"), names(snapshot.heardOnly()));
    assertEquals(PeerState.HEARD_ONLY, snapshot.heardOnly().get(0).state());
    assertEquals(List.of("peer-3", "peer-900"), names(snapshot.offering("A")));
    assertEquals(List.of("peer-3", "peer-600"), names(snapshot.offering("B")));
    assertEquals(List.of(), snapshot.offering("C"));
    assertThrows(UnsupportedOperationException.class, () -> snapshot.peers().clear());
    assertThrows(UnsupportedOperationException.class, () -> snapshot.members().remove(0));
    assertThrows(UnsupportedOperationException.class, () -> snapshot.offering("A").remove(0));
  }

  @Test
  void whoDidNotChangeIsTheSameObjectInTheNextSnapshot() {
    PeerInfo one = info(1, offers("A"));
    PeerInfo two = info(2, offers("A"));
    Snapshot first = peers.snapshot(SELF, List.of(one, two), List.of());
    Snapshot second =
        peers.snapshot(SELF, List.of(info(1, offers("A")), in(two, State.SUSPECT)), List.of());
    assertSame(first.peers().get(0), second.peers().get(0));
    assertNotSame(first.peers().get(1), second.peers().get(1));
    assertEquals(PeerState.ALIVE, first.peers().get(1).state());
    assertEquals(PeerState.SUSPECT, second.peers().get(1).state());
  }

  @Test
  void anEventTellsWhoAndWhy() {
    PeerInfo one = info(1, offers("A"));
    PeerEvent gone =
        peers.event(new Change(Change.Kind.GONE, in(one, State.GONE), Optional.of(Reason.CRASHED)));
    assertEquals(PeerEvent.Kind.GONE, gone.kind());
    assertEquals(Optional.of(GoneReason.CRASHED), gone.reason());
    assertEquals(PeerState.GONE, gone.peer().state());
    for (Change.Kind kind : Change.Kind.values()) {
      assertEquals(kind.name(), peers.event(new Change(kind, one, Optional.empty())).kind().name());
    }
    for (Reason reason : Reason.values()) {
      Change change = new Change(Change.Kind.GONE, one, Optional.of(reason));
      assertEquals(reason.name(), peers.event(change).reason().orElseThrow().name());
    }
  }

  @Test
  void aSnapshotIsWhatWasHandedInWhateverWasBefore() {
    Seeds.forEach(
        100,
        random -> {
          Peers some = new Peers(0, THEN, info -> PeerSource.BEACON);
          Map<Integer, PeerInfo> there = new TreeMap<>();
          for (int turn = 0; turn < 30; turn++) {
            for (int i = random.nextInt(6); i > 0; i--) {
              int number = random.nextInt(40);
              if (random.nextInt(3) == 0) {
                there.remove(number);
              } else {
                PeerInfo info = info(number, offers("T" + random.nextInt(3)));
                there.put(number, random.nextBoolean() ? info : in(info, State.SUSPECT));
              }
            }
            List<PeerInfo> shuffled = new ArrayList<>(there.values());
            Collections.shuffle(shuffled, new Random(random.nextLong()));
            Snapshot snapshot = some.snapshot(SELF, shuffled, List.of());
            Snapshot fresh =
                new Peers(0, THEN, info -> PeerSource.BEACON).snapshot(SELF, shuffled, List.of());
            assertEquals(there.size(), snapshot.peers().size());
            assertEquals(fresh.peers(), snapshot.peers());
            assertEquals(fresh.members(), snapshot.members());
            assertEquals(fresh.offering("T1"), snapshot.offering("T1"));
          }
        });
  }

  @Test
  void manyDifferentDocumentsAreAllRead() {
    List<PeerInfo> many = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      many.add(info(i, offers("T" + i)));
    }
    Snapshot snapshot = peers.snapshot(SELF, many, List.of());
    for (int i = 0; i < 3_000; i++) {
      assertEquals(List.of("peer-" + i), names(snapshot.offering("T" + i)));
    }
    assertEquals(address("10.0.1.1"), snapshot.offering("T257").get(0).addresses().get(0));
  }

  private static List<String> names(List<Peer> peers) {
    return peers.stream().map(Peer::name).toList();
  }

  @Test
  void theTimeOfArrivalStaysWhenTheMachineSlept() {
    PeerInfo info = info(1, offers("A"));
    Peer before = peers.snapshot(SELF, List.of(info), List.of()).peers().get(0);

    peers.anchor(2_000, THEN.plusSeconds(3600));
    Peer after = peers.snapshot(SELF, List.of(in(info, State.SUSPECT)), List.of()).peers().get(0);

    assertEquals(PeerState.SUSPECT, after.state());
    assertEquals(before.since(), after.since());
    assertTrue(after.lastHeard().isAfter(before.lastHeard().plusSeconds(3000)));
  }
}
