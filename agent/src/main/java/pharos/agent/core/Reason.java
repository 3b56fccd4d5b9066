package pharos.agent.core;

/** Why a peer is gone. */
public enum Reason {
  /** It said goodbye. */
  LEFT,
  /** Its ports refuse, or its connection broke and nothing answers any more. */
  CRASHED,
  /** It was not heard for the whole time. */
  SILENT,
  /** It started again, or another took its place. */
  REPLACED
}
