package pharos.simulator.kademlia;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Count;
import pharos.kademlia.Effect;
import pharos.kademlia.FindOptions;
import pharos.kademlia.Overlay;
import pharos.kademlia.Response;
import pharos.kademlia.Result;
import pharos.kademlia.Settings;
import pharos.kademlia.Sizes;
import pharos.kademlia.Version;

/**
 * A network whose nodes come and go all the time: one in a hundred dies each minute without a word,
 * and a new one comes by the address of a few that live. Each node registers a contact of its own,
 * and every minute some are looked up from anywhere.
 */
final class Churn {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final long MINUTE = 60 * SECOND;
  private static final int SEEDS = 3;
  private static final double DEATHS_A_MINUTE = 0.01;
  private static final int FINDS_A_MINUTE = 20;

  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
  private final List<Node> living = new ArrayList<>();
  private final Map<String, Node> byEndpoint = new HashMap<>();
  private long nowNs;
  private long order;
  private int born;

  private final Figures tookMs = new Figures();
  private final Figures table = new Figures();
  private final Figures held = new Figures();
  private long finds;
  private long found;
  private long sent;
  private long accounted;
  private boolean isBounded = true;

  private record Event(long atNs, long order, Runnable step) {}

  private final class Node {
    final Overlay overlay;
    final Contact registered;
    boolean isRegistered;
    boolean isDead;
    @Nullable Response reply;
    private long wakeUpNs = Long.MAX_VALUE;
    private long calls = 1;
    private final Map<Long, Node> finding = new HashMap<>();

    Node(int number) {
      String endpoint = "sim://" + number;
      Contact self =
          Contact.of(ContactId.ofText("node-" + number), endpoint)
              .withVersion(new Version(1 + nowNs / MS, 0));
      overlay =
          new Overlay(Settings.defaults(), self, new SplittableRandom(random.nextLong()), nowNs);
      registered =
          Contact.of(ContactId.ofText("contact-" + number), endpoint)
              .withData(ContactData.ofText("{\"number\":" + number + "}"));
      byEndpoint.put(endpoint, this);
    }

    void settle() {
      overlay.wakeUp();
      for (Effect effect : overlay.takeEffects()) {
        perform(effect);
      }
      long nextNs = overlay.nextWakeUpNs();
      if (nextNs < wakeUpNs) {
        wakeUpNs = nextNs;
        at(nextNs, () -> wake(nextNs));
      }
    }

    private void wake(long atNs) {
      if (!isDead && wakeUpNs == atNs) {
        wakeUpNs = Long.MAX_VALUE;
        overlay.turn(nowNs);
        settle();
      }
    }

    private void perform(Effect effect) {
      if (effect instanceof Effect.Ask ask) {
        at(nowNs + latencyNs(), () -> deliver(this, ask));
      } else if (effect instanceof Effect.Reply answer) {
        reply = answer.response();
      } else if (effect instanceof Effect.Completed completed) {
        completed(completed);
      }
    }

    private void completed(Effect.Completed completed) {
      Node target = finding.remove(completed.call());
      if (target != null) {
        // One that died while it was looked for may be found or not.
        if (!target.isDead) {
          finds++;
          if (completed.result() instanceof Result.Found result) {
            found++;
            tookMs.add(result.route().tookNs() / (double) MS);
          }
        }
      } else if (completed.result() instanceof Result.Registered result) {
        isRegistered = !result.by().isEmpty();
      }
    }

    void find(Node target) {
      finding.put(++calls, target);
      overlay.turn(nowNs);
      overlay.find(calls, target.registered.id(), FindOptions.FIRST.withoutCache());
      settle();
    }
  }

