package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Document;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

class FollowingTest {
  private static final long ROUND_NS = 400_000_000L;

  private final List<Consumer<Reply.Ended>> asked = new ArrayList<>();
  private NodeId onLan = id(99);
  private final Following following =
      new Following(
          List.of("A", "B"), (service, then) -> asked.add(then), id -> id.equals(onLan), 0);
  private long nowNs;

  private static NodeId id(int last) {
    byte[] bytes = new byte[NodeId.LENGTH];
    bytes[0] = 1;
    bytes[NodeId.LENGTH - 1] = (byte) last;
    return NodeId.of(bytes);
  }

  private static RemotePeer peer(int last) {
    return new RemotePeer(
        id(last), 1, "p" + last, "A", List.of(), 1, Document.EMPTY, State.ALIVE, 0, id(77), "gate");
  }

  /** One round, in which each service is answered so. */
  private void round(Reply.Status status, RemotePeer... peers) {
    following.wakeUp(nowNs);
    List<Consumer<Reply.Ended>> all = List.copyOf(asked);
    asked.clear();
    assertEquals(2, all.size());
    for (Consumer<Reply.Ended> then : all) {
      then.accept(new Reply.Ended(status, Optional.empty(), 0, List.of(peers), List.of()));
    }
    nowNs += ROUND_NS;
  }

  private List<String> names() {
    return following.peers().stream().map(RemotePeer::name).toList();
  }

  @Test
  void whoIsToldOfIsFollowedAndDroppedAfterTwoRoundsWithout() {
    round(Reply.Status.FOUND, peer(2), peer(1));
    assertTrue(following.takeChanged());
    assertFalse(following.takeChanged());
    assertEquals(List.of("p1", "p2"), names());

    round(Reply.Status.FOUND, peer(1));
    assertEquals(List.of("p1", "p2"), names());
    round(Reply.Status.FOUND, peer(1));
    assertEquals(List.of("p1"), names());
  }

  @Test
  void roundsThatFailDropNobodySoSoon() {
    round(Reply.Status.FOUND, peer(1));
    for (int i = 0; i < 5; i++) {
      round(Reply.Status.TIMED_OUT);
      assertEquals(List.of("p1"), names());
    }
    round(Reply.Status.NO_GATEWAY);
    assertEquals(List.of(), names());
  }

  @Test
  void aRoundBeginsWhenTheLastIsOverAndItIsTime() {
    following.wakeUp(0);
    assertEquals(2, asked.size());
    following.wakeUp(10 * ROUND_NS);
    assertEquals(2, asked.size());
    assertTrue(following.isIdle());
    nowNs = 10 * ROUND_NS;
    List<Consumer<Reply.Ended>> all = List.copyOf(asked);
    asked.clear();
    all.forEach(then -> then.accept(Reply.Ended.of(Reply.Status.NOT_FOUND)));
    assertFalse(following.isIdle());
    following.wakeUp(nowNs);
    assertEquals(2, asked.size());
  }

  @Test
  void whoIsOnOurOwnNetworkIsNotFollowed() {
    round(Reply.Status.FOUND, peer(1), peer(99));
    assertEquals(List.of("p1"), names());
    assertTrue(following.takeChanged());
    following.onLan(id(1));
    assertTrue(following.takeChanged());
    assertEquals(List.of(), names());
    onLan = id(1);
    round(Reply.Status.FOUND, peer(1));
    assertEquals(List.of(), names());
  }
}
