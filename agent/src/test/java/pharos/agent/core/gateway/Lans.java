package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Action;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Settings;
import pharos.testkit.Agenda;
import pharos.testkit.Seeds;

/**
 * Agents on several LANs in virtual time: those of one LAN hear each other, and questions cross.
 * After each turn it is checked that calls end once and nobody wakes up without end.
 */
final class Lans {
  static final long MS = 1_000_000;
  static final long SECOND = 1_000 * MS;
  static final long LATENCY_NS = 5 * MS;
  static final int PORT = 5670;

  /** A node that wakes up more often without the time going on does nothing else any more. */
  private static final int MAX_TURNS_AT_ONCE = 5_000;

  /** As an agent with a heap of 64 MiB has it. */
  private static final long MEMORY = 16L << 20;

  private static final long EPOCH_MS = 1_700_000_000_000L;

  final List<Node> nodes = new ArrayList<>();

  /** Every question that was sent, in order. */
  final List<Sent> sent = new ArrayList<>();

  /** May change or swallow what is answered. */
  BiFunction<Node, Reply, @Nullable Reply> liar = (node, reply) -> reply;

  /** How many agents are proven at an address, as this node knows it: all of the LAN. */
  ToIntBiFunction<Node, String> agents =
      (node, address) ->
          (int)
              nodes.stream()
                  .filter(other -> other.lan == node.lan && other.address().equals(address))
                  .count();

  /** Where somebody takes what is asked, and never answers. */
  Predicate<String> isMute = endpoint -> false;

  /** Whether a message gets from one to the other. */
  BiPredicate<Node, Node> isConnected = (from, to) -> true;

  /** So many messages of a hundred are lost. */
  int lostPercent;

  private final RandomGenerator random;
  private final Map<String, Node> byEndpoint = new LinkedHashMap<>();
  private final Map<String, Runnable> replies = new HashMap<>();
  private final Agenda agenda = new Agenda(77 * SECOND);
  private int incarnations;

  /** A question on its way. */
  record Sent(Node from, String to, Question question) {}

  Lans(long seed) {
    random = Seeds.random(seed);
  }

  /** One agent. */
  final class Node {
    final int lan;
    PeerInfo self;
    private final Gateway gateway;
    final Map<Long, Reply.Ended> ends = new HashMap<>();
    final Map<Long, Reply> answers = new HashMap<>();
    boolean isDead;

    /** Whether whoever asks it when it is dead hears nothing at all. */
    boolean isSilent;

    int wakeUps;
    private long wakeUpNs = Long.MAX_VALUE;
    private long turnNs;
    private int turnsAtOnce;
    private long calls;
    private long tokens;

    /** So long its application waits. */
    long patienceNs = 30 * SECOND;

    Node(int lan, PeerInfo self, boolean isNode) {
      this.lan = lan;
      this.self = self;
      gateway =
          new Gateway(
              new GatewaySettings(isNode, Settings.defaults().withBytes(MEMORY)),
              self,
              Lans::types,
              Seeds.random(random.nextLong()),
              agenda.nowNs(),
              address -> agents.applyAsInt(this, address));
    }

    String address() {
      return Addresses.text(self.addresses().get(0));
    }

    String endpoint() {
      return Endpoints.of(self.addresses().get(0), self.tcpPort());
    }

    /** Ready for a turn; {@link #settle} ends it. */
    Gateway gateway() {
      gateway.turn(agenda.nowNs(), EPOCH_MS + agenda.nowNs() / MS);
      return gateway;
    }

    Reply.Ended find(String text) {
      return find(ContactId.ofText(text));
    }

    Reply.Ended find(ContactId id) {
      return end(beginFind(id));
    }

    long beginFind(ContactId id) {
      gateway().find(call(), id);
      settle(this);
      return calls;
    }

    private Call call() {
      return new Call(++calls, agenda.nowNs() + patienceNs);
    }

    Reply.Ended browse(String service) {
      gateway().browse(call(), service);
      settle(this);
      return end(calls);
    }

    Reply.Ended register(Contact contact) {
      gateway().register(call(), contact);
      settle(this);
      return end(calls);
    }

    Reply.Ended unregister(String text) {
      gateway().unregister(call(), ContactId.ofText(text));
      settle(this);
      return end(calls);
    }

    Reply.Ended unregister(Contact contact) {
      gateway().unregister(call(), contact);
      settle(this);
      return end(calls);
    }

    Reply.Ended add(Contact contact) {
      gateway().addContact(call(), contact);
      settle(this);
      return end(calls);
    }

    Reply.Ended reportUnreachable(Contact contact) {
      gateway().reportUnreachable(call(), contact);
      settle(this);
      return end(calls);
    }

