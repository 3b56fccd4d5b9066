package pharos.agent.core.gateway;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import pharos.agent.core.Action;
import pharos.agent.core.PeerInfo;

/**
 * This agent as it is in this turn, for all who decide a part of what {@link Gateway} does: the
 * time, itself and its LAN; and what they want done, in the order in which they want it.
 */
final class Here {
  private final Lan lan;
  private PeerInfo self;
  private List<String> endpoints = List.of();
  private List<Action<Question, Reply, Event>> actions = new ArrayList<>();
  private long nowNs;
  private long nowMs;
  private long numbers;

  Here(Lan lan, PeerInfo self, long nowNs) {
    this.lan = lan;
    this.self = self;
    this.nowNs = nowNs;
    lan.put(self);
  }

  void turn(long nowNs, long nowMs) {
    this.nowNs = nowNs;
    this.nowMs = nowMs;
  }

  long nowNs() {
    return nowNs;
  }

  /** The date, which other hosts know too. */
  long nowMs() {
    return nowMs;
  }

  /** This agent changed: its document, its addresses, its id. */
  void self(PeerInfo changed, List<String> reachedAt) {
    if (!changed.id().equals(self.id())) {
      lan.remove(self.id());
    }
    self = changed;
    endpoints = List.copyOf(reachedAt);
    lan.put(changed);
  }

  PeerInfo self() {
    return self;
  }

  /** Where this agent is reached. */
  List<String> endpoints() {
    return endpoints;
  }

  Lan lan() {
    return lan;
  }

  /** Whom of the LAN this is about, by id, as others are told of them. */
  List<RemotePeer> about(Subject subject) {
    List<RemotePeer> told = new ArrayList<>();
    for (PeerInfo peer : lan.about(subject)) {
      boolean isSelf = peer.id().equals(self.id());
      told.add(
          new RemotePeer(
              peer.id(),
              peer.incarnation(),
              peer.name(),
              peer.service(),
              reachable(peer.addresses()),
              peer.tcpPort(),
              peer.document(),
              peer.state(),
              isSelf ? 0 : Math.max(0, (nowNs - peer.heardNs()) / 1_000_000),
              self.id(),
              self.name()));
    }
    return told;
  }

  /** A link-local address leads nowhere from another network. */
  private static List<InetAddress> reachable(List<InetAddress> addresses) {
    List<InetAddress> others =
        addresses.stream().filter(address -> !address.isLinkLocalAddress()).toList();
    return others.isEmpty() ? addresses : others;
  }

  /** When the first of these is due; {@code latestNs} when that is later. */
  static <T> long earliestNs(long latestNs, Iterable<T> all, ToLongFunction<T> atNs) {
    long earliestNs = latestNs;
    for (T one : all) {
      earliestNs = Math.min(earliestNs, atNs.applyAsLong(one));
    }
    return earliestNs;
  }

  /** Those of these that are due now. */
  <T> List<T> due(Collection<T> all, ToLongFunction<T> atNs) {
    return all.stream().filter(one -> atNs.applyAsLong(one) - nowNs <= 0).toList();
  }

  /** For a question, or a call of our node of the overlay: none is given twice. */
  long nextNumber() {
    return ++numbers;
  }

  void want(Action<Question, Reply, Event> action) {
    actions.add(action);
  }

  void answer(long token, Reply reply) {
    want(new Action.Answer<>(token, reply));
  }

  /** What is wanted since the last time. */
  List<Action<Question, Reply, Event>> takeActions() {
    if (actions.isEmpty()) {
      return List.of();
    }
    List<Action<Question, Reply, Event>> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }
}
