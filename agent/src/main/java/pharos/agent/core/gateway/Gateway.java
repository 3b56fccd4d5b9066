package pharos.agent.core.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Action;
import pharos.agent.core.Change;
import pharos.agent.core.Counter;
import pharos.agent.core.Document;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Talker;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * One agent's decisions past its subnet. A node of the overlay finds and registers by itself, makes
 * its LAN findable, and serves those on it who are no nodes; these send their calls to a gateway of
 * their LAN, and to another when one does not answer.
 *
 * <p>One thread owns it.
 */
public final class Gateway implements Talker<Question, Reply, Event> {
  /** A round of following takes no longer. */
  private static final long WIDE_NS = 12_000_000_000L;

  private final Here here;
  private final OpenQuestions questions;
  private final LanGateways gateways;
  private final Life life;

  /** The same as {@link #life} when this agent is a node, for what only a node does. */
  private final @Nullable NodeLife node;

  private final Following following;

  /** The calls of the application that have not ended. */
  private final Map<Long, Call> open = new LinkedHashMap<>();

  /**
   * @param self this agent as its peers see it
   * @param types what a document offers
   * @param agents how many agents are proven at an address, {@link pharos.kademlia.Quotas#OWN} for
   *     this host's own: so an address has its part of what this agent does for others
   */
  public Gateway(
      GatewaySettings settings,
      PeerInfo self,
      Function<Document, Set<String>> types,
      RandomGenerator random,
      long nowNs,
      ToIntFunction<String> agents) {
    here = new Here(new Lan(types), self, nowNs);
    questions = new OpenQuestions(here);
    gateways = new LanGateways(questions, random);
    if (settings.isNode()) {
      node = new NodeLife(settings.overlay(), here, questions, random, agents);
      life = node;
    } else {
      node = null;
      life = new GuestLife(here, questions, gateways, settings.overlay());
    }
    following = new Following(settings.wide(), this::browseWide, here.lan()::contains, nowNs);
  }

  private void browseWide(String service, Consumer<Reply.Ended> then) {
    life.browse(service, here.nowNs() + WIDE_NS, then);
  }

  // The turn.

  @Override
  public void turn(long nowNs, long nowMs) {
    here.turn(nowNs, nowMs);
    if (node != null) {
      node.turn();
    }
  }

  @Override
  public void wakeUp() {
    questions.expire();
    life.wakeUp();
    endLate();
    following.wakeUp(here.nowNs());
  }

  @Override
  public long nextWakeUpNs() {
    long nextNs = Here.earliestNs(questions.nextNs(life.nextNs()), open.values(), Call::deadlineNs);
    return following.isIdle() ? nextNs : Math.min(nextNs, following.nextNs());
  }

  @Override
  public List<Action<Question, Reply, Event>> takeActions() {
    if (node != null) {
      node.takeEffects();
    }
    if (following.takeChanged()) {
      here.want(new Action.Tell<>(new Event.Followed(following.peers())));
    }
    return here.takeActions();
  }

  // What is there.

  @Override
  public void onSelf(PeerInfo changed, List<String> reachedAt) {
    boolean isMoved = !changed.id().equals(here.self().id()) || !reachedAt.equals(here.endpoints());
    here.self(changed, reachedAt);
    if (node != null) {
      node.onSelf(isMoved);
    }
  }

  @Override
  public void onChange(Change change) {
    PeerInfo before = here.lan().onChange(change);
    if (node != null) {
      node.onLan();
    }
    PeerInfo peer = change.peer();
    if (change.kind() == Change.Kind.GONE) {
      onGone(peer, before != null);
    } else {
      onThere(peer);
    }
  }

  private void onThere(PeerInfo peer) {
    following.onLan(peer.id());
    if (peer.overlay()) {
      gateways.put(peer);
      if (node != null) {
        node.onGateway(peer);
      }
    }
  }

  /** When a former run of it is gone, the one that has its id now stays. */
  private void onGone(PeerInfo peer, boolean isCurrent) {
    if (isCurrent && gateways.remove(peer.id())) {
      life.onGatewayGone(peer.id());
    }
  }

