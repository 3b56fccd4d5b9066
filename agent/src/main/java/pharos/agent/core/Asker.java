package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Effect.Asked;
import pharos.agent.core.Question.Progress;
import pharos.agent.core.Question.Purpose;

/**
 * Asks over TCP: so many at once, each with a time-out and a few tries, so that a dead or slow peer
 * never delays another. Who has proved to be there goes first, then who was only heard of; who
 * could not be asked before goes last, and so does whoever is at an address that kept us waiting.
 * Addresses take turns, and none has more than its share.
 */
final class Asker implements Serializable {
  /** Last questions have a bound of their own: they must not wait behind newcomers. */
  private static final int MAX_LAST = 512;

  /** Connections that only show that a port is there: cheaper than questions. */
  private static final int MAX_PORTS = 64;

  /** Questions to who claims to be another, or us: they must not fill the places of newcomers. */
  private static final int MAX_CHECKS = 32;

  /** What one address may have of the open ones: this part, or half when it is our own host. */
  private static final int SHARE = 4;

  /**
   * For so long, and of so many, it is remembered which addresses kept a question waiting until its
   * time was up: only so do they cost others anything, and whoever owns addresses has some more.
   */
  private static final long SLOW_NS = 60 * Settings.SECOND;

  private static final int MAX_SLOW = 1_024;

  /** There a question waits so long at first, and ever longer the more often it failed. */
  private static final long SLOW_PATIENCE_NS = 200 * Settings.MS;

  private static final int TRIES = 3;
  private static final long BACK_OFF_NS = 100 * Settings.MS;

  /** How long one of several places may take to answer, the first time round. */
  private static final long PLACE_NS = 100 * Settings.MS;

  /** The same for a place that everybody can use, where the others are link-local. */
  private static final long BEST_PLACE_NS = 500 * Settings.MS;

  private final Turn turn;
  private final Timed resuming = Timed.of(this::resume);
  private final Map<Long, Question> open = new HashMap<>();
  private final Lane questions;
  private final Lane ports = new Lane(MAX_PORTS);
  private final Lane checks = new Lane(MAX_CHECKS);
  private final Map<InetAddress, Late> slow = Bounded.byAge(MAX_SLOW);
  private final Outcome outcome;
  private int openLast;
  private long numbers;

  /** Who did not answer in time, and when. */
  private record Late(Peer peer, long atNs) implements Serializable {}

  /** What becomes of questions. */
  interface Outcome extends Serializable {
    void answered(Question question, Introduction answer);

    void failed(Question question);

    /** It is over, however it went; called before the other two. */
    void ended(Question question);
  }

  /** So many that may be open at once, and who waits for that. */
  private final class Lane implements Serializable {
    private final int most;
    private final Map<InetAddress, Integer> openAt = new HashMap<>();
    private final Turns<Question> proven = new Turns<>();
    private final Turns<Question> heard = new Turns<>();
    private final Turns<Question> failed = new Turns<>();
    private final List<Turns<Question>> inOrder = List.of(proven, heard, failed);
    private int size;

    Lane(int most) {
      this.most = most;
    }

    void add(Question question) {
      Peer peer = question.peer;
      boolean hasFailed =
          (peer.meeting.failures > 0 && !peer.state.isShown()) || isBehind(question);
      Turns<Question> turns = hasFailed ? failed : peer.meeting.isThere() ? proven : heard;
      turns.add(question.to.getAddress(), question);
    }

    void remove(Question question) {
      InetAddress address = question.to.getAddress();
      inOrder.forEach(turns -> turns.remove(address, question));
    }

    void promote(Question question) {
      if (heard.remove(question.to.getAddress(), question)) {
        proven.add(question.to.getAddress(), question);
      }
    }

    /** Who failed before may have half of all, so that a newcomer finds a place at once. */
    @Nullable Question next() {
      if (size >= most) {
        return null;
      }
      Question next = proven.next(this::triesToOpen);
      next = next == null ? heard.next(this::triesToOpen) : next;
      return next == null && size < most / 2 ? failed.next(this::triesToOpen) : next;
    }

