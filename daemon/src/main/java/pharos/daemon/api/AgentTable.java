package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Cancellable;
import pharos.agent.Counted;
import pharos.agent.PeerView;
import pharos.beacon.NodeId;
import pharos.daemon.story.Stories;
import pharos.kademlia.Contact;
import pharos.records.Records;

/** All that an agent answers. Follows it until it is closed. */
public final class AgentTable implements AutoCloseable {
  /** So many events can be read later. */
  private static final int EVENTS = 4_096;

  /** What part of the heap they may have. */
  private static final int HEAP_PART = 32;

  private static final String BINARY = "application/octet-stream";
  private static final String DISPOSITION = "Content-Disposition";

  private static final InstantSource CLOCK = InstantSource.system();

  private final Table table;
  private final Table management;
  private final Programs programs;
  private final Metrics metrics;
  private final Cancellable news;

  /**
   * Those of this agent.
   *
   * @param condition how it is
   * @param readiness whether it may be counted on
   * @param mostReaders how many may follow the events
   * @param records what may be written and read here; whoever made them closes them
   * @param builders how the agents of programs shall be, but for what a program says itself
   * @param measured what this agent measures
   * @param stories what this agent noticed of its peers
   * @param doors what those count who ask this table
   * @param backstage the programs of a demo, to be played with; an agent has none
   */
  public AgentTable(
      Agent agent,
      Supplier<Condition> condition,
      Supplier<Condition> readiness,
      int mostReaders,
      Records records,
      Supplier<AgentBuilder> builders,
      Measured measured,
      Stories stories,
      Supplier<List<Counted>> doors,
      Optional<Backstage> backstage) {
    EventHub hub = hub(agent);
    PeerResources peers = peers(agent, hub);
    programs = new Programs(builders, CLOCK, what -> hub.tell("program", what));
    List<Resource> watched = new ArrayList<>(new Health(condition, readiness).resources());
    Events events = new Events(hub, mostReaders);
    Contacts contacts = Contacts.of(agent);
    RecordResources values = new RecordResources(records, mostReaders);
    Why why = new Why(agent, stories, () -> lost(agent));
    Supplier<List<Counted>> counts =
        () -> {
          List<Counted> all = new ArrayList<>(agent.counters());
          all.addAll(hub.counted());
          all.add(events.counted());
          all.add(contacts.counted());
          all.add(peers.counted());
          all.addAll(values.counted());
          all.add(programs.counted());
          all.addAll(why.counted());
          all.addAll(doors.get());
          return all;
        };
    metrics = new Metrics(agent, counts, measured, agent.lostWithin());
    watched.addAll(metrics.resources());
    List<Resource> all = new ArrayList<>(watched);
    all.addAll(lists(agent, peers, events));
    all.addAll(why.resources());
    all.addAll(new Reports(agent, (peer, failure) -> report(agent, peer, failure)).resources());
    all.add(Resource.later("GET", "/v1/box", Set.of(), call -> box(agent)));
    all.addAll(new RingResources(agent, agent::overlay, records, backstage).resources());
    all.addAll(contacts.resources());
    all.addAll(values.resources());
    all.addAll(programs.resources());
    all.addAll(new OpenApi().resources());
    table = new Table(all);
    management = new Table(watched);
    news = hub.follow(agent);
  }

  /** The lists of these peers, what happens to them, and the page: for tests and measurements. */
  public static Table of(PeerView peers, int mostReaders) {
    return new Table(followed(peers, mostReaders));
  }

  /** The same with records, the ring, and the programs of a demo perhaps. */
  public static Table of(
      PeerView peers, int mostReaders, Records records, Optional<Backstage> backstage) {
    List<Resource> all = followed(peers, mostReaders);
    CompletableFuture<List<Contact>> nobody = CompletableFuture.completedFuture(List.of());
    all.addAll(new RingResources(peers, () -> nobody, records, backstage).resources());
    all.addAll(new RecordResources(records, mostReaders).resources());
    return new Table(all);
  }

  private static List<Resource> followed(PeerView peers, int mostReaders) {
    EventHub hub = hub(peers);
    List<Resource> lists = lists(peers, peers(peers, hub), new Events(hub, mostReaders));
    var unused = hub.follow(peers);
    return lists;
  }

  private static void report(Agent agent, NodeId peer, Optional<String> failure) {
    failure.ifPresentOrElse(
        cause -> agent.reportFailure(peer, cause), () -> agent.reportSuccess(peer));
  }

  /** A file, for whoever decides anew what was decided. */
  private static CompletableFuture<Reply> box(Agent agent) {
    String name = "attachment; filename=\"" + agent.self().id().toShortString() + ".box\"";
    return agent
        .blackBox()
        .thenApply(it -> new Reply(200, BINARY, ByteBuffer.wrap(it), Map.of(DISPOSITION, name)));
  }

  private static long lost(Agent agent) {
    return agent.counters().stream()
        .filter(it -> it.name().equals("OBSERVATIONS_LOST"))
        .mapToLong(Counted::value)
        .sum();
  }

  private static EventHub hub(PeerView peers) {
    return new EventHub(
        Long.toString(peers.self().incarnation(), Character.MAX_RADIX),
        new PeerTexts(),
        CLOCK,
        peers::peers,
        EVENTS,
        Runtime.getRuntime().maxMemory() / HEAP_PART);
  }

  private static PeerResources peers(PeerView peers, EventHub hub) {
    PeerResources resources = new PeerResources(peers, hub.texts());
    hub.afterNews(resources::changed);
    return resources;
  }

  private static List<Resource> lists(PeerView peers, PeerResources resources, Events events) {
    List<Resource> all = new ArrayList<>(resources.resources());
    all.addAll(events.resources());
    all.addAll(new Targets(peers).resources());
    all.addAll(new Console().resources());
    return all;
  }

  /** Everything. */
  public Table table() {
    return table;
  }

  /** What whoever watches over the process asks, and names no peer. */
  public Table management() {
    return management;
  }

  /** All programs that were announced say goodbye; those who follow the events still hear of it. */
  public void sayGoodbye() {
    programs.close();
  }

  @Override
  public void close() {
    sayGoodbye();
    metrics.close();
    news.cancel();
  }
}
