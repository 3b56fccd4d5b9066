package pharos.agent.core;

/** What is noticed of a peer, beside the evidence that moves it: for those who ask why. */
public enum Sign {
  /** Its beacon is overdue; how many so far. */
  MISSED,
  /** A beacon came again, after so many were missed. */
  HEARD_AGAIN,
  /** It was asked by UDP whether it is there. */
  PROBED,
  /** It answered what {@link #PROBED} told of. */
  ECHOED,
  /** A connection to its port was tried, since there is doubt. */
  TRIED,
  /** In doubt, its port took a connection. */
  CONNECTED,
  /** Its UDP port refused, where it answered before. */
  REFUSED_UDP,
  /** Its TCP port refused, where it took a connection before. */
  REFUSED_TCP,
  /** It lives though its port refused: something on the way refuses in its name. */
  DISPROVED,
  /** It is watched from now on by an open connection. */
  WATCHED,
  /** That connection ended. */
  WATCH_BROKEN,
  /** That connection never came about. */
  WATCH_FAILED,
  /** Another peer lost its connection to it. */
  DOUBTED,
  /** It is in doubt, and its beacons come all the same. */
  BEACONING,
  /** So many others hear it, though we do not. */
  HEARD_BY_OTHERS,
  /** So many others were asked, and hear it no more than we do. */
  UNHEARD_BY_OTHERS,
  /** A goodbye in its name proved nothing. */
  GOODBYE_UNPROVED,
  /** Another run of it, or the same elsewhere, is said to be there. */
  CLAIMED,
  /** Where it was known it lives: that claim is not believed. */
  CLAIM_REFUSED,
  /** It is somewhere else from now on. */
  MOVED_PLACE,
  /** It speaks from another address too. */
  ADDRESS_CAME,
  /** It speaks from that address no more. */
  ADDRESS_WENT,
  /** It offers something else. */
  OFFERS_CHANGED,
  /** A program that talks to it says that it failed. */
  FAILED,
  /** It failed again and again, and does so no more. */
  WORKS_AGAIN
}
