package pharos.agent;

/** How a peer was found. More may be added, so a {@code switch} wants a default. */
public enum PeerSource {
  /** By its beacon. */
  BEACON,
  /** It is one of those that the program named by address. */
  FIXED
}