  private Churn(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Runs it, prints what came of it, and returns what did not hold. */
  static List<String> print(long seed, int nodes, int minutes, PrintStream out) {
    Churn churn = new Churn(seed);
    churn.run(nodes, minutes);
    return churn.print(nodes, minutes, out);
  }

  private void at(long atNs, Runnable step) {
    events.add(new Event(atNs, order++, step));
  }

  private long latencyNs() {
    return random.nextLong(5 * MS, 50 * MS);
  }

  private void deliver(Node asker, Effect.Ask ask) {
    Node to = byEndpoint.get(ask.endpoints().get(0));
    if (to == null || to.isDead) {
      return;
    }
    to.overlay.turn(nowNs);
    to.overlay.onRequest(0, asker.overlay.self().endpoints().get(0), ask.request());
    to.reply = null;
    to.settle();
    Response response = to.reply;
    if (response != null) {
      at(
          nowNs + latencyNs(),
          () -> {
            if (!asker.isDead) {
              asker.overlay.turn(nowNs);
              asker.overlay.onResponse(ask.rpc(), response);
              asker.settle();
            }
          });
    }
  }

  private void run(int nodes, int minutes) {
    for (int i = 0; i < nodes; i++) {
      at(i * MINUTE / nodes, this::bear);
    }
    runUntil(3 * MINUTE);
    for (int minute = 0; minute < minutes; minute++) {
      long beginNs = nowNs;
      int deaths = (int) Math.round(nodes * DEATHS_A_MINUTE);
      for (int i = 0; i < deaths; i++) {
        at(beginNs + random.nextLong(MINUTE), this::bury);
        at(beginNs + random.nextLong(MINUTE), this::bear);
      }
      for (int i = 0; i < FINDS_A_MINUTE; i++) {
        at(beginNs + random.nextLong(MINUTE), this::findOne);
      }
      runUntil(beginNs + MINUTE);
      measure();
    }
  }

  private void runUntil(long endNs) {
    for (Event next = events.peek(); next != null && next.atNs() <= endNs; next = events.peek()) {
      events.remove();
      nowNs = next.atNs();
      next.step().run();
    }
    nowNs = endNs;
  }

  private Node anyone() {
    return living.get(random.nextInt(living.size()));
  }

  private void bear() {
    Node node = new Node(born++);
    List<String> seeds = new ArrayList<>();
    for (int i = 0; i < SEEDS && !living.isEmpty(); i++) {
      seeds.add(anyone().overlay.self().endpoints().get(0));
    }
    living.add(node);
    node.overlay.seeds(seeds);
    node.overlay.register(1, node.registered);
    node.settle();
  }

  private void bury() {
    if (living.size() < 2) {
      return;
    }
    int index = random.nextInt(living.size());
    Node node = living.get(index);
    living.set(index, living.get(living.size() - 1));
    living.remove(living.size() - 1);
    node.isDead = true;
    byEndpoint.remove(node.overlay.self().endpoints().get(0));
    account(node);
  }

  private void account(Node node) {
    sent += node.overlay.count(Count.SENT);
    accounted +=
        node.overlay.count(Count.ANSWERED)
            + node.overlay.count(Count.FAILED)
            + node.overlay.sizes().open();
  }

  private void findOne() {
    Node target = anyone();
    Node asker = anyone();
    if (target.isRegistered && target != asker) {
      asker.find(target);
    }
  }

  private void measure() {
    for (Node node : living) {
      Sizes sizes = node.overlay.sizes();
      table.add(sizes.nodes());
      held.add(sizes.held());
      isBounded &=
          sizes.nodes() <= 2 * Population.K * sizes.buckets()
              && sizes.nodes() <= 2 * living.size()
              && sizes.cached() <= 1_000
              && sizes.open() <= 2_000;
    }
  }

  private List<String> print(int nodes, int minutes, PrintStream out) {
    living.forEach(this::account);
    double share = found / (double) finds;
    out.println(
        Rows.count(nodes)
            + " nodes, 1% a minute die and as many come, each with a contact, for "
            + Rows.count(minutes)
            + " minutes.");
    Rows rows = new Rows("", "median", "p99", "most");
    rows.row(
        "found in ms",
        Rows.number(tookMs.median(), 0),
        Rows.number(tookMs.p99(), 0),
        Rows.number(tookMs.max(), 0));
    rows.row(
        "nodes in a table",
        Rows.number(table.median(), 0),
        Rows.number(table.p99(), 0),
        Rows.number(table.max(), 0));
    rows.row(
        "contacts held by a node",
        Rows.number(held.median(), 0),
        Rows.number(held.p99(), 0),
        Rows.number(held.max(), 0));
    out.print(rows);
    double perSecond = sent / (double) nodes / (nowNs / (double) SECOND);
    out.println(
        Rows.percent(share)
            + " of "
            + Rows.count(finds)
            + " found; "
            + Rows.number(perSecond, 2)
            + " requests a second from each node\n");
    List<String> failures = new ArrayList<>();
    if (share < 0.999) {
      failures.add("99.9% of the registered contacts are found, not " + Rows.percent(share));
    }
    if (!isBounded) {
      failures.add("tables are bounded");
    }
    if (sent != accounted) {
      failures.add(sent + " requests were sent, and " + accounted + " are accounted for");
    }
    return failures;
  }
}