    private boolean triesToOpen(InetAddress address) {
      int share = most / (turn.self.isOwn(address) ? 2 : SHARE);
      boolean may =
          openAt.getOrDefault(address, 0) < Math.max(1, share) && turn.ledger.mayConnect(address);
      if (!may && !turn.timers.isSet(resuming)) {
        // sometimes: an address has its share of the questions, and others of it wait
        turn.timers.set(resuming, turn.nowNs + turn.settings.intervalNs() / 4);
      }
      return may;
    }

    void opened(Question question) {
      size++;
      openAt.merge(question.to.getAddress(), 1, Integer::sum);
    }

    void closed(Question question) {
      size--;
      openAt.computeIfPresent(
          question.to.getAddress(), (address, count) -> count == 1 ? null : count - 1);
    }

    int waiting() {
      return proven.size() + heard.size() + failed.size();
    }
  }

  Asker(Turn turn, Outcome outcome) {
    this.turn = turn;
    this.outcome = outcome;
    questions = new Lane(Settings.QUESTIONS);
  }

  private Lane lane(Question question) {
    return switch (question.purpose) {
      case PORT -> ports;
      case CHECK, CLONE, RETURN -> checks;
      case MEET, LAST -> questions;
    };
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
    if (question != null && question.purpose != Purpose.PORT) {
      end(question, Asked.Outcome.ANSWERED);
      turn.ledger.prove(question.to.getAddress());
      outcome.answered(question, answer);
      sendWaiting();
    }
  }

  void onFailure(long number) {
    Question question = open.get(number);
    if (question != null) {
      close(question, Asked.Outcome.FAILED);
      tryAgain(question);
      sendWaiting();
    }
  }

  /** The port that this question is about was taken or refused a connection. */
  void onPort(@Nullable Question question, InetSocketAddress by, boolean isTaken) {
    if (question != null && question.purpose == Purpose.PORT && question.to.equals(by)) {
      end(question, isTaken ? Asked.Outcome.ANSWERED : Asked.Outcome.FAILED);
      if (!isTaken) {
        outcome.failed(question);
      }
      sendWaiting();
    }
  }

