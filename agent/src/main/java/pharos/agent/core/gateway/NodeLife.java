package pharos.agent.core.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import pharos.agent.core.Counter;
import pharos.agent.core.PeerInfo;
import pharos.beacon.NodeId;
import pharos.kademlia.Arbiter;
import pharos.kademlia.Arbiters;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Count;
import pharos.kademlia.Overlay;
import pharos.kademlia.Settings;
import pharos.kademlia.Version;

/**
 * The life of a node of the overlay, and so of a gateway: it finds and registers by itself, makes
 * its LAN findable, and answers those on it who are no nodes, and other gateways.
 */
final class NodeLife implements Life {
  /** What it costs to keep a pointer announced: its contact, who holds it, timers and maps. */
  private static final long POINTER_BYTES = 1_500;

  private final Here here;
  private final Settings.Limits limits;
  private final Overlay overlay;
  private final OpenQuestions questions;
  private final OverlayCalls calls;
  private final NodeSearch search;
  private final HeldLeases leases;
  private final Served served;
  private final Signposts signposts;

  /**
   * @param agents how many agents are proven at an address
   */
  NodeLife(
      Settings settings,
      Here here,
      OpenQuestions questions,
      RandomGenerator random,
      ToIntFunction<String> agents) {
    this.here = here;
    limits = settings.limits();
    this.questions = questions;
    overlay =
        new Overlay(
            withPointers(settings, here),
            node(here.self(), List.of()),
            random,
            here.nowNs(),
            agents);
    calls = new OverlayCalls(overlay, here);
    search = new NodeSearch(here, questions, calls, settings.limits().bytes() / 8);
    leases = new HeldLeases(here, calls, settings, overlay::agentsAt);
    served = new Served(here, settings.limits().lookupsAtOnce(), overlay::agentsAt);
    signposts = new Signposts(here.lan(), most(settings), here.nowNs());
  }

  /** How many pointers of the LAN there may be: half of what is registered, in a quarter of it. */
  private static int most(Settings settings) {
    return (int)
        Math.min(
            settings.limits().registrations() / 2, settings.limits().bytes() / 4 / POINTER_BYTES);
  }

  /** Pointers are sets that expire, whatever the application says of its own contacts. */
  private static Settings withPointers(Settings settings, Here here) {
    Arbiter ofPointers = Arbiters.expiringSet(here::nowMs, Pointers.LONGEST_MS);
    Arbiter ofOthers = settings.arbiter();
    return settings.withArbiter(
        Arbiters.byId(id -> Pointers.isReserved(id) ? ofPointers : ofOthers));
  }

  private static Contact node(PeerInfo peer, List<String> endpoints) {
    return new Contact(
        idOf(peer.id()), endpoints, ContactData.NONE, new Version(peer.incarnation(), 0));
  }

  private static ContactId idOf(NodeId peer) {
    return ContactId.of(peer.toBytes());
  }

  // The turn.

  /** Begins a turn. */
  void turn() {
    overlay.turn(here.nowNs());
  }

  @Override
  public void wakeUp() {
    served.expire();
    search.expire();
    leases.expire();
    signposts.wakeUp(this::plant, overlay::release, here.nowNs());
    overlay.wakeUp();
  }

  private void plant(ContactId id) {
    Contact pointer = signposts.contact(id, here.self().id(), here.endpoints(), here.nowMs());
    calls.register(pointer, ended -> {});
  }

  @Override
  public long nextNs() {
    long nextNs = search.nextNs(served.nextNs(leases.nextNs(overlay.nextWakeUpNs())));
    return Math.min(nextNs, signposts.nextNs(here.nowNs()));
  }

  /** What came of a question of the node itself. */
  void onReply(long number, String at, Reply reply) {
    if (reply instanceof Reply.Node it) {
      overlay.onResponse(number, at, it.response());
    } else {
      overlay.onFailure(number);
    }
  }

  void onFailed(long number) {
    overlay.onFailure(number);
  }

  /** Makes actions of what the node wants done. */
  void takeEffects() {
    calls.takeEffects();
  }

  // What is there.

  /**
   * This agent changed.
   *
   * @param isMoved whether its id did, or where it is reached
   */
  void onSelf(boolean isMoved) {
    if (isMoved) {
      signposts.onMoved();
    }
    signposts.onLan();
    Contact changed = node(here.self(), here.endpoints());
    if (overlay.self().id().equals(changed.id())) {
      overlay.introduce(changed);
    }
  }

  /** Somebody of the LAN came, went or changed. */
  void onLan() {
    signposts.onLan();
  }

  /** A gateway of the LAN came or changed. */
  void onGateway(PeerInfo gateway) {
    overlay.memberJoined(node(gateway, Endpoints.of(gateway)), Endpoints.at(gateway));
  }

  @Override
  public void onGatewayGone(NodeId gateway) {
    overlay.memberGone(idOf(gateway));
  }

  void seeds(List<String> seeds) {
    overlay.seeds(seeds);
  }

