package pharos.agent.core.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

/**
 * The gateways of our LAN, and how a question gets to one of them: to one that answered before and
 * has least to do for us, and to another when it fails, or takes long. Anybody may say that he is a
 * gateway: who does not answer is asked last for a while.
 */
final class LanGateways {
  /** A call that a gateway makes for us takes as long as its lookup at most. */
  private static final long FORWARD_NS = 12_000_000_000L;

  /** Who takes longer is not waited for alone; and the more are asked, the less. */
  private static final long SLOW_NS = 1_000_000_000L;

  private static final long SLOWER_NS = 300_000_000L;

  /** So many are asked at once, and so many one after the other. */
  private static final int MAX_OPEN = 24;

  private static final int MAX_TRIED = 128;

  /** One that answered is asked rather than another one for so long, and one that did not less. */
  private static final long GOOD_NS = 600_000_000_000L;

  private static final long SILENT_NS = 60_000_000_000L;

  /** Where so many are silent, the others of that address are taken for silent too. */
  private static final int SILENT_AT_ONE = 3;

  private static final int REMEMBERED = 512;

  /** One that never answered counts as if it had so many questions of ours. */
  private static final int UNKNOWN_LOAD = 4;

  private static final int SILENT_LOAD = 1 << 20;

  private final OpenQuestions questions;
  private final RandomGenerator random;
  private final Map<NodeId, Long> answered = Bounded.byAge(REMEMBERED);
  private final Map<NodeId, Long> silent = Bounded.byAge(REMEMBERED);
  private final Map<NodeId, PeerInfo> gateways = new TreeMap<>();

  /** Who wants the end of what was sent to a gateway of the LAN. */
  interface Told {
    /**
     * It is over.
     *
     * @param by who answered; null when nobody did
     */
    void accept(@Nullable NodeId by, Reply reply);
  }

  LanGateways(OpenQuestions questions, RandomGenerator random) {
    this.questions = questions;
    this.random = random;
  }

  void put(PeerInfo gateway) {
    gateways.put(gateway.id(), gateway);
  }

  /** Returns whether it was there. */
  boolean remove(NodeId gateway) {
    return gateways.remove(gateway) != null;
  }

