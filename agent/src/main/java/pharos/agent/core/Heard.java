package pharos.agent.core;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * The part of a {@link Peer} that each of its datagrams reads or writes. It is a class of its own
 * so that it lies together in memory: among thousands of peers a datagram costs what it misses in
 * the caches, and the fields of a superclass come first.
 */
abstract class Heard extends Timed {
  final NodeId id;

  // What it says of itself.
  long incarnation;
  String name;
  String service;
  boolean overlay;
  long digest;
  long sequence;
  long sequencedNs = Peer.NEVER;
  long announcedNs = Peer.NEVER;

  // Where and when it was heard first and last, and where it stands.
  InetSocketAddress source;
  State state = State.UNKNOWN;
  long intervalNs;
  long heardNs;

  // What its next sign of life ends.
  Peer.@Nullable Series series;
  @Nullable Question last;
  boolean lastFailed;
  long verdictNs = Peer.NEVER;
  boolean isWatchBroken;
  boolean isLookedAfter;
  boolean isAwaited;

  /** Whether it speaks from several addresses: then it is noted when from each. */
  boolean isAtSeveral;

  Heard(NodeId id, String name, String service, InetSocketAddress source) {
    this.id = id;
    this.name = name;
    this.service = service;
    this.source = source;
  }
}
