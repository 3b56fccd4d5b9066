package pharos.kademlia;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses by which this node came, or wants to come, into the overlay. All are asked at once,
 * so that a dead one delays nobody; again and again for ever, sooner while none answers, and once
 * in a while when some do, so that two parts of a network that know one seed find together.
 */
final class Seeds {
  /** So many are asked; a name that resolves to more is asked again later anyway. */
  private static final int MAX = 64;

  /** How soon one that did not answer is asked again at first. */
  private static final long RETRY_NS = Settings.SECOND;

  private final Turn turn;
  private final Rpcs rpcs;
  private final Joining joining;
  private final Timed timer = Timed.of(this::ask);
  private List<String> endpoints = List.of();
  private long backOffNs = RETRY_NS;
  private int open;
  private boolean isAnswered;
  private boolean wereAsked;

  /** What becomes of it. */
  interface Joining {
    /** A seed answered: this is its contact, with the address that worked. */
    void onSeed(Contact seed);

    /** All have answered or failed. */
    void onSeedsAsked();
  }

  Seeds(Turn turn, Rpcs rpcs, Joining joining) {
    this.turn = turn;
    this.rpcs = rpcs;
    this.joining = joining;
  }

  /** These, and no others any more. */
  void set(List<String> endpoints) {
    for (String endpoint : endpoints) {
      if (endpoint.isBlank() || endpoint.length() > Contact.MAX_ENDPOINT_LENGTH) {
        throw new IllegalArgumentException("no endpoint of a seed: '" + endpoint + "'");
      }
    }
    List<String> changed = endpoints.stream().distinct().limit(MAX).toList();
    if (changed.equals(this.endpoints)) {
      return;
    }
    this.endpoints = changed;
    wereAsked = false;
    backOffNs = RETRY_NS;
    turn.timers.set(timer, turn.nowNs);
  }

  /** Whether there may be a network in a moment: these seeds were not all heard or given up. */
  boolean isPending() {
    return !endpoints.isEmpty() && !wereAsked;
  }

  private void ask() {
    if (endpoints.isEmpty()) {
      return;
    }
    isAnswered = false;
    open += endpoints.size();
    Request request = new Request.FindNode(turn.sender(), turn.self.key(), Optional.empty());
    for (String endpoint : endpoints) {
      rpcs.askSeed(
          endpoint,
          request,
          Rpcs.Handler.of(
              response -> {
                onAnswer(endpoint, response.from());
                close();
              },
              this::close));
    }
  }

  private void onAnswer(String endpoint, Contact from) {
    if (from.id().equals(turn.self.id())) {
      // sometimes: a seed is this node itself
      return;
    }
    isAnswered = true;
    List<String> reachable = new ArrayList<>(from.endpoints());
    if (!reachable.contains(endpoint) && reachable.size() < Contact.MAX_ENDPOINTS) {
      reachable.add(endpoint);
    }
    joining.onSeed(new Contact(from.id(), reachable, from.data(), from.version()));
  }

  private void close() {
    if (--open > 0) {
      return;
    }
    wereAsked = true;
    if (isAnswered) {
      backOffNs = RETRY_NS;
      turn.timers.set(timer, turn.nowNs + turn.jittered(turn.settings.times().republishNs() / 2));
    } else {
      // sometimes: no seed answers
      turn.timers.set(timer, turn.nowNs + backOffNs / 2 + turn.upTo(backOffNs / 2));
      backOffNs = Math.min(backOffNs * 2, turn.settings.times().republishNs() / 10);
    }
    joining.onSeedsAsked();
  }
}