  /**
   * To a gateway, and to others when it does not answer. With none at all that is the answer, at
   * once.
   *
   * @param preferred whom to ask first, if it is there
   * @param deadlineNs when it is over in any case
   */
  void send(Question question, @Nullable NodeId preferred, long deadlineNs, Told then) {
    if (questions.isFull()) {
      then.accept(null, Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    new Sending(question, preferred, deadlineNs, then).next();
  }

  /** How a call ended that was answered so. */
  static Reply.Ended ended(Reply reply) {
    return reply instanceof Reply.Ended ended ? ended : Reply.Ended.of(Reply.Status.TIMED_OUT);
  }

  private boolean isSince(Map<NodeId, Long> times, NodeId gateway, long timeNs) {
    Long atNs = times.get(gateway);
    return atNs != null && questions.nowNs() - atNs < timeNs;
  }

  private boolean isSilent(PeerInfo gateway, Map<String, Integer> silentAt) {
    return isSince(silent, gateway.id(), SILENT_NS)
        || silentAt.getOrDefault(Endpoints.at(gateway), 0) >= SILENT_AT_ONE;
  }

  /** One question on its way from gateway to gateway. */
  private final class Sending {
    private final Question question;
    private final @Nullable NodeId preferred;
    private final long deadlineNs;
    private final Told then;
    private final Set<NodeId> tried = new HashSet<>();

    /** Those that did not answer yet, by the number of the question. */
    private final Map<Long, Attempt> open = new HashMap<>();

    private boolean isOver;

    /** What one said that could do nothing for us, and who; another one may. */
    private @Nullable Reply excuse;

    private @Nullable NodeId excused;

    Sending(Question question, @Nullable NodeId preferred, long deadlineNs, Told then) {
      this.question = question;
      this.preferred = preferred;
      this.deadlineNs = deadlineNs;
      this.then = then;
    }

    /** Only what changes nothing there is asked of several at once. */
    private boolean isHarmless() {
      return question instanceof Question.Find || question instanceof Question.Browse;
    }

    /**
     * When this one is no longer waited for: one after the other has half of what is left, so that
     * there is something left for the next.
     */
    private long untilNs() {
      long leftNs = deadlineNs - questions.nowNs();
      return questions.nowNs() + Math.min(isHarmless() ? leftNs : leftNs / 2, FORWARD_NS);
    }

    void next() {
      PeerInfo chosen = deadlineNs - questions.nowNs() > 0 ? choose() : null;
      if (chosen != null) {
        tried.add(chosen.id());
        Attempt attempt = new Attempt(chosen.id());
        attempt.number =
            questions.ask(
                Endpoints.of(chosen),
                question,
                open.isEmpty() ? SLOW_NS : SLOWER_NS,
                untilNs(),
                chosen.id(),
                attempt);
        open.put(attempt.number, attempt);
      } else if (open.isEmpty()) {
        // sometimes: no gateway is left to be asked
        end();
      }
    }

    private void end() {
      Reply told = excuse;
      if (told == null) {
        boolean isNone = tried.isEmpty();
        told = Reply.Ended.of(isNone ? Reply.Status.NO_GATEWAY : Reply.Status.TIMED_OUT);
      }
      end(excused, told);
    }

    private void end(@Nullable NodeId by, Reply reply) {
      isOver = true;
      List.copyOf(open.keySet()).forEach(questions::forget);
      open.clear();
      then.accept(by, reply);
    }

    /**
     * One that lives, as far as known, that answered before, and with the least open questions of
     * ours. Those that never answered count together by address, so that one who invents many does
     * not keep us from the others.
     */
    private @Nullable PeerInfo choose() {
      if (tried.size() >= MAX_TRIED) {
        return null;
      }
      Map<NodeId, Integer> loads = questions.loads();
      Map<String, Integer> loadsAt = new HashMap<>();
      Map<String, Integer> silentAt = new HashMap<>();
      Map<String, Integer> chances = new HashMap<>();
      for (PeerInfo gateway : gateways.values()) {
        loadsAt.merge(Endpoints.at(gateway), loads.getOrDefault(gateway.id(), 0), Integer::sum);
        silentAt.merge(
            Endpoints.at(gateway), isSince(silent, gateway.id(), SILENT_NS) ? 1 : 0, Integer::sum);
        chances.computeIfAbsent(Endpoints.at(gateway), at -> random.nextInt(1_024));
      }
      PeerInfo best = null;
      long least = Long.MAX_VALUE;
      for (PeerInfo gateway : gateways.values()) {
        if (tried.contains(gateway.id())) {
          continue;
        }
        if (Objects.equals(preferred, gateway.id())) {
          return gateway;
        }
        // Chance decides between equals, so that not all agents of a LAN choose the same.
        boolean isGood = isSince(answered, gateway.id(), GOOD_NS);
        long load =
            isGood
                ? loads.getOrDefault(gateway.id(), 0)
                : loadsAt.getOrDefault(Endpoints.at(gateway), 0);
        load += isGood ? 0 : UNKNOWN_LOAD;
        load += isSilent(gateway, silentAt) ? SILENT_LOAD : 0;
        load += gateway.state() == State.ALIVE ? 0 : 2 * SILENT_LOAD;
        load =
            (load * 1_024 + chances.getOrDefault(Endpoints.at(gateway), 0)) * 1_024
                + random.nextInt(1_024);
        if (load < least) {
          least = load;
          best = gateway;
        }
      }
      return best;
    }

    /** One gateway that is asked. */
    private final class Attempt implements OpenQuestions.Outcome {
      private final NodeId gateway;
      private long number;

      Attempt(NodeId gateway) {
        this.gateway = gateway;
      }

      @Override
      public void onReply(String at, Reply reply) {
        open.remove(number);
        if (isOver) {
          return;
        }
        boolean isPage = reply instanceof Reply.Page && question instanceof Question.Browse;
        if (reply instanceof Reply.Ended ended && isExcuse(ended.status())) {
          // sometimes: a gateway can do nothing for us, and another is asked
          excuse = reply;
          excused = gateway;
          silent.put(gateway, questions.nowNs());
          next();
        } else if (isPage || reply instanceof Reply.Ended) {
          silent.remove(gateway);
          answered.put(gateway, questions.nowNs());
          end(gateway, reply);
        } else {
          onNoAnswer();
          next();
        }
      }

      private boolean isExcuse(Reply.Status status) {
        return status == Reply.Status.NO_GATEWAY
            || status == Reply.Status.NO_NETWORK
            || status == Reply.Status.REFUSED
            || status == Reply.Status.TIMED_OUT;
      }

      private void onNoAnswer() {
        answered.remove(gateway);
        silent.remove(gateway);
        silent.put(gateway, questions.nowNs());
      }

      @Override
      public void onFailed() {
        open.remove(number);
        if (!isOver) {
          // sometimes: a gateway does not answer, and another is asked
          onNoAnswer();
          next();
        }
      }

      @Override
      public void onSlow() {
        if (!isOver && isHarmless() && open.size() < MAX_OPEN) {
          // sometimes: a gateway is slow, and another is asked as well
          onNoAnswer();
          next();
        }
      }
    }
  }
}
