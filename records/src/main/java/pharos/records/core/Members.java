package pharos.records.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.agent.core.Change;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Reason;
import pharos.agent.core.gateway.Endpoints;
import pharos.beacon.NodeId;

/**
 * The nodes that hold records. Who is on this LAN comes and goes with the peers, at once; others
 * are found by seeds, by the overlay and by what nodes tell of each other, and are gone when they
 * answer no more. Nobody is a node before it said so itself.
 */
final class Members {
  /** So many nodes there may be. */
  static final int MOST = 1_000;

  /** Of others than the LAN's, of which nothing is known but where they may be. */
  private static final int MOST_RUMOURS = 256;

  private static final long PATIENCE_MS = 2_000;
  private static final long PERIOD_MS = 2_000;
  private static final long AWAKE_MS = 30_000;
  private static final long FIRST_AGAIN_MS = 250;
  private static final long LAST_AGAIN_MS = 30_000;

  /** So many greetings in a row may fail before one of another network is gone. */
  private static final int MISSES = 3;

  private final RecordsSettings settings;
  private final Mailbox mail;
  private final Supplier<NodeState> self;
  private final Runnable changed;
  private final Map<NodeId, Member> members = new TreeMap<>();
  private final Map<String, Candidate> candidates = new LinkedHashMap<>();
  private final Map<NodeId, PeerInfo> lan = new HashMap<>();

  /** Who is gone and did not say goodbye, with its name. */
  private final Map<NodeId, String> missing = Bounded.byAge(MOST);

  private View view;
  private int peak = 1;
  private boolean isFresh;
  private long clockMs;
  private long clockSetNs;
  private @Nullable Long awayMs;
  private boolean isAwake;
  private long awakeUntilNs;

  /** A node that answered. */
  private static final class Member {
    NodeState state;
    int misses;

    Member(NodeState state) {
      this.state = state;
    }
  }

  /** Somebody who may be a node. */
  private static final class Candidate {
    final List<String> endpoints;
    Alarms.@Nullable Alarm alarm;
    long againMs = FIRST_AGAIN_MS;
    boolean isAsked;
    boolean hasAnswered;

    Candidate(List<String> endpoints) {
      this.endpoints = endpoints;
    }
  }

  /**
   * @param self what this node tells of itself
   * @param changed is called when the nodes are others than before
   */
  Members(RecordsSettings settings, Mailbox mail, Supplier<NodeState> self, Runnable changed) {
    this.settings = settings;
    this.mail = mail;
    this.self = self;
    this.changed = changed;
    view = View.of(List.of(), settings.copies());
    clockSetNs = mail.nowNs();
    isFresh = true;
  }

  /** What was known before this run. */
  void restore(int oldPeak, Map<NodeId, String> oldMissing, long oldClockMs) {
    peak = Math.max(1, oldPeak);
    missing.putAll(oldMissing);
    missing.remove(self.get().id());
    clockMs = oldClockMs;
    clockSetNs = mail.nowNs();
    isFresh = false;
    awayMs = null;
  }

  void start() {
    if (settings.holds()) {
      wake();
    }
    look();
  }

  /** Nodes are needed: who holds no records asks for them only then, and for a while. */
  void wake() {
    awakeUntilNs = mail.nowNs() + AWAKE_MS * 1_000_000;
    if (isAwake) {
      return;
    }
    isAwake = true;
    mail.in(PERIOD_MS, this::greetAll);
    for (Candidate candidate : List.copyOf(candidates.values())) {
      if (candidate.alarm == null && !candidate.isAsked) {
        greet(candidate);
      }
    }
  }

  // The clock that runs while the cluster does.

  long clockMs() {
    return clockMs + (mail.nowNs() - clockSetNs) / 1_000_000;
  }

  /** How long the others went on while this node was away; nothing before one of them said so. */
  Optional<Long> awayMs() {
    return Optional.ofNullable(awayMs);
  }

  private void adopt(long theirsMs) {
    long behindMs = theirsMs - clockMs();
    if (awayMs == null) {
      awayMs = Math.max(0, behindMs);
    }
    if (behindMs > 0) {
      // sometimes: the others went on while this node was away
      clockMs = theirsMs;
      clockSetNs = mail.nowNs();
    }
  }

  // Who is there.

  View view() {
    return view;
  }

  /** The most nodes that were known at one time, less those that said goodbye. */
  int peak() {
    return peak;
  }

  Map<NodeId, String> missing() {
    return missing;
  }

