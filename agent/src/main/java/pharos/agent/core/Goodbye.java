package pharos.agent.core;

import java.io.Serializable;
import pharos.beacon.Beacon;
import pharos.beacon.Presence;

/** By what the goodbye of a peer is known: a hash, or nothing yet, or never. */
final class Goodbye implements Serializable {
  private long hash;

  /** It is of the former format, which has no secret. */
  boolean isFormer;

  /** How often it was asked for the hash. */
  int tries;

  /** It said goodbye before its secret could be known. */
  boolean isSaid;

  /** How it failed, as its goodbye says; empty where it left in peace. */
  String detail = "";

  /** It answered us: its goodbye will be known by this hash, or it is of the former format. */
  void learn(long answered) {
    if (hash == 0) {
      hash = answered;
      isFormer = answered == 0;
    }
  }

  void forget() {
    hash = 0;
    isFormer = false;
  }

  boolean isHashKnown() {
    return hash != 0;
  }

  /** Whether the secret that this goodbye tells is the one whose hash is known. */
  boolean isProvedBy(Presence leaving) {
    return hash != 0 && leaving.goodbye() != 0 && Beacon.goodbyeHash(leaving.goodbye()) == hash;
  }
}
