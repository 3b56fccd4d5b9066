package pharos.agent;

/** Where a peer stands. More may be added, so a {@code switch} wants a default. */
public enum PeerState {
  /** It is there. */
  ALIVE,
  /** It did not answer when asked; it is still listed, and may recover. */
  SUSPECT,
  /** It is heard, but cannot be asked; it is not among the peers. */
  HEARD_ONLY,
  /** It is there no more: only in the event that says so. */
  GONE
}
