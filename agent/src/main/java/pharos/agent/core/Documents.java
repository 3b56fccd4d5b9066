package pharos.agent.core;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents by digest, so that a thousand equal replicas are asked about once: those known, the
 * latest used kept, and who waits for one that somebody else is being asked for. A document proves
 * itself by its digest, whoever sent it.
 */
final class Documents implements Serializable {
  private static final int MAX = 1_024;

  private final Map<Long, Document> known = Bounded.byUse(MAX);
  private final Map<Long, Question> asked = new HashMap<>();

  @Nullable Document get(long digest) {
    return digest == 0 ? Document.EMPTY : known.get(digest);
  }

  /** Keeps a document, and says who waited for it. */
  List<Peer> put(Document document) {
    if (document.digest() != 0) {
      known.put(document.digest(), document);
    }
    Question question = asked.get(document.digest());
    return question == null ? List.of() : question.takeWaiting();
  }

  /** Whether another is being asked for it: then this peer waits too. */
  boolean awaits(Peer peer) {
    Question question = asked.get(peer.digest);
    if (question == null || question.peer == peer) {
      return false;
    }
    question.await(peer);
    return true;
  }

  /** This question will bring the document of that digest. */
  void expect(long digest, Question question) {
    question.digest = digest;
    asked.put(digest, question);
  }

  /** The question is over; who waited for its answer must see for itself. */
  List<Peer> ended(Question question) {
    asked.remove(question.digest, question);
    return question.takeWaiting();
  }
}