  @Override
  public void onPeers(List<PeerInfo> peers) {
    peers.forEach(here.lan()::refresh);
  }

  /** Joins by these addresses, and asks them again for ever; these and no others. */
  public void seeds(List<String> seeds) {
    if (node != null) {
      node.seeds(seeds);
    }
  }

  // What the application wants.

  /** Looks for this, as a contact and as the id or name of peers, here and everywhere. */
  public void find(Call call, ContactId id) {
    begin(call, id, then -> life.find(id, call.deadlineNs(), then));
  }

  /** Everybody of this service, or who offers this type, here and everywhere. */
  public void browse(Call call, String service) {
    begin(call, then -> life.browse(service, call.deadlineNs(), then));
  }

  /** Announces a contact, and keeps it announced. */
  public void register(Call call, Contact contact) {
    begin(call, contact.id(), then -> life.register(contact, call.deadlineNs(), then));
  }

  /** Withdraws what was registered. */
  public void unregister(Call call, ContactId id) {
    begin(call, id, then -> life.unregister(id, call.deadlineNs(), then));
  }

  /** Withdraws what was registered, unless the arbiter prefers that to this contact. */
  public void unregister(Call call, Contact contact) {
    begin(call, contact.id(), then -> life.unregister(contact, call.deadlineNs(), then));
  }

  /** The application knows this from elsewhere: it is found from now on, for a while. */
  public void addContact(Call call, Contact contact) {
    begin(
        call,
        contact.id(),
        then -> {
          Optional<Contact> known = Optional.of(life.add(contact));
          then.accept(new Reply.Ended(Reply.Status.FOUND, known, 0, List.of(), List.of()));
        });
  }

  /** The application could not reach this; FOUND when that changed something. */
  public void reportUnreachable(Call call, Contact contact) {
    boolean wasKnown = life.reportUnreachable(contact);
    Reply.Status status = wasKnown ? Reply.Status.FOUND : Reply.Status.NOT_FOUND;
    begin(call, then -> then.accept(Reply.Ended.of(status)));
  }

  /** What is about a reserved id is refused. */
  private void begin(Call call, ContactId id, Consumer<Consumer<Reply.Ended>> how) {
    begin(
        call,
        Pointers.isReserved(id) ? then -> then.accept(Reply.Ended.of(Reply.Status.REFUSED)) : how);
  }

  private void begin(Call call, Consumer<Consumer<Reply.Ended>> how) {
    open.put(call.number(), call);
    how.accept(ended -> end(call, ended));
  }

  /** Once; what comes after the deadline is too late. */
  private void end(Call call, Reply.Ended ended) {
    if (open.remove(call.number()) != null) {
      here.want(new Action.Tell<>(new Event.Ended(call.number(), ended)));
    }
  }

  private void endLate() {
    for (Call call : here.due(open.values(), Call::deadlineNs)) {
      end(call, Reply.Ended.of(Reply.Status.TIMED_OUT));
    }
  }

  // What arrives.

  @Override
  public void onQuestion(long token, String source, Question question) {
    life.onQuestion(token, source, question);
  }

  @Override
  public void onReply(long number, String at, Reply reply) {
    if (!questions.onReply(number, at, reply) && node != null) {
      node.onReply(number, at, reply);
    }
  }

  @Override
  public void onFailed(long number) {
    if (!questions.onFailed(number) && node != null) {
      node.onFailed(number);
    }
  }

  // What can be looked at.

  @Override
  public List<Counter> counters() {
    List<Counter> counters = new ArrayList<>();
    counters.add(
        Counter.bounded(
            "GATEWAY_QUESTIONS_OPEN",
            "questions",
            "gateway",
            questions::size,
            OpenQuestions.MAX_QUESTIONS));
    counters.addAll(node == null ? List.of() : node.counters());
    return counters;
  }

  /** The nodes of the overlay that this one knows; nobody when it is none. */
  public List<Contact> nodes() {
    return node == null ? List.of() : node.nodes();
  }

  /** What is under way. */
  public Sizes sizes() {
    return life.sizes();
  }

  /** Whether this agent is a node of the overlay. */
  public boolean isNode() {
    return node != null;
  }
}