  void onTimer(Question question) {
    if (question.progress == Progress.OPEN) {
      // sometimes: a question is not answered in time
      noteLate(question);
      if (question.purpose != Purpose.PORT) {
        turn.emit(new Effect.Forget(question.number));
      }
      close(question, Asked.Outcome.LATE);
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
    if (question.progress == Progress.OPEN && question.purpose != Purpose.PORT) {
      turn.emit(new Effect.Forget(question.number));
    }
    end(question, Asked.Outcome.UNWANTED);
  }

  /** The peer has proved to be there: it need not wait behind those who did not. */
  void promote(@Nullable Question question) {
    if (question != null) {
      lane(question).promote(question);
    }
  }

  /** How many questions are open, of those that {@link Settings#QUESTIONS} bounds. */
  int open() {
    return questions.size;
  }

  /** How many questions are open or wait for their turn. */
  int size() {
    return open.size() + questions.waiting() + checks.waiting() + ports.waiting();
  }

  /** Who is shown is asked in good faith: its host may have lost its cable. */
  private void noteLate(Question question) {
    if (!question.peer.state.isShown()) {
      slow.remove(question.to.getAddress());
      slow.put(question.to.getAddress(), new Late(question.peer, turn.nowNs));
    }
  }

  /** Whether it is at an address where another kept us waiting, and has answered nothing yet. */
  private boolean isBehind(Question question) {
    Late late = slow.get(question.to.getAddress());
    return late != null
        && late.peer() != question.peer
        && !turn.isDue(late.atNs() + SLOW_NS)
        && !question.peer.state.isShown();
  }

  private void enqueue(Question question) {
    question.progress = Progress.WAITING;
    if (question.purpose == Purpose.LAST) {
      send(question);
    } else {
      lane(question).add(question);
    }
  }

  /** An address was proven, or had its share long enough ago: who waits for it may go on. */
  void resume() {
    sendWaiting();
  }

  private void sendWaiting() {
    sendWaiting(questions);
    sendWaiting(checks);
    sendWaiting(ports);
  }

  private void sendWaiting(Lane lane) {
    for (Question next = lane.next(); next != null; next = lane.next()) {
      send(next);
    }
  }

  private void send(Question question) {
    question.number = ++numbers;
    question.progress = Progress.OPEN;
    question.tries++;
    question.sentNs = turn.nowNs;
    open.put(question.number, question);
    turn.timers.set(question, turn.nowNs + timeoutNs(question));
    Peer peer = question.peer;
    turn.ledger.connects(question.to.getAddress());
    if (question.purpose == Purpose.PORT) {
      ports.opened(question);
      turn.emit(new Effect.Connect(peer.id, peer.incarnation, question.to));
      return;
    }
    if (question.purpose == Purpose.LAST) {
      openLast++;
    } else {
      lane(question).opened(question);
    }
    turn.count(Count.QUESTIONS);
    boolean meets = question.purpose == Purpose.MEET;
    turn.emit(
        new Effect.Ask(question.number, peer.name, meets, question.to, turn.self.introduction()));
  }

  /**
   * TCP sends again by itself, after a second: so a last question is one connection that may take
   * its time, and a port is given a second chance.
   */
  private long timeoutNs(Question question) {
    long timeoutNs = patienceNs(question);
    return switch (question.purpose) {
      case LAST -> Math.max(timeoutNs, question.peer.intervalNs * 5 / 2);
      case PORT, CHECK, CLONE, RETURN -> timeoutNs * 3 / 2;
      case MEET -> timeoutNs * question.tries;
    };
  }

  /**
   * Who may be at several places is not waited for at one of them, where a stranger may say nothing
   * in its name; the next time round each place has longer.
   */
  private long patienceNs(Question question) {
    Peer peer = question.peer;
    long timeoutNs = turn.settings.answerNs();
    if (peer.isAtOneOfSeveral()) {
      long placeNs = peer.isBestHere() ? BEST_PLACE_NS : PLACE_NS;
      return Math.min(timeoutNs, placeNs << Math.min(peer.elsewhere().rounds, 6));
    }
    return isBehind(question)
        ? Math.min(timeoutNs, SLOW_PATIENCE_NS << Math.min(peer.meeting.failures, 6))
        : timeoutNs;
  }

  /** Who was heard from several places is asked at the next one instead. */
  private static int tries(Peer peer) {
    return peer.isAtOneOfSeveral() ? 1 : TRIES;
  }

  private void tryAgain(Question question) {
    if (question.tries < tries(question.peer) && question.purpose == Purpose.MEET) {
      // sometimes: a question failed, and is asked again
      question.progress = Progress.BACKING_OFF;
      long backOffNs = BACK_OFF_NS * question.tries * question.tries;
      turn.timers.set(question, turn.nowNs + backOffNs + turn.upTo(backOffNs));
    } else {
      end(question, Asked.Outcome.FAILED);
      outcome.failed(question);
    }
  }

  private void end(Question question, Asked.Outcome how) {
    close(question, how);
    lane(question).remove(question);
    question.progress = Progress.ENDED;
    outcome.ended(question);
  }

  private void close(Question question, Asked.Outcome how) {
    if (open.remove(question.number) != null) {
      if (turn.tellsMoves && question.purpose != Purpose.PORT) {
        turn.emit(
            new Asked(
                question.peer.id,
                question.peer.incarnation,
                question.purpose.name(),
                how,
                question.to,
                turn.nowNs - question.sentNs));
      }
      if (question.purpose == Purpose.LAST) {
        openLast--;
      } else {
        lane(question).closed(question);
      }
    }
    turn.timers.cancel(question);
  }
}
