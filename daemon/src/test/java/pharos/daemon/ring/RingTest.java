package pharos.daemon.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.agent.json.Json;
import pharos.agent.testing.TestPeers;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.records.Overview;
import pharos.records.Version;

class RingTest {
  @Test
  void eachStandsInItsPlaceAndWatchesTheNextTwo() {
    Ring ring = Ring.of(Rings.peers(4), List.of(), Optional.empty(), Ring.NO_RECORDS);
    assertEquals(
        List.of("node-0", "node-1", "node-2", "node-3"),
        ring.nodes().stream().map(Ring.Node::name).toList());
    assertEquals(0.25, ring.nodes().get(1).place(), 0.01);
    assertEquals(
        List.of(Rings.id(0, 4).toBase64(), Rings.id(1, 4).toBase64()),
        ring.nodes().get(3).watches());
    assertTrue(ring.nodes().get(0).isHere());
    assertEquals("10.0.0.2:5670", ring.nodes().get(1).address());
    assertEquals("nobody here holds records", RingWords.records(ring));
  }

  @Test
  void twoWatchEachOtherAndOneWatchesNobody() {
    Ring two = Ring.of(Rings.peers(2), List.of(), Optional.empty(), "");
    assertEquals(List.of(Rings.id(1, 2).toBase64()), two.nodes().get(0).watches());
    assertEquals(List.of(Rings.id(0, 2).toBase64()), two.nodes().get(1).watches());
    Ring one = Ring.of(Rings.peers(1), List.of(), Optional.empty(), "");
    assertEquals(List.of(), one.nodes().get(0).watches());
  }

  @Test
  void whoIsInTheTableAloneIsThereToo() {
    NodeId far = Rings.id(3, 8);
    Contact known = Contact.of(ContactId.of(Rings.id(1, 2).toBytes()), "tcp://10.0.0.2:5670");
    Contact other = Contact.of(ContactId.of(far.toBytes()), "tcp://10.9.9.9:5670");
    Ring ring = Ring.of(Rings.peers(2), List.of(known, other), Optional.empty(), "");
    assertEquals(3, ring.nodes().size());
    Ring.Node there = ring.nodes().get(1);
    assertEquals(far.toShortString(), there.label());
    assertEquals("10.9.9.9:5670", there.address());
    assertEquals("", there.seen());
    assertEquals(
        List.of(false, true, true), ring.nodes().stream().map(Ring.Node::isInTable).toList());
  }

  @Test
  void holdersAreTheNodesThatHaveTheCopies() {
    Ring ring = Rings.ring(5, "a", "b");
    assertEquals(List.of(0, 1, 2), ring.keys().get(0).holders());
    assertTrue(ring.keys().get(0).isWhole());
    assertEquals(List.of(1, 2), ring.keys().get(1).holders());
    assertEquals(List.of(1, 2, 3), ring.keys().get(1).meant());
    assertFalse(ring.keys().get(1).isWhole());
    assertTrue(ring.nodes().get(1).isDoubtful(), "it is missing");
  }

  @Test
  void aSuspectIsDoubtful() {
    TestPeers peers = Rings.peers(2);
    Peer suspect = Rings.peer("node-1", 1, 2);
    peers.put(Peer.builder(suspect.id()).name("node-1").state(PeerState.SUSPECT).build());
    Ring ring = Ring.of(peers, List.of(), Optional.empty(), "");
    assertTrue(ring.nodes().get(1).isDoubtful());
    assertEquals("does not answer", RingWords.state(ring.nodes().get(1)));
  }

  @Test
  void nodesBeyondTheBoundAreCounted() {
    List<Contact> many = new ArrayList<>();
    for (int i = 0; i < Ring.MOST_NODES + 10; i++) {
      byte[] bytes = new byte[NodeId.LENGTH];
      bytes[2] = (byte) (i >> 8);
      bytes[3] = (byte) i;
      bytes[4] = 1;
      many.add(Contact.of(ContactId.of(bytes), "tcp://10.0.0.1:1"));
    }
    Ring ring = Ring.of(Rings.peers(1), many, Optional.empty(), "");
    assertEquals(Ring.MOST_NODES, ring.nodes().size());
    assertEquals(11, ring.moreNodes());
  }

  @Test
  void jsonIsReadAsItWasWritten() {
    for (Ring ring : List.of(Rings.ring(5, "a/b", "c"), Rings.hostile())) {
      assertEquals(ring, RingJson.read(Json.write(RingJson.of(ring))));
    }
  }

  @Test
  void jsonThatMakesNoSenseIsAnEmptyRingOrPartOfOne() {
    assertEquals(List.of(), RingJson.read("[]").nodes());
    Ring odd = RingJson.read("{\"nodes\":[{\"place\":7}],\"keys\":[{\"holders\":[-1,0,9,\"x\"]}]}");
    assertEquals(0, odd.nodes().get(0).place());
    assertEquals(List.of(0), odd.keys().get(0).holders());
  }

  @Test
  void aThousandNodesAndKeysAreWrittenInAMoment() {
    String[] keys = IntStream.range(0, 1_000).mapToObj(it -> "key/" + it).toArray(String[]::new);
    Ring ring = Rings.ring(256, keys);
    assertTrue(Json.write(RingJson.of(ring)).length() < 1 << 20);
    assertTrue(RingDot.of(ring).contains("900 more records"));
    assertTrue(RingSvg.of(ring).contains("988 records more"));
  }

  @Test
  void anIdIsTheSameHoweverItIsWritten() {
    Overview.Node told = Rings.overview(1).nodes().get(0);
    String written = Rings.id(0, 1).toString();
    Overview.Node other =
        new Overview.Node(
            written, "", "tcp://10.0.0.1:5670", told.place(), told.state(), true, true, true, 1, 1);
    Overview.Placed placed =
        new Overview.Placed("k", new Version(1, 0), 0, 1, List.of(written), List.of(written));
    Overview overview = new Overview("embedded", 1, 1, true, true, List.of(other), List.of(placed));
    Ring ring = Ring.of(Rings.peers(1), List.of(), Optional.of(overview), "");
    assertEquals(1, ring.nodes().size());
    assertEquals("node-0", ring.nodes().get(0).name());
    assertEquals(List.of(0), ring.keys().get(0).holders());
  }
}
