package pharos.agent.core;

import java.io.Serializable;

/** When its datagrams made us do what each of them may make us do only once in a while. */
final class Bounds implements Serializable {
  // An answer, and to which question.
  long answeredNs = Peer.NEVER;
  long answeredNonce;
  int answeredCopies;
  boolean isAnsweredTwice;

  /** A hint that it needs a higher incarnation. */
  long hintedNs = Peer.NEVER;

  /** A question, since its datagrams contradict each other or its answer. */
  long contradictedNs = Peer.NEVER;

  /** A look for it, since somebody doubted it; and since somebody said goodbye in its name. */
  long doubtedNs = Peer.NEVER;

  long lookedNs = Peer.NEVER;

  /** Whether it is there after all, when it was gone. */
  long stirredNs = Peer.NEVER;

  // What we heard of others, and how often in this second.
  private long toldNs = Peer.NEVER;
  private int told;

  /** Whether it may be told once more what we heard of others. */
  boolean takesAnswer(Turn turn, int perSecond) {
    if (turn.mayAgain(toldNs, Settings.SECOND)) {
      toldNs = turn.nowNs;
      told = 0;
    }
    return ++told <= perSecond;
  }
}