  Optional<NodeState> state(NodeId id) {
    NodeState me = self.get();
    if (me.id().equals(id)) {
      return Optional.of(me);
    }
    Member member = members.get(id);
    return member == null ? Optional.empty() : Optional.of(member.state);
  }

  /** Where a node is asked: on this LAN where it was heard, else where it says. */
  List<String> endpoints(NodeId id) {
    PeerInfo near = lan.get(id);
    if (near != null) {
      return endpoints(near);
    }
    Member member = members.get(id);
    return member == null ? List.of() : member.state.endpoints();
  }

  /** The address that answers for what this node gives. */
  String source(NodeId id) {
    List<String> all = endpoints(id);
    String first = all.isEmpty() ? "" : all.get(0);
    int from = first.indexOf("//") + 2;
    int to = first.lastIndexOf(':');
    return from < 2 || to < from ? "" : first.substring(from, to).replaceAll("[\\[\\]]", "");
  }

  private static List<String> endpoints(PeerInfo peer) {
    return peer.addresses().stream().map(it -> Endpoints.of(it, peer.tcpPort())).toList();
  }

  /** All nodes, oneself included when it is one. */
  List<NodeState> states() {
    List<NodeState> all = new ArrayList<>();
    if (settings.holds()) {
      all.add(self.get());
    }
    members.values().forEach(member -> all.add(member.state));
    return all;
  }

  /** Whether somebody was asked whether he is a node, and has not answered yet. */
  boolean isAsking() {
    return candidates.values().stream().anyMatch(it -> !it.hasAnswered && it.isAsked);
  }

  /** Another list of members: whoever holds keys is another one now. */
  void look() {
    View now = View.of(states(), settings.copies());
    peak = Math.max(peak, now.size());
    if (!now.equals(view)) {
      view = now;
      changed.run();
    }
  }

  // The LAN.

  void onChange(Change change) {
    PeerInfo peer = change.peer();
    if (change.kind() == Change.Kind.GONE) {
      lan.remove(peer.id());
      candidates.remove(name(peer));
      Member member = members.get(peer.id());
      if (member != null && member.state.incarnation() <= peer.incarnation()) {
        gone(peer.id(), change.reason().filter(Reason.LEFT::equals).isPresent());
      }
    } else {
      onPeer(peer);
    }
  }

  void onPeers(Collection<PeerInfo> peers) {
    peers.forEach(this::onPeer);
    Set<NodeId> there = new HashSet<>();
    peers.forEach(peer -> there.add(peer.id()));
    // Whoever is on the LAN no more is asked like those of other networks, until he is gone.
    for (PeerInfo peer : List.copyOf(lan.values())) {
      if (!there.contains(peer.id())) {
        lan.remove(peer.id());
        candidates.remove(name(peer));
      }
    }
  }

  private void onPeer(PeerInfo peer) {
    PeerInfo before = lan.put(peer.id(), peer);
    if (!peer.overlay() || peer.tcpPort() == 0) {
      return;
    }
    boolean isNew = before == null || before.incarnation() != peer.incarnation();
    if (isNew || !before.overlay()) {
      greet(candidate(name(peer), new Candidate(endpoints(peer))));
    }
  }

  private static String name(PeerInfo peer) {
    return "peer " + peer.id();
  }

  private void gone(NodeId id, boolean hasLeft) {
    Member member = members.remove(id);
    if (member == null) {
      return;
    }
    if (hasLeft) {
      // sometimes: a node that says goodbye counts no more
      peak = Math.max(1, peak - 1);
      missing.remove(id);
    } else {
      // sometimes: a node is gone without a goodbye
      missing.put(id, member.state.name());
    }
    look();
  }

  /** One that is gone for good counts no more; false when nobody of that id is missing. */
  boolean forget(NodeId id) {
    if (missing.remove(id) == null) {
      return false;
    }
    peak = Math.max(Math.max(1, view.size()), peak - 1);
    return true;
  }

  // Others.

  /** Where nodes may be. */
  void addresses(Collection<String> endpoints) {
    for (String endpoint : endpoints) {
      if (candidates.size() < MOST_RUMOURS + lan.size() && !candidates.containsKey(endpoint)) {
        greet(candidate(endpoint, new Candidate(List.of(endpoint))));
      }
    }
  }

  private Candidate candidate(String name, Candidate candidate) {
    Candidate before = candidates.put(name, candidate);
    if (before != null && before.alarm != null) {
      mail.cancel(before.alarm);
    }
    return candidate;
  }

