package pharos.simulator;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Introduction;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/** What a stranger knows: all that was broadcast, what was sent to him, and what he asked for. */
final class Hearsay {
  private static final int MAX_RECORDINGS = 256;

  private final Map<NodeId, Recording> latest = new HashMap<>();
  private final Map<NodeId, Introduction> introductions = new HashMap<>();
  private final Map<NodeId, Long> nonces = new HashMap<>();
  private final List<Recording> recordings = new ArrayList<>();
  private long nonceForHim;
  private long secret;

  /** One datagram, and where it came from. */
  record Recording(Beacon beacon, InetSocketAddress from) {}

  /** Hears a broadcast; whether it tells of an offer that he has not asked for yet. */
  boolean overhear(Beacon beacon, InetSocketAddress from) {
    Recording heard = new Recording(beacon, from);
    if (recordings.size() < MAX_RECORDINGS) {
      recordings.add(heard);
    } else {
      recordings.set((int) (beacon.sequence() % MAX_RECORDINGS), heard);
    }
    Recording before = latest.put(beacon.id(), heard);
    if (beacon.isLeaving() && beacon.goodbye() != 0) {
      secret = beacon.goodbye();
    }
    if (beacon.nonce() != 0) {
      nonces.put(beacon.id(), beacon.nonce());
    }
    return before == null
        || before.beacon().digest() != beacon.digest()
        || before.beacon().incarnation() != beacon.incarnation();
  }

  void learn(Introduction introduction) {
    introductions.put(introduction.id(), introduction);
  }

  void take(Beacon beacon) {
    nonceForHim = beacon.nonce() == 0 ? nonceForHim : beacon.nonce();
  }

  /** The latest broadcast of this node. */
  @Nullable Recording latest(NodeId id) {
    return latest.get(id);
  }

  /** What this node answered when it was asked. */
  @Nullable Introduction introduction(NodeId id) {
    return introductions.get(id);
  }

  /** The nonce that this node broadcast last; 0 for none. */
  long broadcastNonce(NodeId id) {
    return nonces.getOrDefault(id, 0L);
  }

  /** The nonce that anybody sent him last; 0 for none. */
  long nonceForHim() {
    return nonceForHim;
  }

  /** The secret of whoever left last; 0 for none. */
  long secret() {
    return secret;
  }

  /** Any of the datagrams he heard. */
  @Nullable Recording any(RandomGenerator random) {
    return recordings.isEmpty() ? null : recordings.get(random.nextInt(recordings.size()));
  }
}
