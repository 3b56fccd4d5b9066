package pharos.agent.core.gateway;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

/**
 * The gateways of our LAN, and how a question gets to one of them: to the one that has least to do
 * for us, and to another when it fails.
 */
final class LanGateways {
  /** A call that a gateway makes for us takes as long as its lookup at most. */
  private static final long FORWARD_NS = 12_000_000_000L;

  private final OpenQuestions questions;
  private final RandomGenerator random;
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
   */
  void send(Question question, @Nullable NodeId preferred, Told then) {
    if (questions.isFull()) {
      then.accept(null, Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    new Sending(question, preferred, then).next();
  }

  /** How a call ended that was answered so. */
  static Reply.Ended ended(Reply reply) {
    return reply instanceof Reply.Ended ended ? ended : Reply.Ended.of(Reply.Status.TIMED_OUT);
  }

  /** One question on its way from gateway to gateway. */
  private final class Sending implements OpenQuestions.Outcome {
    private final Question question;
    private final @Nullable NodeId preferred;
    private final Told then;
    private final Set<NodeId> tried = new HashSet<>();
    private @Nullable NodeId asked;

    /** What one said that could do nothing for us; another one may. */
    private @Nullable Reply excuse;

    Sending(Question question, @Nullable NodeId preferred, Told then) {
      this.question = question;
      this.preferred = preferred;
      this.then = then;
    }

    void next() {
      PeerInfo chosen = choose();
      if (chosen != null) {
        asked = chosen.id();
        tried.add(chosen.id());
        questions.ask(Endpoints.of(chosen), question, FORWARD_NS, chosen.id(), this);
      } else if (excuse != null) {
        then.accept(asked, excuse);
      } else {
        boolean isNone = tried.isEmpty();
        then.accept(
            null, Reply.Ended.of(isNone ? Reply.Status.NO_GATEWAY : Reply.Status.TIMED_OUT));
      }
    }

    /** One that lives, as far as known, and with the least open questions of ours. */
    private @Nullable PeerInfo choose() {
      Map<NodeId, Integer> loads = questions.loads();
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
        long load = (loads.getOrDefault(gateway.id(), 0) * 1_024L) + random.nextInt(1_024);
        load += gateway.state() == State.ALIVE ? 0 : Integer.MAX_VALUE;
        if (load < least) {
          least = load;
          best = gateway;
        }
      }
      return best;
    }

    @Override
    public void onReply(Reply reply) {
      boolean isPage = reply instanceof Reply.Page && question instanceof Question.Browse;
      if (reply instanceof Reply.Ended ended && isExcuse(ended.status())) {
        excuse = reply;
        next();
      } else if (isPage || reply instanceof Reply.Ended) {
        then.accept(asked, reply);
      } else {
        next();
      }
    }

    private boolean isExcuse(Reply.Status status) {
      return status == Reply.Status.NO_GATEWAY
          || status == Reply.Status.NO_NETWORK
          || status == Reply.Status.REFUSED;
    }

    @Override
    public void onFailed() {
      next();
    }
  }
}
