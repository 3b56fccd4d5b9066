package pharos.agent.core;

/** Where a peer stands in the {@link Ring}, and the connection that watches it. */
final class Watched {
  /** Its place among those shown. */
  int place;

  boolean isOpen;
  long passedOverNs = Peer.NEVER;
}
