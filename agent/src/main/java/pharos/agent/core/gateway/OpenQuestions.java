package pharos.agent.core.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Action;
import pharos.beacon.NodeId;

/** The questions of this agent that nobody answered yet: who waits for each, and for how long. */
final class OpenQuestions {
  static final int MAX_QUESTIONS = 1_024;

  /** A time that is never over. */
  static final long NEVER_NS = Long.MAX_VALUE;

  /** This part of what is left is kept for the way back. */
  private static final int WAY_BACK = 10;

  private final Here here;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();

  /** A question that is open, to whom if that is one of our LAN, and who wants its end. */
  private record Waiting(long slowNs, long deadlineNs, @Nullable NodeId whom, Outcome outcome) {
    long nextNs() {
      return Math.min(slowNs, deadlineNs);
    }

    Waiting slow() {
      return new Waiting(NEVER_NS, deadlineNs, whom, outcome);
    }
  }

  /** Who wants the end of a question; one of the first two is called, and once. */
  interface Outcome {
    void onReply(String at, Reply reply);

    void onFailed();

    /** It takes long; it may still be answered. */
    default void onSlow() {}
  }

  OpenQuestions(Here here) {
    this.here = here;
  }

  long nowNs() {
    return here.nowNs();
  }

  /** How many are open. */
  int size() {
    return waiting.size();
  }

  /** Whether so much is open that a call of the application has to be refused. */
  boolean isFull() {
    return waiting.size() >= MAX_QUESTIONS;
  }

  /**
   * Asks, and returns the question's number.
   *
   * @param slowNs after which time its asker wants to know that it is not answered yet; {@link
   *     #NEVER_NS} where it does not
   * @param deadlineNs when the answer is no longer waited for
   * @param whom who of our LAN is asked; null for others
   */
  long ask(
      List<String> to,
      Question question,
      long slowNs,
      long deadlineNs,
      @Nullable NodeId whom,
      Outcome outcome) {
    long number = here.nextNumber();
    long slowAtNs = slowNs == NEVER_NS ? NEVER_NS : here.nowNs() + slowNs;
    waiting.put(number, new Waiting(slowAtNs, deadlineNs, whom, outcome));
    here.want(new Action.Ask<>(number, to, told(question, deadlineNs), deadlineNs));
    return number;
  }

  /** Who is asked in our name is told what is left, but for what the way back may take. */
  private Question told(Question question, long deadlineNs) {
    long leftMs = (deadlineNs - here.nowNs()) / 1_000_000;
    return question instanceof Question.Forwarded it
        ? it.within(Math.max(1, leftMs - leftMs / WAY_BACK))
        : question;
  }

  /** Whether it was one of these. */
  boolean onReply(long number, String at, Reply reply) {
    Waiting open = waiting.remove(number);
    if (open != null) {
      open.outcome().onReply(at, reply);
    }
    return open != null;
  }

  /** Whether it was one of these. */
  boolean onFailed(long number) {
    Waiting open = waiting.remove(number);
    if (open != null) {
      open.outcome().onFailed();
    }
    return open != null;
  }

  /** Who asked does not want to know any more. */
  void forget(long number) {
    if (waiting.remove(number) != null) {
      here.want(new Action.Forget<>(number));
    }
  }

  /** What was not answered in time has failed. */
  void expire() {
    giveUp(open -> open.deadlineNs() - here.nowNs() <= 0);
    List<Waiting> slow = new ArrayList<>();
    waiting.replaceAll(
        (number, open) -> {
          if (open.slowNs() == NEVER_NS || open.slowNs() - here.nowNs() > 0) {
            return open;
          }
          // sometimes: an answer to a question takes long
          slow.add(open);
          return open.slow();
        });
    slow.forEach(open -> open.outcome().onSlow());
  }

  /** This one of our LAN is gone, and will not answer. */
  void giveUpOn(NodeId whom) {
    giveUp(open -> Objects.equals(open.whom(), whom));
  }

  private void giveUp(Predicate<Waiting> isHopeless) {
    List<Waiting> late = new ArrayList<>();
    for (Iterator<Map.Entry<Long, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Long, Waiting> open = all.next();
      if (isHopeless.test(open.getValue())) {
        // sometimes: a question is given up
        here.want(new Action.Forget<>(open.getKey()));
        late.add(open.getValue());
        all.remove();
      }
    }
    late.forEach(open -> open.outcome().onFailed());
  }

  /** How many questions are open, by who of our LAN was asked. */
  Map<NodeId, Integer> loads() {
    Map<NodeId, Integer> loads = new HashMap<>();
    for (Waiting open : waiting.values()) {
      if (open.whom() != null) {
        loads.merge(open.whom(), 1, Integer::sum);
      }
    }
    return loads;
  }

  /** When the next one expires; {@code latestNs} when that is later. */
  long nextNs(long latestNs) {
    return Here.earliestNs(latestNs, waiting.values(), Waiting::nextNs);
  }
}
