package pharos.agent.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import pharos.agent.Cancellable;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerBoard;
import pharos.agent.PeerBuilder;
import pharos.agent.PeerEvent;
import pharos.agent.PeerView;
import pharos.beacon.NodeId;

/**
 * Peers that come and go as a test says, instead of those of an agent. Who follows them is called
 * as by an agent, but in the thread of the test, before {@link #put}, {@link #remove} or {@link
 * #end} returns, unless an executor was given. For any thread.
 */
public final class TestPeers implements PeerView {
  private final PeerBoard board;
  private final Map<NodeId, Peer> others = new TreeMap<>();

  /** Nobody yet but oneself, who is called {@code self}. */
  public TestPeers() {
    this(peer("self").build(), Runnable::run);
  }

  /** The same, with another self, and with what runs the call backs. */
  public TestPeers(Peer self, Executor callbacks) {
    board = new PeerBoard(self, callbacks);
  }

  /** Makes a peer of this name, with an id of its letters: so lists are in the order of names. */
  public static PeerBuilder peer(String name) {
    byte[] letters = name.getBytes(StandardCharsets.UTF_8);
    byte[] id = Arrays.copyOf(letters, NodeId.LENGTH);
    if (letters.length > NodeId.LENGTH) {
      int hash = name.hashCode();
      for (int i = 1; i <= Integer.BYTES; i++) {
        id[NodeId.LENGTH - i] = (byte) (hash >> ((i - 1) * Byte.SIZE));
      }
    }
    return Peer.builder(NodeId.of(id)).name(name);
  }

  /** It arrives, or it is like this from now on; with another incarnation it started again. */
  public synchronized void put(Peer peer) {
    others.put(peer.id(), peer);
    board.show(others.values(), GoneReason.LEFT);
  }

  /** It is gone, for this reason. */
  public synchronized void remove(Peer peer, GoneReason why) {
    if (others.remove(peer.id()) == null) {
      throw new IllegalArgumentException(peer + " is not there");
    }
    board.show(others.values(), why);
  }

  /** As if the agent was closed. */
  public void end() {
    board.end(Optional.empty());
  }

  /** As if the agent failed. */
  public void fail(Throwable why) {
    board.end(Optional.of(why));
  }

  @Override
  public Peer self() {
    return board.self();
  }

  @Override
  public List<Peer> peers() {
    return board.peers();
  }

  @Override
  public List<Peer> unreachable() {
    return board.unreachable();
  }

  @Override
  public List<Peer> members() {
    return board.members();
  }

  @Override
  public List<Peer> peersOffering(String type) {
    return board.peersOffering(type);
  }

  @Override
  public List<Peer> awaitPeers(String type, int count, Duration limit) {
    return board.awaitPeers(type, count, limit);
  }

  @Override
  public Cancellable onPeers(Consumer<List<Peer>> callback) {
    return board.onPeers(callback);
  }

  @Override
  public Cancellable onMembers(Consumer<List<Peer>> callback) {
    return board.onMembers(callback);
  }

  @Override
  public Cancellable onEvent(Consumer<PeerEvent> callback) {
    return board.onEvent(callback);
  }

  @Override
  public Cancellable onNews(Consumer<List<Peer>> all, Consumer<PeerEvent> event) {
    return board.onNews(all, event);
  }

  @Override
  public Cancellable onEnd(Consumer<Optional<Throwable>> callback) {
    return board.onEnd(callback);
  }

  @Override
  public Flow.Publisher<List<Peer>> publisher() {
    return board.publisher();
  }
}
