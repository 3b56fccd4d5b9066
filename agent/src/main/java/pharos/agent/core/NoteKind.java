package pharos.agent.core;

/** What an operator may want to know that is no news of a peer. */
public enum NoteKind {
  /** A table is full; what is live is kept. */
  FULL,
  /** Another agent has our id. */
  CLONE,
  /** Somebody elsewhere claims to be a peer that lives. */
  CLAIM,
  /** Our clock went back since an earlier run. */
  CLOCK_WENT_BACK,
  /** A peer that beacons cannot be asked. */
  UNREACHABLE,
  /** A refusal was disproved: a firewall refuses in its name. */
  FALSE_REFUSAL,
  /** Nobody is heard any more on a link, or somebody is again. */
  ISOLATED,
  /** Broadcasts of peers that answer are not heard, or are again. */
  BROADCASTS,
  /** This process was stopped for a while. */
  STALLED
}
