package pharos.agent.core.gateway;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.PeerInfo;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Count;

/**
 * One agent's decisions past its subnet. A node of the overlay finds and registers by itself, makes
 * its LAN findable, and serves those on it who are no nodes; these send their calls to a gateway of
 * their LAN, and to another when one does not answer.
 *
 * <p>Driven in turns, as {@link pharos.agent.core.AgentCore} is: the time, what arrived, {@link
 * #wakeUp}, {@link #takeActions}, and sleep until {@link #nextWakeUpNs}. One thread owns it.
 */
public final class Gateway {
  private final Here here;
  private final OpenQuestions questions;
  private final LanGateways gateways;
  private final Life life;

  /** The same as {@link #life} when this agent is a node, for what only a node does. */
  private final @Nullable NodeLife node;

  private final Following following;

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
    following = new Following(settings.wide(), life::browse, here.lan()::contains, nowNs);
  }

  // The turn.

  /**
   * Begins a turn.
   *
   * @param nowMs the date in milliseconds, which other hosts know too
   */
  public void turn(long nowNs, long nowMs) {
    here.turn(nowNs, nowMs);
    if (node != null) {
      node.turn();
    }
  }

  /** Runs what is due; the last thing in a turn. */
  public void wakeUp() {
    questions.expire();
    life.wakeUp();
    following.wakeUp(here.nowNs());
  }

  /** When to wake up at the latest. */
  public long nextWakeUpNs() {
    long nextNs = questions.nextNs(life.nextNs());
    return following.isIdle() ? nextNs : Math.min(nextNs, following.nextNs());
  }

  /** What to do now, in this order. */
  public List<Action> takeActions() {
    if (node != null) {
      node.takeEffects();
    }
    if (following.takeChanged()) {
      here.want(new Action.Followed(following.peers()));
    }
    return here.takeActions();
  }

  // What is there.

  /** This agent changed: its document, its addresses, its id. */
  public void self(PeerInfo changed, List<String> reachedAt) {
    boolean isMoved = !changed.id().equals(here.self().id()) || !reachedAt.equals(here.endpoints());
    here.self(changed, reachedAt);
    if (node != null) {
      node.onSelf(isMoved);
    }
  }

  /** Something happened to a peer of the LAN. */
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

  /** When each of the LAN was heard last, once in a while. */
  public void refresh(List<PeerInfo> peers) {
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
  public void find(long call, ContactId id) {
    if (Pointers.isReserved(id)) {
      refuse(call);
    } else {
      life.find(id, ended -> here.end(call, ended));
    }
  }

  /** Everybody of this service, or who offers this type, here and everywhere. */
  public void browse(long call, String service) {
    life.browse(service, ended -> here.end(call, ended));
  }

  /** Announces a contact, and keeps it announced. */
  public void register(long call, Contact contact) {
    if (Pointers.isReserved(contact.id())) {
      refuse(call);
    } else {
      life.register(contact, ended -> here.end(call, ended));
    }
  }

  /** Withdraws what was registered. */
  public void unregister(long call, ContactId id) {
    if (Pointers.isReserved(id)) {
      refuse(call);
    } else {
      life.unregister(id, ended -> here.end(call, ended));
    }
  }

  private void refuse(long call) {
    here.end(call, Reply.Ended.of(Reply.Status.REFUSED));
  }

  // What arrives.

  /**
   * Somebody asks; one {@link Action.Answer} or {@link Action.Ignore} with this token follows, at
   * once or later.
   *
   * @param source who is accountable for it: the address that it came from
   */
  public void onQuestion(long token, String source, Question question) {
    life.onQuestion(token, source, question);
  }

  /**
   * A question of ours was answered.
   *
   * @param at the address that answered
   */
  public void onReply(long number, String at, Reply reply) {
    questions.onReply(number, at, reply);
  }

  /** A question of ours failed: refused, no route, no sense in the answer. */
  public void onFailed(long number) {
    questions.onFailed(number);
  }

  // What can be looked at.

  /** How often its node of the overlay counted that; never, when it is none. */
  public long count(Count what) {
    return node == null ? 0 : node.count(what);
  }

  /** How many calls of others were refused, since their address had enough of them. */
  public long refusedCalls() {
    return node == null ? 0 : node.refusedCalls();
  }

  /** How many leases were refused, or ended, since there was no room for them. */
  public long refusedLeases() {
    return node == null ? 0 : node.refusedLeases();
  }

  /** How often a gateway told more than there was room for. */
  public long cutAnswers() {
    return node == null ? 0 : node.cutAnswers();
  }

  /** The nodes of the overlay that this one knows; nobody when it is none. */
  public List<Contact> nodes() {
    return node == null ? List.of() : node.nodes();
  }

  /** Whether this agent is a node of the overlay. */
  public boolean isNode() {
    return node != null;
  }
}
