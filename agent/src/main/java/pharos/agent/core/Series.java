package pharos.agent.core;

import java.io.Serializable;

/** A series of probes, which look for a peer and share a nonce. */
final class Series implements Serializable {
  final Why why;
  final long sinceNs;

  /** How many were sent. */
  int probes;

  /** When the last of them was sent. */
  long askedNs;

  /** Whether somebody was told that it is asked. */
  boolean isTold;

  /** Its beacons come meanwhile, though it answers nothing. */
  boolean isBeaconing;

  /** Nothing broke: a connection never came about, which says less. */
  boolean isWeak;

  /** Why a peer is being probed; it decides the pace. */
  enum Why {
    /** It is watched, and asked from time to time: beacons alone may be forged. */
    WATCH,
    /** It was shown to nobody yet and must prove itself. */
    PROOF,
    /** Its beacon is overdue. */
    OVERDUE,
    /** Somebody lost the connection to it. */
    DOUBT
  }

  Series(Why why, long sinceNs) {
    this.why = why;
    this.sinceNs = sinceNs;
    askedNs = sinceNs;
  }
}