  private void greet(Candidate candidate) {
    candidate.alarm = null;
    if (!isAwake) {
      return;
    }
    candidate.isAsked = true;
    mail.ask(
        candidate.endpoints,
        hello(false),
        PATIENCE_MS,
        reply -> {
          candidate.isAsked = false;
          if (reply.orElse(null) instanceof Reply.Hi hi) {
            candidate.hasAnswered = true;
            candidate.againMs = LAST_AGAIN_MS;
            onHi(hi);
          }
          again(candidate);
        });
  }

  /** Who is no node, or not yet, or was one, is asked again and again, but less and less often. */
  private void again(Candidate candidate) {
    if (!candidates.containsValue(candidate)) {
      return;
    }
    candidate.alarm = mail.in(candidate.againMs, () -> greet(candidate));
    candidate.againMs = Math.min(LAST_AGAIN_MS, 2 * candidate.againMs);
  }

  Ask.Hello hello(boolean isGoodbye) {
    Optional<NodeState> me = settings.holds() ? Optional.of(self.get()) : Optional.empty();
    return new Ask.Hello(me, clockMs(), peak, view.hashCode(), isGoodbye);
  }

  /** Somebody greets; what is said to that. */
  Reply.Hi onHello(Ask.Hello hello) {
    if (hello.me().isPresent()) {
      NodeState it = hello.me().get();
      if (hello.isGoodbye()) {
        Member member = members.get(it.id());
        if (member != null && member.state.incarnation() <= it.incarnation()) {
          gone(it.id(), true);
        }
      } else if (members.containsKey(it.id())) {
        // Who said once where it is may say how it is.
        met(it);
      } else {
        // It says so; whether it is there, it has to answer.
        // sometimes: a node that is not met yet says where it is
        addresses(it.endpoints().stream().limit(2).toList());
      }
    }
    boolean isDifferent = hello.nodes() != view.hashCode();
    List<NodeState> told = isDifferent ? states() : List.of();
    List<NodeState> few = told.subList(0, Math.min(told.size(), Reply.Hi.MOST_NODES));
    return new Reply.Hi(self.get(), clockMs(), peak, few);
  }

  private void onHi(Reply.Hi hi) {
    adopt(hi.clockMs());
    if (isFresh && !self.get().isSettled()) {
      peak = Math.max(peak, hi.peak());
    }
    met(hi.me());
    for (NodeState other : hi.nodes()) {
      if (!members.containsKey(other.id())
          && !other.id().equals(self.get().id())
          && !lan.containsKey(other.id())) {
        addresses(other.endpoints().stream().limit(2).toList());
      }
    }
  }

  private void met(NodeState state) {
    if (state.id().equals(self.get().id())) {
      return;
    }
    Member member = members.get(state.id());
    if (member == null) {
      if (members.size() < MOST) {
        members.put(state.id(), new Member(state));
        missing.remove(state.id());
        look();
      }
    } else if (state.incarnation() >= member.state.incarnation()) {
      boolean isElsewhere = !state.host().equals(member.state.host());
      member.state = state;
      member.misses = 0;
      if (isElsewhere) {
        look();
      }
    }
  }

  private void greetAll() {
    if (!settings.holds() && awakeUntilNs - mail.nowNs() <= 0) {
      isAwake = false;
      return;
    }
    for (Member member : List.copyOf(members.values())) {
      greetAgain(member);
    }
    mail.in(Math.max(PERIOD_MS, 50L * members.size()), this::greetAll);
  }

  /** Tells all how this node is now. */
  void tellAll(boolean isGoodbye) {
    for (Member member : members.values()) {
      mail.ask(endpoints(member.state.id()), hello(isGoodbye), PATIENCE_MS, reply -> {});
    }
  }

  private void greetAgain(Member member) {
    mail.ask(
        endpoints(member.state.id()),
        hello(false),
        PATIENCE_MS,
        reply -> {
          boolean isItself = false;
          if (reply.orElse(null) instanceof Reply.Hi hi) {
            // Somebody else may have its port by now.
            isItself = hi.me().id().equals(member.state.id());
            onHi(hi);
          }
          if (!isItself && members.get(member.state.id()) == member) {
            member.misses++;
            if (!lan.containsKey(member.state.id()) && member.misses >= MISSES) {
              gone(member.state.id(), false);
            }
          }
        });
  }
}
