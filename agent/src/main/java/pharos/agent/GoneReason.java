package pharos.agent;

/** Why a peer is gone. More may be added, so a {@code switch} wants a default. */
public enum GoneReason {
  /** It said goodbye. */
  LEFT,
  /** Its host says that it is there no more. */
  CRASHED,
  /** Nothing was heard of it for too long. */
  SILENT,
  /** It started again, or another took its place. */
  REPLACED,
  /** It is on another network, and no gateway tells of it any more. */
  OUT_OF_SIGHT
}
