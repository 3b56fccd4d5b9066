package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.BeaconView;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

/** The table of peers against a map. */
class PeerTableTest {
  private static final Deadlines DEADLINES = CoreFixture.anyDeadlines();

  private static Beacon beacon(NodeId id) {
    return Beacon.of(id).incarnation(1).udpPort(7_000).tcpPort(7_000).build();
  }

  private static Peer peer(NodeId id) {
    return new Peer(DEADLINES, beacon(id), new InetSocketAddress(CoreFixture.ip(10, 0, 0, 2), 7));
  }

  @Test
  void itHoldsWhatAMapHolds() {
    Seeds.forEach(
        20,
        random -> {
          PeerTable table = new PeerTable();
          Map<NodeId, Peer> model = new HashMap<>();
          List<NodeId> ids = new ArrayList<>();
          for (int i = 0; i < 3_000; i++) {
            if (ids.isEmpty() || random.nextInt(5) < 3) {
              // Few different bytes, so that some share a chain.
              NodeId id = CoreFixture.idAt(1 + random.nextInt(200), random.nextInt(50));
              if (!model.containsKey(id)) {
                Peer peer = peer(id);
                ids.add(id);
                model.put(id, peer);
                table.add(peer);
              }
            } else {
              NodeId id = ids.remove(random.nextInt(ids.size()));
              Peer peer = model.remove(id);
              if (peer != null) {
                table.remove(peer);
              }
              assertNull(table.get(id));
            }
            assertEquals(model.size(), table.size());
          }
          model.forEach(
              (id, peer) -> {
                assertSame(peer, table.get(id));
                assertSame(peer, table.sender(beacon(id)));
              });
          Set<Peer> visited = new HashSet<>();
          table.forEach(peer -> assertTrue(visited.add(peer)));
          assertEquals(new HashSet<>(model.values()), visited);
        });
  }

  @Test
  void aSenderIsFoundByTheDatagramWhereItLies() {
    Seeds.forEach(
        200,
        random -> {
          NodeId id = NodeId.random(random);
          PeerTable table = new PeerTable();
          Peer peer = peer(id);
          table.add(peer);
          BeaconCodec codec = new BeaconCodec();
          BeaconView view = new BeaconView();
          ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
          codec.encode(beacon(id), datagram);
          assertNull(codec.check(datagram.flip(), view));
          assertSame(peer, table.sender(view));
          assertNull(table.sender(beacon(NodeId.random(random))));
        });
  }

  @Test
  void removingOneThatIsNotThereChangesNothing() {
    PeerTable table = new PeerTable();
    Peer there = peer(CoreFixture.idAt(1, 1));
    table.add(there);
    table.remove(peer(CoreFixture.idAt(1, 2)));
    assertEquals(1, table.size());
    assertSame(there, table.get(there.id));
  }
}
