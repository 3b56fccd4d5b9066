package pharos.agent;

/** How a peer was found. More may be added, so a {@code switch} wants a default. */
public enum PeerSource {
  /** By its beacon. */
  BEACON,
  /** It is one of those that the program named by address. */
  FIXED,
  /** A gateway told of it: it is on another network, and may not be reachable from here. */
  GATEWAY
}
