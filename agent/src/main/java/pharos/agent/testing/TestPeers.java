package pharos.agent.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerBoard;
import pharos.agent.PeerBuilder;
import pharos.beacon.NodeId;

/**
 * Peers that come and go as a test says, instead of those of an agent. Who follows them is called
 * as by an agent, but in the thread of the test, before {@link #put}, {@link #remove} or {@link
 * #end} returns, unless an executor was given. For any thread.
 */
public final class TestPeers extends PeerBoard {
  private final Map<NodeId, Peer> others = new TreeMap<>();

  /** Nobody yet but oneself, who is called {@code self}. */
  public TestPeers() {
    this(peer("self").build(), Runnable::run);
  }

  /** The same, with another self, and with what runs the call backs. */
  public TestPeers(Peer self, Executor callbacks) {
    super(self, callbacks);
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
    show(others.values(), GoneReason.LEFT);
  }

  /** It is gone, for this reason. */
  public synchronized void remove(Peer peer, GoneReason why) {
    if (others.remove(peer.id()) == null) {
      throw new IllegalArgumentException(peer + " is not there");
    }
    show(others.values(), why);
  }

  /** As if the agent was closed. */
  public void end() {
    end(Optional.empty());
  }

  /** As if the agent failed. */
  public void fail(Throwable why) {
    end(Optional.of(why));
  }
}