  List<Contact> nodes() {
    return overlay.nodes();
  }

  @Override
  public Sizes sizes() {
    return new Sizes(
        questions.size(),
        calls.open(),
        search.asked(),
        search.gatheredBytes(),
        served.running(),
        served.waiting(),
        leases.size(),
        0,
        search.silent(),
        overlay.sizes());
  }

  List<Counter> counters() {
    List<Counter> counters =
        new ArrayList<>(Counter.of("OVERLAY_", "times", "overlay", Count.values(), overlay::count));
    counters.add(new Counter("GATEWAY_CALLS_REFUSED", "calls", "gateway", served::refused));
    counters.add(new Counter("GATEWAY_LEASES_REFUSED", "leases", "gateway", leases::refused));
    counters.add(new Counter("GATEWAY_ANSWERS_CUT", "answers", "gateway", search::cut));
    counters.add(bounded("GATEWAY_CALLS_WAITING", "calls", served::waiting, Served.MAX_WAITING));
    counters.add(leases.counter());
    int lookups = limits.lookupsAtOnce();
    counters.add(bounded("GATEWAY_LOOKUPS_RUNNING", "lookups", served::running, lookups));
    LongSupplier running = () -> overlay.sizes().lookups();
    counters.add(bounded("OVERLAY_LOOKUPS_RUNNING", "lookups", running, lookups));
    LongSupplier heldBytes = () -> overlay.sizes().heldBytes();
    counters.add(bounded("OVERLAY_HELD_BYTES", "octets", heldBytes, limits.heldBytes()));
    return counters;
  }

  private static Counter bounded(String name, String unit, LongSupplier now, long most) {
    return Counter.bounded(name, unit, "gateway", now, most);
  }

  // What the application wants.

  @Override
  public void find(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    search.find(id, deadlineNs, then);
  }

  @Override
  public void browse(String service, long deadlineNs, Consumer<Reply.Ended> then) {
    search.browse(service, deadlineNs, then);
  }

  @Override
  public void register(Contact contact, long deadlineNs, Consumer<Reply.Ended> then) {
    leases.register(contact, then);
  }

  @Override
  public void unregister(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    leases.unregister(id, then);
  }

  @Override
  public void unregister(Contact contact, long deadlineNs, Consumer<Reply.Ended> then) {
    leases.unregister(contact, then);
  }

  @Override
  public Contact add(Contact contact) {
    return overlay.add(contact);
  }

  @Override
  public boolean reportUnreachable(Contact contact) {
    return overlay.reportUnreachable(contact);
  }

  // What others want.

  @Override
  public void onQuestion(long token, String source, Question question) {
    if (question instanceof Question.Node it) {
      overlay.onRequest(token, source, it.request());
    } else if (isReserved(question) || !overlay.takes(source)) {
      here.answer(token, Reply.Ended.of(Reply.Status.REFUSED));
    } else if (question instanceof Question.Who it) {
      here.answer(token, Lan.page(here.about(it.subject()), it.after().orElse(null)));
    } else if (question instanceof Question.Forwarded it) {
      long withinMs = Math.min(it.withinMs(), Question.Forwarded.PATIENCE_MS);
      long deadlineNs = here.nowNs() + withinMs * 1_000_000;
      int lookups = question instanceof Question.Find ? 2 : 1;
      served.serve(source, lookups, deadlineNs, step(token, source, it, deadlineNs));
    } else {
      throw new AssertionError(question);
    }
  }

  private Served.Step step(
      long token, String source, Question.Forwarded question, long deadlineNs) {
    return new Served.Step() {
      @Override
      public void begin(Runnable whenOver) {
        serve(
            source,
            question,
            deadlineNs,
            reply -> {
              here.answer(token, reply);
              whenOver.run();
            });
      }

      @Override
      public void refuse() {
        here.answer(token, Reply.Ended.of(Reply.Status.REFUSED));
      }
    };
  }

  private static boolean isReserved(Question question) {
    return (question instanceof Question.Find find && Pointers.isReserved(find.id()))
        || (question instanceof Question.Register register
            && Pointers.isReserved(register.contact().id()))
        || (question instanceof Question.Unregister unregister
            && Pointers.isReserved(unregister.id()));
  }

  private void serve(
      String source, Question.Forwarded question, long deadlineNs, Consumer<Reply> answer) {
    if (question instanceof Question.Find it) {
      search.find(it.id(), deadlineNs, answer::accept);
    } else if (question instanceof Question.Browse it) {
      search.browse(
          it.service(),
          deadlineNs,
          ended -> answer.accept(Lan.page(ended.peers(), it.after().orElse(null))));
    } else if (question instanceof Question.Register it) {
      leases.lease(source, it.contact(), it.leaseMs(), answer::accept);
    } else if (question instanceof Question.Unregister it) {
      leases.unlease(source, it.id(), answer::accept);
    } else {
      throw new AssertionError(question);
    }
  }
}
