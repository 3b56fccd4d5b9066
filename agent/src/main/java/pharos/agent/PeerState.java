package pharos.agent;

/** Where a peer stands. More may be added, so a {@code switch} wants a default. */
public enum PeerState {
  /** It is there. */
  ALIVE,
  /** It did not answer when asked; it is still listed, and may recover. */
  SUSPECT,
  /**
   * It answers nothing here, but others hear it: perhaps only the way between us is cut. It is
   * listed, and {@link PeerView#peersOffering} leaves it out.
   */
  UNREACHABLE_FROM_HERE,
  /** It is heard, but cannot be asked; it is not among the peers. */
  HEARD_ONLY,
  /** It is there no more: only in the event that says so. */
  GONE
}
