package pharos.agent.core.gateway;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.beacon.NodeId;
import pharos.kademlia.Arbiter;
import pharos.kademlia.Arbiters;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Effect;
import pharos.kademlia.FindOptions;
import pharos.kademlia.Overlay;
import pharos.kademlia.Result;
import pharos.kademlia.Route;
import pharos.kademlia.Version;

/**
 * One agent's decisions past its subnet. A node of the overlay finds and registers by itself, makes
 * its LAN findable, and serves those on it who are no nodes; these send their calls to a gateway of
 * their LAN, and to another when one does not answer.
 *
 * <p>Driven in turns, as {@link pharos.agent.core.AgentCore} is: the time, what arrived, {@link
 * #wakeUp}, {@link #takeActions}, and sleep until {@link #nextWakeUpNs}. One thread owns it.
 */
public final class Gateway {
  private static final long SECOND = 1_000_000_000L;

  /** A gateway that does not answer by then is not waited for. */
  private static final long WHO_NS = 2 * SECOND;

  /** Nor so long, when it said nothing the last time, and that was not long ago. */
  private static final long WHO_SILENT_NS = 300 * SECOND / 1_000;

  private static final long SILENT_NS = 60 * SECOND;
  private static final int MAX_SILENT = 256;

  /** A call that a gateway makes for us takes as long as its lookup at most. */
  private static final long FORWARD_NS = 12 * SECOND;

  /** What a gateway announces for one of its LAN it drops after this time without a word. */
  static final long LEASE_MS = 60_000;

  /** A lease is renewed so soon after that failed. */
  private static final long RENEW_AGAIN_NS = 2 * SECOND;

  private static final int MAX_CALLS = 1_024;
  private static final int MAX_PAGES = 256;
  private static final int MAX_FOUND = 65_536;

  private final GatewaySettings settings;
  private final @Nullable Overlay overlay;
  private final Lan lan;
  private final RandomGenerator random;
  private final Map<NodeId, PeerInfo> gateways = new TreeMap<>();
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private final Map<Long, Long> numbersOfRpcs = new HashMap<>();
  private final Map<Long, Consumer<Result>> calls = new HashMap<>();
  private final Signposts signposts;
  private final Following following;