    /** How this call ended; runs until it has. */
    Reply.Ended end(long call) {
      for (int i = 0; i < 1_000_000 && !ends.containsKey(call); i++) {
        assertTrue(agenda.step(), "nothing happens any more");
      }
      return Objects.requireNonNull(ends.get(call), "call " + call + " never ended");
    }

    /** Asked by somebody who is not of this test. */
    Reply ask(Question question) {
      long token = ++tokens;
      gateway().onQuestion(token, "stranger", question);
      settle(this);
      for (int i = 0; i < 1_000_000 && !answers.containsKey(token); i++) {
        assertTrue(agenda.step(), "nothing happens any more");
      }
      return Objects.requireNonNull(answers.remove(token));
    }

    void hears(Change change) {
      if (!isDead) {
        gateway().onChange(change);
        settle(this);
      }
    }

    @Override
    public String toString() {
      return self.name();
    }
  }

  // Who is there.

  /** The names in a result, sorted. */
  static List<String> names(Reply.Ended ended) {
    return ended.peers().stream().map(RemotePeer::name).sorted().toList();
  }

  private static Set<String> types(Document document) {
    String text = new String(document.bytes(), StandardCharsets.UTF_8);
    return text.equals("[]") ? Set.of() : new TreeSet<>(Arrays.asList(text.split(",", -1)));
  }

