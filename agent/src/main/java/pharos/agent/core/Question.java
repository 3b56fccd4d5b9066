package pharos.agent.core;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** One question over TCP, through its tries. */
final class Question extends Timed {
  final Peer peer;
  final Purpose purpose;
  final InetSocketAddress to;
  private final Asker asker;
  long number;
  int tries;
  long sentNs;

  /** What the asked one announced to offer, and who else offers it and waits for the answer. */
  long digest;

  private List<Peer> waiting = List.of();
  Progress progress = Progress.WAITING;

  /** Why a peer is asked. */
  enum Purpose {
    /** For its capabilities, at first sight or when they changed. */
    MEET,
    /** Whether a later incarnation is what it claims to be. */
    CHECK,
    /** Whether it is silent over TCP too. */
    LAST,
    /** Whether it has our own id, and since when. */
    CLONE,
    /** Whether its port takes a connection at all; nothing is asked. */
    PORT,
    /** Whether one who is gone is there after all. */
    RETURN
  }

  /** How far a question has come. */
  enum Progress {
    WAITING,
    OPEN,
    BACKING_OFF,
    ENDED
  }

  Question(Asker asker, Peer peer, Purpose purpose, InetSocketAddress to) {
    this.asker = asker;
    this.peer = peer;
    this.purpose = purpose;
    this.to = to;
  }

  void await(Peer other) {
    if (waiting.isEmpty()) {
      waiting = new ArrayList<>();
    }
    waiting.add(other);
  }

  List<Peer> takeWaiting() {
    List<Peer> taken = waiting;
    waiting = List.of();
    return taken;
  }

  @Override
  void fire() {
    asker.onTimer(this);
  }
}