  /** Gateways of other LANs that did not answer, and when: pointers to them last for a while. */
  private final Map<NodeId, Long> silent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Long> eldest) {
          return size() > MAX_SILENT;
        }
      };

  private final Map<ContactId, Lease> leases = new LinkedHashMap<>();

  /** What this node's own application registered: no lease that ends takes it away. */
  private final Set<ContactId> own = new HashSet<>();

  private List<Action> actions = new ArrayList<>();
  private PeerInfo self;
  private List<String> endpoints = List.of();
  private long nowNs;
  private long nowMs;
  private long numbers;
  private long clock;
  private int running;

  /** A question that is open, to whom if that is one of our LAN, and who wants its end. */
  private record Waiting(long deadlineNs, @Nullable NodeId whom, Outcome outcome) {}

  private interface Outcome {
    void onReply(Reply reply);

    void onFailed();
  }

  /** Who wants the end of what was sent to a gateway of the LAN. */
  private interface Told {
    /**
     * It is over.
     *
     * @param by who answered; null when nobody did
     */
    void accept(@Nullable NodeId by, Reply reply);
  }

  /** What is announced for somebody: by us for one of our LAN, or by a gateway for us. */
  private static final class Lease {
    Contact contact;
    long atNs;

    /** Of a lease of ours, the gateways that have it, the latest one last. */
    final Set<NodeId> keepers = new LinkedHashSet<>();

    Lease(Contact contact, long atNs) {
      this.contact = contact;
      this.atNs = atNs;
    }
  }

  /**
   * @param self this agent as its peers see it
   * @param types what a document offers
   */
  public Gateway(
      GatewaySettings settings,
      PeerInfo self,
      Function<Document, Set<String>> types,
      RandomGenerator random,
      long nowNs) {
    this.settings = settings;
    this.self = self;
    this.random = random;
    this.nowNs = nowNs;
    lan = new Lan(types);
    lan.put(self);
    Arbiter ofPointers = Arbiters.expiringSet(() -> nowMs);
    Arbiter ofOthers = settings.overlay().arbiter();
    overlay =
        settings.isNode()
            ? new Overlay(
                settings
                    .overlay()
                    .with(
                        it ->
                            it.arbiter(
                                Arbiters.byId(
                                    id -> Pointers.isReserved(id) ? ofPointers : ofOthers))),
                node(self, endpoints),
                random,
                nowNs)
            : null;
    signposts = new Signposts(lan, nowNs);
    following = new Following(settings.wide(), this::browse, lan::contains, nowNs);
  }

  private static Contact node(PeerInfo peer, List<String> endpoints) {
    return new Contact(
        ContactId.of(peer.id().toBytes()),
        endpoints,
        ContactData.NONE,
        new Version(peer.incarnation(), 0));
  }

  // The turn.

  /**
   * Begins a turn.
   *
   * @param nowMs the date in milliseconds, which other hosts know too
   */
  public void turn(long nowNs, long nowMs) {
    this.nowNs = nowNs;
    this.nowMs = nowMs;
    if (overlay != null) {
      overlay.turn(nowNs);
    }
  }

  /** Runs what is due; the last thing in a turn. */
  public void wakeUp() {
    expire();
    renew();
    if (overlay != null) {
      signposts.wakeUp(this::plant, overlay::release, nowNs);
      overlay.wakeUp();
    }
    following.wakeUp(nowNs);
  }

  /** When to wake up at the latest. */
  public long nextWakeUpNs() {
    long nextNs = overlay == null ? nowNs + 60 * SECOND : overlay.nextWakeUpNs();
    for (Waiting open : waiting.values()) {
      nextNs = Math.min(nextNs, open.deadlineNs());
    }
    for (Lease lease : leases.values()) {
      nextNs = Math.min(nextNs, lease.atNs);
    }
    if (!following.isIdle()) {
      nextNs = Math.min(nextNs, following.nextNs());
    }
    return overlay == null ? nextNs : Math.min(nextNs, signposts.nextNs(nowNs));
  }

  /** What to do now, in this order. */
  public List<Action> takeActions() {
    if (overlay != null) {
      for (List<Effect> effects = overlay.takeEffects();
          !effects.isEmpty();
          effects = overlay.takeEffects()) {
        effects.forEach(this::translate);
      }
    }
    if (following.takeChanged()) {
      actions.add(new Action.Followed(following.peers()));
    }
    if (actions.isEmpty()) {
      return List.of();
    }
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }

  private void translate(Effect effect) {
    if (effect instanceof Effect.Ask it) {
      long number =
          ask(
              it.endpoints(),
              new Question.Node(it.request()),
              Long.MAX_VALUE / 2,
              null,
              new OfNode(it.rpc()));
      numbersOfRpcs.put(it.rpc(), number);
    } else if (effect instanceof Effect.Forget it) {
      Long number = numbersOfRpcs.remove(it.rpc());
      if (number != null && waiting.remove(number) != null) {
        actions.add(new Action.Forget(number));
      }
    } else if (effect instanceof Effect.Reply it) {
      actions.add(new Action.Answer(it.token(), new Reply.Node(it.response())));
    } else if (effect instanceof Effect.Ignore it) {
      actions.add(new Action.Ignore(it.token()));
    } else if (effect instanceof Effect.Completed it) {
      Consumer<Result> then = calls.remove(it.call());
      if (then != null) {
        then.accept(it.result());
      }
    } else {
      throw new AssertionError(effect);
    }
  }

  /** A question of our node of the overlay, which keeps the time itself. */
  private final class OfNode implements Outcome {
    private final long rpc;

    OfNode(long rpc) {
      this.rpc = rpc;
    }

    @Override
    public void onReply(Reply reply) {
      numbersOfRpcs.remove(rpc);
      if (overlay != null) {
        if (reply instanceof Reply.Node node) {
          overlay.onResponse(rpc, node.response());
        } else {
          overlay.onFailure(rpc);
        }
      }
    }

    @Override
    public void onFailed() {
      numbersOfRpcs.remove(rpc);
      if (overlay != null) {
        overlay.onFailure(rpc);
      }
    }
  }

  private long ask(
      List<String> to, Question question, long patienceNs, @Nullable NodeId whom, Outcome outcome) {
    long number = ++numbers;
    waiting.put(number, new Waiting(nowNs + patienceNs, whom, outcome));
    actions.add(new Action.Ask(number, to, question));
    return number;
  }

  private void expire() {
    giveUp(open -> open.deadlineNs() - nowNs <= 0);
  }

  private void giveUp(Predicate<Waiting> isHopeless) {
    List<Waiting> late = new ArrayList<>();
    for (Iterator<Map.Entry<Long, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Long, Waiting> open = all.next();
      if (isHopeless.test(open.getValue())) {
        actions.add(new Action.Forget(open.getKey()));
        late.add(open.getValue());
        all.remove();
      }
    }
    late.forEach(open -> open.outcome().onFailed());
  }

  // What is there.

  /** This agent changed: its document, its addresses, its id. */
  public void self(PeerInfo changed, List<String> reachedAt) {
    if (!changed.id().equals(self.id())) {
      lan.remove(self.id());
    }
    if (!changed.id().equals(self.id()) || !reachedAt.equals(endpoints)) {
      signposts.onMoved();
    }
    self = changed;
    endpoints = List.copyOf(reachedAt);
    lan.put(changed);
    signposts.onLan();
    if (overlay != null && overlay.self().id().equals(node(changed, endpoints).id())) {
      overlay.introduce(node(changed, endpoints));
    }
  }

  /** Something happened to a peer of the LAN. */
  public void onChange(Change change) {
    PeerInfo before = lan.onChange(change);
    PeerInfo peer = change.peer();
    signposts.onLan();
    boolean isGone = change.kind() == Change.Kind.GONE;
    if (!isGone) {
      following.onLan(peer.id());
    }
    if (isGone && before != null && gateways.remove(peer.id()) != null) {
      if (overlay != null) {
        overlay.memberGone(ContactId.of(peer.id().toBytes()));
      } else {
        onGatewayGone(peer.id());
      }
    } else if (!isGone && peer.overlay()) {
      gateways.put(peer.id(), peer);
      if (overlay != null) {
        overlay.memberJoined(node(peer, endpointsOf(peer)));
      }
    }
  }

  /** When each of the LAN was heard last, once in a while. */
  public void refresh(List<PeerInfo> peers) {
    peers.forEach(lan::refresh);
  }

  private static List<String> endpointsOf(PeerInfo peer) {
    List<String> all = new ArrayList<>();
    peer.addresses().forEach(address -> all.add(Endpoints.of(address, peer.tcpPort())));
    return all;
  }

  /** Joins by these addresses, and asks them again for ever; these and no others. */
  public void seeds(List<String> seeds) {
    if (overlay != null) {
      overlay.seeds(seeds);
    }
  }

  private void plant(ContactId id) {
    if (overlay != null) {
      long call = call(result -> {});
      overlay.register(call, signposts.contact(id, self.id(), endpoints, nowMs));
    }
  }

  private long call(Consumer<Result> then) {
    long call = ++numbers;
    calls.put(call, then);
    return call;
  }

  // What the application wants.

  /** Looks for this, as a contact and as the id or name of peers, here and everywhere. */
  public void find(long call, ContactId id) {
    find(id, ended -> end(call, ended));
  }

  /** Everybody of this service, or who offers this type, here and everywhere. */
  public void browse(long call, String service) {
    browse(service, ended -> end(call, ended));
  }

  /** Announces a contact, and keeps it announced. */
  public void register(long call, Contact contact) {
    if (Pointers.isReserved(contact.id())) {
      end(call, Reply.Ended.of(Reply.Status.REFUSED));
    } else if (overlay != null) {
      register(
          overlay,
          contact,
          ended -> {
            if (ended.status() != Reply.Status.REFUSED) {
              own.add(contact.id());
            }
            end(call, ended);
          });
    } else {
      lease(contact, ended -> end(call, ended));
    }
  }

  /** Withdraws what was registered. */
  public void unregister(long call, ContactId id) {
    if (Pointers.isReserved(id)) {
      end(call, Reply.Ended.of(Reply.Status.REFUSED));
    } else if (overlay != null) {
      own.remove(id);
      unregister(overlay, id, ended -> end(call, ended));
    } else {
      unlease(id, ended -> end(call, ended));
    }
  }

  private void end(long call, Reply.Ended ended) {
    actions.add(new Action.End(call, ended));
  }

  private void register(Overlay node, Contact contact, Consumer<Reply.Ended> then) {
    node.register(call(result -> then.accept(ended(result))), contact);
  }

  private void unregister(Overlay node, ContactId id, Consumer<Reply.Ended> then) {
    node.unregister(call(result -> then.accept(ended(result))), id);
  }

  private static Reply.Ended ended(Result result) {
    if (result instanceof Result.Found it) {
      return new Reply.Ended(
          Reply.Status.FOUND,
          Optional.of(it.contact()),
          it.ageNs() / 1_000_000,
          List.of(),
          path(it.route()));
    } else if (result instanceof Result.Registered it) {
      return new Reply.Ended(
          Reply.Status.REGISTERED,
          Optional.of(it.contact()),
          0,
          List.of(),
          List.of("held by " + it.by().size() + " nodes"));
    } else if (result instanceof Result.Unregistered) {
      return Reply.Ended.of(Reply.Status.UNREGISTERED);
    } else if (result instanceof Result.NotFound || result instanceof Result.Nearest) {
      return Reply.Ended.of(Reply.Status.NOT_FOUND);
    } else if (result instanceof Result.NoNetwork) {
      return Reply.Ended.of(Reply.Status.NO_NETWORK);
    } else if (result instanceof Result.TimedOut) {
      return Reply.Ended.of(Reply.Status.TIMED_OUT);
    } else if (result instanceof Result.Refused) {
      return Reply.Ended.of(Reply.Status.REFUSED);
    }
    throw new AssertionError(result);
  }

  private static List<String> path(Route route) {
    String where =
        switch (route.source()) {
          case OWN -> "registered here";
          case HELD -> "held here";
          case CACHE -> "found before";
          case TABLE -> "a known node";
          case NETWORK -> "found after " + route.hops() + " hops";
        };
    return route.by().map(by -> List.of(where + ", told by " + by)).orElse(List.of(where));
  }

  // Finding and browsing.

  private void find(ContactId id, Consumer<Reply.Ended> then) {
    if (Pointers.isReserved(id)) {
      then.accept(Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    Subject subject = new Subject.Holder(id);
    if (overlay == null) {
      findFromHere(id, subject, then);
      return;
    }
    Gathering gathering = new Gathering(subject, then);
    gathering.lookUp(overlay, id);
    gathering.gather(overlay);
    gathering.over();
  }

  /** An id is unique, so one of our own LAN is all there is; of a name others may have it too. */
  private void findFromHere(ContactId id, Subject subject, Consumer<Reply.Ended> then) {
    List<RemotePeer> here = told(lan.about(subject));
    boolean isById = here.stream().anyMatch(it -> ContactId.of(it.id().toBytes()).equals(id));
    if (isById) {
      then.accept(found(here));
      return;
    }
    send(
        new Question.Find(id),
        null,
        (by, reply) -> {
          Reply.Ended ended = ended(reply);
          boolean isFound = ended.status() == Reply.Status.FOUND;
          then.accept(isFound ? with(here, ended) : here.isEmpty() ? ended : found(here));
        });
  }

  /** What is on our own LAN we know best ourselves. */
  private static Reply.Ended with(List<RemotePeer> here, Reply.Ended ended) {
    NavigableMap<NodeId, RemotePeer> peers = new TreeMap<>();
    ended.peers().forEach(peer -> peers.put(peer.id(), peer));
    here.forEach(peer -> peers.put(peer.id(), peer));
    return new Reply.Ended(
        ended.status(), ended.contact(), ended.ageMs(), List.copyOf(peers.values()), ended.path());
  }

  private static Reply.Ended found(List<RemotePeer> here) {
    return new Reply.Ended(Reply.Status.FOUND, Optional.empty(), 0, here, List.of("on this LAN"));
  }

  private void browse(String service, Consumer<Reply.Ended> then) {
    Subject subject = new Subject.Service(service);
    if (overlay != null) {
      Gathering gathering = new Gathering(subject, then);
      gathering.gather(overlay);
      gathering.over();
      return;
    }
    browsePages(service, null, null, new TreeMap<>(), then);
  }

  /** All pages from one gateway, as long as it answers. */
  private void browsePages(
      String service,
      @Nullable NodeId after,
      @Nullable NodeId gateway,
      NavigableMap<NodeId, RemotePeer> found,
      Consumer<Reply.Ended> then) {
    send(
        new Question.Browse(service, Optional.ofNullable(after)),
        gateway,
        (by, reply) -> {
          List<RemotePeer> here = told(lan.about(new Subject.Service(service)));
          if (reply instanceof Reply.Page page) {
            page.peers().forEach(peer -> found.put(peer.id(), peer));
            if (page.hasMore() && goesOn(found, after) && found.size() < MAX_FOUND) {
              browsePages(service, found.lastKey(), by, found, then);
              return;
            }
          }
          here.forEach(peer -> found.put(peer.id(), peer));
          then.accept(
              found.isEmpty() && !(reply instanceof Reply.Page)
                  ? ended(reply)
                  : gathered(List.copyOf(found.values()), List.of()));
        });
  }

  /** Whether a page brought us further: one that does not would be asked for without end. */
  private static boolean goesOn(NavigableMap<NodeId, RemotePeer> found, @Nullable NodeId after) {
    return !found.isEmpty() && (after == null || found.lastKey().compareTo(after) > 0);
  }

  private boolean isSilent(NodeId gateway) {
    Long sinceNs = silent.get(gateway);
    return sinceNs != null && nowNs - sinceNs < SILENT_NS;
  }

  private static Reply.Ended gathered(List<RemotePeer> peers, List<String> path) {
    Reply.Status status = peers.isEmpty() ? Reply.Status.NOT_FOUND : Reply.Status.FOUND;
    return new Reply.Ended(status, Optional.empty(), 0, peers, path);
  }

  /** One call that looks in several places, and ends when all have told what they know. */
  private final class Gathering {
    private final Subject subject;
    private final Consumer<Reply.Ended> then;
    private final TreeMap<NodeId, RemotePeer> found = new TreeMap<>();
    private final List<String> path = new ArrayList<>();
    private Reply.@Nullable Ended contact;
    private Reply.Status worst = Reply.Status.NOT_FOUND;
    private int open = 1;

    Gathering(Subject subject, Consumer<Reply.Ended> then) {
      this.subject = subject;
      this.then = then;
      running++;
      told(lan.about(subject)).forEach(peer -> found.put(peer.id(), peer));
      if (!found.isEmpty()) {
        path.add("on this LAN");
      }
    }

    /** As a contact that somebody registered. */
    void lookUp(Overlay node, ContactId id) {
      open++;
      node.find(
          call(
              result -> {
                Reply.Ended ended = ended(result);
                if (ended.status() == Reply.Status.FOUND) {
                  contact = ended;
                  path.addAll(ended.path());
                } else {
                  worse(ended.status());
                }
                over();
              }),
          id,
          FindOptions.FIRST);
    }

    /** By the gateways that know of it. */
    void gather(Overlay node) {
      Optional<ContactId> pointer = Pointers.id(subject);
      if (pointer.isEmpty()) {
        return;
      }
      open++;
      node.find(
          call(
              result -> {
                if (result instanceof Result.Found it) {
                  Pointers.targets(it.contact(), nowMs).forEach(this::who);
                } else {
                  worse(ended(result).status());
                }
                over();
              }),
          pointer.get(),
          FindOptions.CERTIFIED);
    }

    private void who(Pointers.Target target) {
      if (!target.gateway().equals(self.id())) {
        who(target, Optional.empty(), 0);
      }
    }

    private void who(Pointers.Target target, Optional<NodeId> after, int pages) {
      open++;
      ask(
          target.endpoints(),
          new Question.Who(subject, after),
          isSilent(target.gateway()) ? WHO_SILENT_NS : WHO_NS,
          null,
          new Outcome() {
            @Override
            public void onReply(Reply reply) {
              silent.remove(target.gateway());
              if (reply instanceof Reply.Page page) {
                page.peers().forEach(peer -> add(peer, target.gateway()));
                askOn(page);
              }
              over();
            }

            /** A page that brings us no further is the last one. */
            private void askOn(Reply.Page page) {
              int last = page.peers().size() - 1;
              if (page.hasMore() && last >= 0 && pages < MAX_PAGES) {
                NodeId next = page.peers().get(last).id();
                if (after.isEmpty() || next.compareTo(after.get()) > 0) {
                  who(target, Optional.of(next), pages + 1);
                }
              }
            }

            @Override
            public void onFailed() {
              silent.remove(target.gateway());
              silent.put(target.gateway(), nowNs);
              over();
            }
          });
    }

    /** What is on our own LAN we know best ourselves; else the later news count. */
    private void add(RemotePeer peer, NodeId gateway) {
      RemotePeer known = found.get(peer.id());
      boolean isBetter =
          known == null
              || (!known.gateway().equals(self.id())
                  && (peer.incarnation() > known.incarnation()
                      || (peer.incarnation() == known.incarnation()
                          && peer.ageMs() < known.ageMs())));
      if (isBetter && peer.gateway().equals(gateway)) {
        found.put(peer.id(), peer);
        String by = "told by the gateway " + peer.site();
        if (!path.contains(by) && path.size() < 16) {
          path.add(by);
        }
      }
    }

    private void worse(Reply.Status status) {
      if (worst == Reply.Status.NOT_FOUND) {
        worst = status;
      }
    }

    /** One of the places has told; the first is the caller, when all are asked. */
    void over() {
      if (--open > 0) {
        return;
      }
      running--;
      Reply.Ended known = contact;
      boolean isFound = known != null || !found.isEmpty();
      then.accept(
          new Reply.Ended(
              isFound ? Reply.Status.FOUND : worst,
              known == null ? Optional.empty() : known.contact(),
              known == null ? 0 : known.ageMs(),
              List.copyOf(found.values()),
              path));
    }
  }

  private List<RemotePeer> told(List<PeerInfo> peers) {
    List<RemotePeer> told = new ArrayList<>();
    for (PeerInfo peer : peers) {
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

  // Through a gateway of the LAN.

  private static Reply.Ended ended(Reply reply) {
    return reply instanceof Reply.Ended ended ? ended : Reply.Ended.of(Reply.Status.TIMED_OUT);
  }

  /**
   * To a gateway, and to others when it does not answer. With none at all that is the answer, at
   * once.
   *
   * @param preferred whom to ask first, if it is there
   */
  private void send(Question question, @Nullable NodeId preferred, Told then) {
    if (waiting.size() >= MAX_CALLS) {
      then.accept(null, Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    new Sending(question, preferred, then).next();
  }

  /** One question on its way from gateway to gateway. */
  private final class Sending implements Outcome {
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
        ask(endpointsOf(chosen), question, FORWARD_NS, chosen.id(), this);
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
      Map<NodeId, Integer> loads = new HashMap<>();
      for (Waiting open : waiting.values()) {
        if (open.whom() != null) {
          loads.merge(open.whom(), 1, Integer::sum);
        }
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

  // Leases.

  private static long renewalNs() {
    return LEASE_MS * 1_000_000 / 3;
  }

  /**
   * Each renewal is a later version: what a former gateway withdraws when its lease runs out is out
   * of date then.
   */
  private Contact versioned(Contact contact) {
    return settings
        .overlay()
        .arbiter()
        .withDefaults(contact, new Version(self.incarnation(), ++clock));
  }

  private void lease(Contact contact, Consumer<Reply.Ended> then) {
    Lease known = leases.get(contact.id());
    Lease lease = known == null ? new Lease(contact, nowNs + renewalNs()) : known;
    Contact before = lease.contact;
    lease.contact = contact;
    leases.put(contact.id(), lease);
    announce(
        lease,
        ended -> {
          if (ended.status() != Reply.Status.REGISTERED) {
            if (known == null) {
              leases.remove(contact.id(), lease);
            } else if (lease.contact.equals(contact)) {
              lease.contact = before;
            }
          }
          then.accept(ended);
        });
  }

  private void announce(Lease lease, Consumer<Reply.Ended> then) {
    lease.atNs = nowNs + renewalNs();
    ContactId id = lease.contact.id();
    send(
        new Question.Register(versioned(lease.contact), LEASE_MS),
        latestKeeper(lease),
        (by, reply) -> {
          Reply.Ended ended = ended(reply);
          if (by != null && ended.status() == Reply.Status.REGISTERED) {
            lease.keepers.remove(by);
            lease.keepers.add(by);
            if (leases.get(id) != lease) {
              // It was unregistered meanwhile.
              send(new Question.Unregister(id), by, (whom, answer) -> {});
            }
          }
          then.accept(ended);
        });
  }

  private static @Nullable NodeId latestKeeper(Lease lease) {
    NodeId latest = null;
    for (NodeId keeper : lease.keepers) {
      latest = keeper;
    }
    return latest;
  }

  /** Every gateway that has the lease is told; otherwise it would go on announcing for a while. */
  private void unlease(ContactId id, Consumer<Reply.Ended> then) {
    Lease lease = leases.remove(id);
    if (lease == null) {
      send(new Question.Unregister(id), null, (by, reply) -> then.accept(ended(reply)));
      return;
    }
    List<NodeId> keepers = List.copyOf(lease.keepers);
    if (keepers.isEmpty()) {
      // Who had it is gone and cannot withdraw it: a later version can.
      send(
          new Question.Register(versioned(lease.contact), LEASE_MS),
          null,
          (by, reply) -> {
            if (by == null) {
              then.accept(ended(reply));
            } else {
              send(new Question.Unregister(id), by, (whom, last) -> then.accept(ended(last)));
            }
          });
      return;
    }
    List<Reply.Ended> answers = new ArrayList<>();
    for (NodeId keeper : keepers) {
      send(
          new Question.Unregister(id),
          keeper,
          (by, reply) -> {
            answers.add(ended(reply));
            if (answers.size() == keepers.size()) {
              then.accept(
                  answers.stream()
                      .filter(ended -> ended.status() == Reply.Status.UNREGISTERED)
                      .findFirst()
                      .orElse(answers.get(0)));
            }
          });
    }
  }

  /** What waits for it goes over to another, and so does what it kept announced. */
  private void onGatewayGone(NodeId gateway) {
    giveUp(open -> Objects.equals(open.whom(), gateway));
    for (Lease lease : leases.values()) {
      boolean isLatest = Objects.equals(latestKeeper(lease), gateway);
      lease.keepers.remove(gateway);
      if (isLatest) {
        lease.atNs = nowNs;
      }
    }
  }

  /** Leases of others run out; our own are renewed, with whatever gateway there is now. */
  private void renew() {
    for (Lease lease : List.copyOf(leases.values())) {
      if (lease.atNs - nowNs > 0) {
        continue;
      }
      if (overlay == null) {
        announce(
            lease,
            ended -> {
              if (ended.status() != Reply.Status.REGISTERED) {
                lease.atNs = Math.min(lease.atNs, nowNs + RENEW_AGAIN_NS);
              }
            });
      } else {
        leases.remove(lease.contact.id());
        if (!own.contains(lease.contact.id())) {
          overlay.unregister(call(result -> {}), lease.contact.id());
        }
      }
    }
  }

  // What arrives.

  /**
   * Somebody asks; one {@link Action.Answer} or {@link Action.Ignore} with this token follows, at
   * once or later.
   *
   * @param source who is accountable for it
   */
  public void onQuestion(long token, String source, Question question) {
    Overlay node = overlay;
    if (node == null || (running >= MAX_CALLS && !(question instanceof Question.Node))) {
      Reply.Status status = node == null ? Reply.Status.NO_GATEWAY : Reply.Status.REFUSED;
      answer(token, Reply.Ended.of(status));
      return;
    }
    if (question instanceof Question.Node it) {
      node.onRequest(token, source, it.request());
    } else if (question instanceof Question.Who it) {
      answer(token, Lan.page(told(lan.about(it.subject())), it.after().orElse(null)));
    } else if (question instanceof Question.Find it) {
      find(it.id(), ended -> answer(token, ended));
    } else if (question instanceof Question.Browse it) {
      browse(
          it.service(), ended -> answer(token, Lan.page(ended.peers(), it.after().orElse(null))));
    } else if (question instanceof Question.Register it) {
      onRegister(node, token, it);
    } else if (question instanceof Question.Unregister it) {
      onUnregister(node, token, it.id());
    } else {
      throw new AssertionError(question);
    }
  }

  private void onRegister(Overlay node, long token, Question.Register question) {
    ContactId id = question.contact().id();
    if (Pointers.isReserved(id)) {
      answer(token, Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    long leaseMs = Math.max(1_000, Math.min(question.leaseMs(), 10 * LEASE_MS));
    register(
        node,
        question.contact(),
        ended -> {
          // With nobody else to hold it, it is kept here until there is.
          boolean isKept =
              ended.status() == Reply.Status.REGISTERED
                  || ended.status() == Reply.Status.NO_NETWORK;
          if (isKept) {
            leases.put(id, new Lease(question.contact(), nowNs + leaseMs * 1_000_000));
          }
          answer(token, isKept ? kept(question.contact(), ended) : ended);
        });
  }

  private void onUnregister(Overlay node, long token, ContactId id) {
    if (Pointers.isReserved(id)) {
      answer(token, Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    boolean isKept = leases.remove(id) != null;
    if (own.contains(id)) {
      Reply.Status status = isKept ? Reply.Status.UNREGISTERED : Reply.Status.REFUSED;
      answer(token, Reply.Ended.of(status));
    } else {
      unregister(node, id, ended -> answer(token, ended));
    }
  }

  private static Reply.Ended kept(Contact contact, Reply.Ended ended) {
    return new Reply.Ended(
        Reply.Status.REGISTERED,
        ended.contact().or(() -> Optional.of(contact)),
        0,
        List.of(),
        ended.path());
  }

  private void answer(long token, Reply reply) {
    actions.add(new Action.Answer(token, reply));
  }

  /** A question of ours was answered. */
  public void onReply(long number, Reply reply) {
    Waiting open = waiting.remove(number);
    if (open != null) {
      open.outcome().onReply(reply);
    }
  }

  /** A question of ours failed: refused, no route, no sense in the answer. */
  public void onFailed(long number) {
    Waiting open = waiting.remove(number);
    if (open != null) {
      open.outcome().onFailed();
    }
  }

  // What can be looked at.

  /** The nodes of the overlay that this one knows; nobody when it is none. */
  public List<Contact> nodes() {
    return overlay == null ? List.of() : overlay.nodes();
  }

  /** Whether this agent is a node of the overlay. */
  public boolean isNode() {
    return overlay != null;
  }
}