  /** A peer that is only heard of; the first octets of its address are 10 and the LAN. */
  PeerInfo peer(int lan, int number, String name, String service, boolean isNode, String types) {
    byte[] id = new byte[NodeId.LENGTH];
    id[0] = 1;
    id[1] = (byte) lan;
    id[2] = (byte) (number >> 8);
    id[3] = (byte) number;
    byte[] address = {10, (byte) lan, (byte) (number >> 8), (byte) number};
    try {
      return new PeerInfo(
          NodeId.of(id),
          ++incarnations,
          name,
          service,
          List.of(InetAddress.getByAddress(address)),
          PORT,
          isNode,
          types.isEmpty() ? Document.EMPTY : Document.of(types.getBytes(StandardCharsets.UTF_8)),
          State.ALIVE,
          Hearing.WELL,
          agenda.nowNs(),
          agenda.nowNs());
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static Change arrived(PeerInfo peer) {
    return new Change(Change.Kind.ARRIVED, peer, Optional.empty());
  }

  static Change gone(PeerInfo peer) {
    return new Change(Change.Kind.GONE, peer, Optional.empty());
  }

  /** A node of the overlay, and so a gateway of its LAN. */
  Node gateway(int lan, String name, Node... seeds) {
    return start(lan, name, true, "", seeds);
  }

  /** One that needs a gateway. */
  Node agent(int lan, String name, String types) {
    return start(lan, name, false, types);
  }

  private Node start(int lan, String name, boolean isNode, String types, Node... seeds) {
    PeerInfo self = peer(lan, nodes.size() + 1, name, "Alpha", isNode, types);
    Node node = new Node(lan, self, isNode);
    nodes.add(node);
    byEndpoint.put(node.endpoint(), node);
    node.gateway().onSelf(self, List.of(node.endpoint()));
    node.gateway().seeds(Arrays.stream(seeds).map(Node::endpoint).toList());
    settle(node);
    for (Node other : nodes) {
      if (other != node && other.lan == lan && !other.isDead) {
        other.hears(arrived(self));
        node.hears(arrived(other.self));
      }
    }
    return node;
  }

  /** It dies; the others of its LAN know after so long. */
  void kill(Node node, long knownAfterNs) {
    node.isDead = true;
    after(
        knownAfterNs,
        () ->
            nodes.stream()
                .filter(other -> other != node && other.lan == node.lan)
                .forEach(other -> other.hears(gone(node.self))));
  }

  /** Its machine loses its power: who asks it hears nothing. */
  void vanish(Node node, long knownAfterNs) {
    node.isSilent = true;
    kill(node, knownAfterNs);
  }

  /** Who asks at the address of the one that is gone gets to the other. */
  void answerInPlaceOf(Node gone, Node other) {
    byEndpoint.put(gone.endpoint(), other);
  }

  /** It has another address from now on, and nobody answers at the old one. */
  void move(Node node, int number) {
    PeerInfo old = node.self;
    PeerInfo there = peer(node.lan, number, old.name(), old.service(), old.overlay(), "");
    byEndpoint.remove(node.endpoint());
    node.self =
        new PeerInfo(
            old.id(),
            old.incarnation(),
            old.name(),
            old.service(),
            there.addresses(),
            old.tcpPort(),
            old.overlay(),
            old.document(),
            old.state(),
            Hearing.WELL,
            old.sinceNs(),
            agenda.nowNs());
    byEndpoint.put(node.endpoint(), node);
    node.gateway().onSelf(node.self, List.of(node.endpoint()));
    settle(node);
    Change moved = new Change(Change.Kind.UPDATED, node.self, Optional.empty());
    nodes.stream()
        .filter(other -> other != node && other.lan == node.lan)
        .forEach(other -> other.hears(moved));
  }

  /** It was only away: it goes on where it was, and its LAN sees it again. */
  void wake(Node node) {
    node.isDead = false;
    node.isSilent = false;
    node.wakeUpNs = Long.MAX_VALUE;
    settle(node);
    nodes.stream()
        .filter(other -> other != node && other.lan == node.lan)
        .forEach(other -> other.hears(arrived(node.self)));
  }

  // Time.

  void after(long delayNs, Runnable step) {
    agenda.after(delayNs, step);
  }

  long nowNs() {
    return agenda.nowNs();
  }

  long nowMs() {
    return EPOCH_MS + agenda.nowNs() / MS;
  }

  void run(long timeNs) {
    agenda.run(timeNs);
  }

  /** Does what it wants, and plans its next wake-up. */
  void settle(Node node) {
    node.turnsAtOnce = node.turnNs == agenda.nowNs() ? node.turnsAtOnce + 1 : 0;
    node.turnNs = agenda.nowNs();
    assertTrue(node.turnsAtOnce < MAX_TURNS_AT_ONCE, () -> node + " wakes up without end");
    node.gateway().wakeUp();
    for (List<Action<Question, Reply, Event>> actions = node.gateway.takeActions();
        !actions.isEmpty();
        actions = node.gateway.takeActions()) {
      actions.forEach(action -> perform(node, action));
    }
    long nextNs = node.gateway.nextWakeUpNs();
    if (nextNs < node.wakeUpNs) {
      node.wakeUpNs = nextNs;
      agenda.at(nextNs, () -> wake(node, nextNs));
    }
  }

  private void wake(Node node, long atNs) {
    if (node.wakeUpNs == atNs && !node.isDead) {
      node.wakeUpNs = Long.MAX_VALUE;
      node.wakeUps++;
      settle(node);
    }
  }

  private void perform(Node node, Action<Question, Reply, Event> action) {
    if (action instanceof Action.Ask<Question, Reply, Event> it) {
      sent.add(
          new Sent(node, it.endpoints().isEmpty() ? "" : it.endpoints().get(0), it.question()));
      after(LATENCY_NS, () -> deliver(node, it));
    } else if (action instanceof Action.Answer<Question, Reply, Event> it) {
      assertTrue(node.answers.put(it.token(), it.reply()) == null, "answered twice");
      Runnable reply = node.isDead ? null : replies.remove(key(node, it.token()));
      if (reply != null) {
        reply.run();
      }
    } else if (action instanceof Action.Tell<Question, Reply, Event> tell
        && tell.event() instanceof Event.Ended it) {
      assertTrue(node.ends.put(it.call(), it.ended()) == null, "ended twice");
    } else {
      assertTrue(
          action instanceof Action.Forget<?, ?, ?> || action instanceof Action.Ignore<?, ?, ?>);
    }
  }

  private static String key(Node node, long token) {
    return node.endpoint() + " " + token;
  }

  private boolean isLost() {
    return lostPercent > 0 && random.nextInt(100) < lostPercent;
  }

  private void deliver(Node asker, Action.Ask<Question, Reply, Event> ask) {
    Node to =
        ask.endpoints().stream()
            .map(byEndpoint::get)
            .filter(it -> it != null)
            .findFirst()
            .orElse(null);
    if (to == null && ask.endpoints().stream().anyMatch(isMute)) {
      return;
    }
    if (to == null || (to.isDead && !to.isSilent)) {
      after(LATENCY_NS, () -> fail(asker, ask.number()));
      return;
    }
    if (to.isDead || !isConnected.test(asker, to) || isLost()) {
      return;
    }
    long token = ++to.tokens;
    replies.put(
        key(to, token),
        () -> {
          Reply told = liar.apply(to, Objects.requireNonNull(to.answers.remove(token)));
          if (told != null && isConnected.test(to, asker) && !isLost()) {
            after(LATENCY_NS, () -> reply(asker, to, ask.number(), told));
          }
        });
    to.gateway().onQuestion(token, asker.address(), ask.question());
    settle(to);
  }

  private void reply(Node asker, Node by, long number, Reply reply) {
    if (!asker.isDead) {
      asker.gateway().onReply(number, by.address(), reply);
      settle(asker);
    }
  }

  private void fail(Node asker, long number) {
    if (!asker.isDead) {
      asker.gateway().onFailed(number);
      settle(asker);
    }
  }
}
