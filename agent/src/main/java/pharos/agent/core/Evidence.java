package pharos.agent.core;

/** What can become known about a peer. Silence is evidence too, of the weakest kind. */
public enum Evidence {
  /** A first datagram of an incarnation not known yet. */
  HEARD,
  /** Capabilities and proof of life are complete. */
  MET,
  /** A datagram that counts, an answer to our nonce, or a question from it. */
  LIFE,
  /** An answer to our nonce alone: the one proof that brings back who is gone. */
  ECHO,
  /** A goodbye that counts. */
  LEAVING,
  /** A later incarnation, or another node at the same endpoint, answered our question. */
  DISPLACED,
  /** A port where it answered before refused, and no goodbye came meanwhile. */
  REFUSED,
  /** The first three probes were not answered. */
  UNANSWERED,
  /** The watch broke, it refused nothing and answered nothing, while others did. */
  CUT_OFF,
  /** Cut off for 1.5 intervals. */
  CUT_OFF_LONG,
  /** No beacon, no answer to probes or question, up to the deadline. */
  SILENCE,
  /** The time is over for which one remembers who is gone. */
  FORGOTTEN
}
