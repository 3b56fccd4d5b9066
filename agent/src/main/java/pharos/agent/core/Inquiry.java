package pharos.agent.core;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/** What others are asked about one peer, and what they answered: {@link Witnesses} follows it. */
final class Inquiry extends Timed {
  /** What one of them said. */
  enum Word {
    OPEN,
    HEARD,
    NOT_HEARD,
    UNSURE
  }

  /** Somebody who was asked. */
  static final class Witness implements Serializable {
    final Peer peer;
    int tries;
    Word word = Word.OPEN;

    Witness(Peer peer) {
      this.peer = peer;
    }
  }

  final Peer peer;
  final Evidence evidence;

  /** What was heard before this proves nothing; {@link Peer#NEVER} where only its age counts. */
  final long sinceNs;

  /** The latest that was heard of it, by us or in the last round. */
  long sequence;

  private final Witnesses witnesses;

  /** Those who may be asked, the first to be asked first, and how many of them were. */
  List<Peer> others = List.of();

  int next;
  List<Witness> asked = new ArrayList<>();
  boolean isSecond;

  /** Nobody answers: until then it is held, and then gone; {@link Peer#NEVER} if it is not. */
  long heldUntilNs = Peer.NEVER;

  // Of one that others hear.
  boolean isVouched;
  int rounds;
  int failed;
  long vouchedNs = Peer.NEVER;
  long verifiedNs = Peer.NEVER;
  long heardSequence = -1;
  @Nullable NodeId voice;
  boolean hasSeveralVoices;

  Inquiry(Witnesses witnesses, Peer peer, Evidence evidence, long sinceNs) {
    this.witnesses = witnesses;
    this.peer = peer;
    this.evidence = evidence;
    this.sinceNs = sinceNs;
    this.sequence = peer.sequence;
  }

  /** Whether it still matters: a sign of life, a refusal or a goodbye ends it. */
  @SuppressWarnings("ReferenceEquality") // a later inquiry is another one
  boolean isOpen() {
    return peer.inquiry == this && peer.state.isShown();
  }

  boolean isHeld() {
    return heldUntilNs != Peer.NEVER;
  }

  /** Begins anew, with these to ask. */
  void begin(List<Peer> others) {
    this.others = others;
    next = 0;
    isSecond = false;
    asked.clear();
  }

  int count(Word word) {
    int count = 0;
    for (Witness witness : asked) {
      count += witness.word == word ? 1 : 0;
    }
    return count;
  }

  /** How many were asked who answered a datagram once. */
  int answering() {
    int count = 0;
    for (Witness witness : asked) {
      count += witness.peer.meeting.hasEchoed ? 1 : 0;
    }
    return count;
  }

  /** Whether at least half of those who could tell heard it. */
  boolean isHeardByHalf() {
    return count(Word.HEARD) >= count(Word.NOT_HEARD);
  }

  @Override
  void fire() {
    witnesses.onTimer(this);
  }
}
