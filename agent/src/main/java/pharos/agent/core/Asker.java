package pharos.agent.core;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Question.Progress;
import pharos.agent.core.Question.Purpose;

/**
 * Asks over TCP: so many at once, each with a time-out and a few tries, so that a dead or slow peer
 * never delays another. Who has proved to be there goes first: invented peers wait behind.
 */
final class Asker {
  /** Last questions have a bound of their own: they must not wait behind newcomers. */
  private static final int MAX_LAST = 512;

  private static final int TRIES = 3;
  private static final long BACK_OFF_NS = 100 * Settings.MS;

  private final Turn turn;
  private final Map<Long, Question> open = new HashMap<>();
  private final Set<Question> first = new LinkedHashSet<>();
  private final Set<Question> second = new LinkedHashSet<>();
  private final Outcome outcome;
  private int openLast;
  private long numbers;

  /** What becomes of questions. */
  interface Outcome {
    void answered(Question question, Introduction answer);

    void failed(Question question);

    /** It is over, however it went; called before the other two. */
    void ended(Question question);
  }

  Asker(Turn turn, Outcome outcome) {
    this.turn = turn;
    this.outcome = outcome;
  }

  /** Asks now, or when it is this question's turn; last questions find no place when all wait. */
  @Nullable Question ask(Peer peer, Purpose purpose, InetSocketAddress to) {
    if (purpose == Purpose.LAST && openLast >= MAX_LAST) {
      return null;
    }
    Question question = new Question(this, peer, purpose, to);
    enqueue(question);
    sendWaiting();
    return question;
  }

  void onAnswer(long number, Introduction answer) {
    Question question = open.get(number);
    if (question != null) {
      end(question);
      outcome.answered(question, answer);
      sendWaiting();
    }
  }

  void onFailure(long number) {
    Question question = open.get(number);
    if (question != null) {
      close(question);
      tryAgain(question);
      sendWaiting();
    }
  }

  void onTimer(Question question) {
    if (question.progress == Progress.OPEN) {
      turn.emit(new Effect.Forget(question.number));
      close(question);
      tryAgain(question);
    } else if (question.progress == Progress.BACKING_OFF) {
      enqueue(question);
    }
    sendWaiting();
  }

  /** Nobody wants the answer any more. */
  void cancel(@Nullable Question question) {
    if (question == null || question.progress == Progress.ENDED) {
      return;
    }
    if (question.progress == Progress.OPEN) {
      turn.emit(new Effect.Forget(question.number));
    }
    end(question);
  }

  /** The peer has proved to be there: it need not wait behind those who did not. */
  void promote(@Nullable Question question) {
    if (question != null && second.remove(question)) {
      first.add(question);
    }
  }

  /** How many questions are open or wait for their turn. */
  int size() {
    return open.size() + first.size() + second.size();
  }

  private void enqueue(Question question) {
    question.progress = Progress.WAITING;
    if (question.purpose == Purpose.LAST) {
      send(question);
    } else if (question.peer.hasEchoed || question.peer.hasAnswered || question.peer.hasAsked) {
      first.add(question);
    } else {
      second.add(question);
    }
  }

  private void sendWaiting() {
    while (open.size() - openLast < turn.settings.maxQuestions()
        && !(first.isEmpty() && second.isEmpty())) {
      Iterator<Question> next = (first.isEmpty() ? second : first).iterator();
      Question question = next.next();
      next.remove();
      send(question);
    }
  }

  private void send(Question question) {
    question.number = ++numbers;
    question.progress = Progress.OPEN;
    question.tries++;
    question.sentNs = turn.nowNs;
    open.put(question.number, question);
    openLast += question.purpose == Purpose.LAST ? 1 : 0;
    turn.count(Count.QUESTIONS);
    turn.timers.set(question, turn.nowNs + timeoutNs(question));
    turn.emit(
        new Effect.Ask(question.number, question.peer.name, question.to, turn.self.introduction()));
  }

  /** TCP sends again by itself, so a last question is one connection that may take its time. */
  private long timeoutNs(Question question) {
    long timeoutNs = turn.settings.questionTimeoutNs();
    return question.purpose == Purpose.LAST
        ? Math.max(timeoutNs, question.peer.intervalNs * 5 / 2)
        : timeoutNs * question.tries;
  }

  private void tryAgain(Question question) {
    if (question.tries < TRIES && !isAskedOnce(question)) {
      question.progress = Progress.BACKING_OFF;
      long backOffNs = BACK_OFF_NS * question.tries * question.tries;
      turn.timers.set(question, turn.nowNs + backOffNs + turn.upTo(backOffNs));
    } else {
      end(question);
      outcome.failed(question);
    }
  }

  private static boolean isAskedOnce(Question question) {
    return question.purpose == Purpose.LAST || question.purpose == Purpose.RETURN;
  }

  private void end(Question question) {
    close(question);
    first.remove(question);
    second.remove(question);
    question.progress = Progress.ENDED;
    outcome.ended(question);
  }

  private void close(Question question) {
    if (open.remove(question.number) != null && question.purpose == Purpose.LAST) {
      openLast--;
    }
    turn.timers.cancel(question);
  }
}
