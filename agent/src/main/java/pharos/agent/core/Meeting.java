package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What it took to meet a run of a peer, and what came of it: {@link Meeter} follows it. */
final class Meeting implements Serializable {
  boolean hasEchoed;
  boolean hasAnswered;
  boolean hasAsked;

  /** Its question came from where it was heard first: that is proved, as by an echo. */
  boolean hasAskedHere;

  boolean mustProve;
  boolean isUnreachable;
  int failures;

  /** When it was asked what it answered. */
  long askedNs = Peer.NEVER;

  /** When its datagrams and its answer said different things. */
  long contestedNs = Peer.NEVER;

  /** The open or waiting question for its capabilities. */
  @Nullable Question question;

  /** What it offers; nothing until that is known. */
  @Nullable Document document;

  /** Where its last document says that it sends from; empty when it did not say. */
  List<InetAddress> named = List.of();

  /** Whether it is there: by an answer to a datagram or to a question, or by a question of it. */
  boolean isThere() {
    return hasEchoed || hasAnswered || hasAsked;
  }
}
