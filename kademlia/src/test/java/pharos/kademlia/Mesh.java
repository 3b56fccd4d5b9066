package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.testkit.Agenda;
import pharos.testkit.Seeds;

/** Overlay nodes that reach each other by their endpoints, in virtual time. */
final class Mesh {
  static final long LATENCY_NS = 10 * Settings.MS;

  final Settings settings;
  final Map<String, Node> nodes = new LinkedHashMap<>();

  /** Every request that was sent, in order. */
  final List<Effect.Ask> asked = new ArrayList<>();

  /** May change or swallow what a node answers. */
  BiFunction<Node, Response, @Nullable Response> liar = (node, response) -> response;

  private final RandomGenerator random;
  private final Agenda agenda = new Agenda(0);

  final class Node {
    final String endpoint;
    private final Overlay overlay;
    final Map<Long, Result> results = new HashMap<>();
    private final Map<Long, Response> answered = new HashMap<>();
    boolean isDead;

    /** Whether its host refuses at once when it is dead, before others can have answered. */
    boolean isRefusing;

    /** How much longer than others it takes to answer. */
    long slowNs;

    private long wakeUpNs = Long.MAX_VALUE;
    private long calls;
    private long tokens;

    Node(Contact self, Settings settings) {
      endpoint = self.endpoints().get(0);
      overlay = new Overlay(settings, self, Seeds.random(random.nextLong()), agenda.nowNs());
    }

    /** Ready for a turn; {@link #settle} ends it. */
    Overlay overlay() {
      overlay.turn(agenda.nowNs());
      return overlay;
    }

    Contact contact() {
      return overlay.self();
    }

    long register(Contact contact) {
      overlay().register(++calls, contact);
      return settleCall();
    }

    long unregister(ContactId id) {
      overlay().unregister(++calls, id);
      return settleCall();
    }

    long find(String text, FindOptions options) {
      overlay().find(++calls, ContactId.ofText(text), options);
      return settleCall();
    }

    long nearest(Key key) {
      overlay().nearest(++calls, key);
      return settleCall();
    }

    private long settleCall() {
      settle(this);
      return calls;
    }

    /** What it answered to a request of the test. */
    Response response(long token) {
      return Objects.requireNonNull(answered.get(token));
    }

    /** The result of the call that was made last; runs until it is there. */
    Result result() {
      return result(calls);
    }

    Result result(long call) {
      for (int i = 0; i < 1_000_000 && !results.containsKey(call); i++) {
        assertTrue(agenda.step(), "nothing happens any more");
      }
      Result result = results.get(call);
      assertTrue(result != null, "call " + call + " never ended");
      return Objects.requireNonNull(result);
    }
  }

  Mesh(long seed, UnaryOperator<Settings> change) {
    random = Seeds.random(seed);
    settings = change.apply(Settings.defaults());
  }

  Mesh(long seed) {
    this(seed, settings -> settings);
  }

  static ContactId id(int number) {
    return ContactId.ofText("node-" + number);
  }

  static String endpoint(int number) {
    return "tcp://host-" + number + ":5670";
  }

  Node start(int number, String... seeds) {
    Contact self = Contact.of(id(number), endpoint(number)).withVersion(new Version(1, 0));
    Node node = new Node(self, settings);
    nodes.put(node.endpoint, node);
    node.overlay().seeds(List.of(seeds));
    settle(node);
    return node;
  }

  /** So many nodes that all came by the first one. */
  static Mesh of(int count, long seed) {
    return new Mesh(seed).grown(count);
  }

  Mesh grown(int count) {
    start(0);
    for (int i = 1; i < count; i++) {
      start(i, endpoint(random.nextInt(i)));
      run(100 * Settings.MS);
    }
    run(2 * Settings.SECOND);
    return this;
  }

  Node node(int number) {
    return Objects.requireNonNull(nodes.get(endpoint(number)));
  }

  Node at(Contact contact) {
    return Objects.requireNonNull(nodes.get(contact.endpoints().get(0)));
  }

  List<Node> all() {
    return List.copyOf(nodes.values());
  }

  long nowNs() {
    return agenda.nowNs();
  }

  /** An agenda entry of the test. */
  void after(long delayNs, Runnable step) {
    agenda.after(delayNs, step);
  }

  void run(long timeNs) {
    agenda.run(timeNs);
  }

  /** Does what a node wants, and plans its next wake-up. */
  void settle(Node node) {
    node.overlay().wakeUp();
    for (Effect effect : node.overlay.takeEffects()) {
      perform(node, effect);
    }
    long nextNs = node.overlay.nextWakeUpNs();
    if (nextNs < node.wakeUpNs) {
      node.wakeUpNs = nextNs;
      agenda.at(nextNs, () -> wake(node, nextNs));
    }
  }

  private void wake(Node node, long atNs) {
    if (node.wakeUpNs == atNs && !node.isDead) {
      node.wakeUpNs = Long.MAX_VALUE;
      settle(node);
    }
  }

  private void perform(Node node, Effect effect) {
    if (effect instanceof Effect.Ask ask) {
      asked.add(ask);
      after(LATENCY_NS, () -> deliver(node, ask));
    } else if (effect instanceof Effect.Reply reply) {
      node.answered.put(reply.token(), reply.response());
    } else if (effect instanceof Effect.Completed completed) {
      assertTrue(node.results.put(completed.call(), completed.result()) == null, "completed twice");
    } else {
      assertTrue(effect instanceof Effect.Forget || effect instanceof Effect.Ignore);
    }
  }

  private void deliver(Node asker, Effect.Ask ask) {
    for (String endpoint : ask.endpoints()) {
      Node to = nodes.get(endpoint);
      if (to != null && !to.isDead) {
        long token = ++to.tokens;
        to.overlay().onRequest(token, asker.endpoint, ask.request());
        settle(to);
        Response response = to.answered.remove(token);
        Response sent = response == null ? null : liar.apply(to, response);
        if (sent != null) {
          after(LATENCY_NS + to.slowNs, () -> answer(asker, ask.rpc(), sent));
        }
        return;
      }
      if (to != null && to.isRefusing) {
        asker.overlay().onFailure(ask.rpc());
        settle(asker);
        return;
      }
    }
  }

  private void answer(Node asker, long rpc, Response response) {
    if (!asker.isDead) {
      asker.overlay().onResponse(rpc, response);
      settle(asker);
    }
  }

  void kill(Node node) {
    node.isDead = true;
  }

  /** The ids of those nodes nearest to the key that live, without this one. */
  Set<ContactId> trueNearest(Key key, Node except) {
    Set<ContactId> nearest = new HashSet<>();
    all().stream()
        .filter(node -> !node.isDead && node != except)
        .map(node -> node.contact().id())
        .sorted((one, other) -> key.compareDistance(one.key(), other.key()))
        .limit(20)
        .forEach(nearest::add);
    return nearest;
  }
}
