package pharos.agent.core;

import java.io.Serializable;

/** Where a peer stands in the {@link Ring}, and the connection that watches it. */
final class Watched implements Serializable {
  /** Its place among those shown. */
  int place;

  boolean isOpen;
  long passedOverNs = Peer.NEVER;
}
