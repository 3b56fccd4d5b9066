package pharos.daemon.api;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Cancellable;

/** All that an agent answers. Follows it until it is closed. */
public final class AgentTable implements AutoCloseable {
  /** So many events can be read later. */
  private static final int EVENTS = 4_096;

  /** What part of the heap they may have. */
  private static final int HEAP_PART = 32;

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
   * @param builders how the agents of programs shall be, but for what a program says itself
   */
  public AgentTable(
      Agent agent,
      Supplier<Condition> condition,
      Supplier<Condition> readiness,
      int mostReaders,
      Supplier<AgentBuilder> builders) {
    PeerTexts texts = new PeerTexts();
    InstantSource clock = InstantSource.system();
    EventHub hub =
        new EventHub(
            Long.toString(agent.self().incarnation(), Character.MAX_RADIX),
            texts,
            clock,
            agent::peers,
            EVENTS,
            Runtime.getRuntime().maxMemory() / HEAP_PART);
    PeerResources peers = new PeerResources(agent, texts);
    hub.afterNews(peers::changed);
    programs = new Programs(builders, clock, what -> hub.tell("program", what));
    List<Resource> watched = new ArrayList<>(new Health(condition, readiness).resources());
    metrics = new Metrics(agent, agent::counters, hub::counts);
    watched.addAll(metrics.resources());
    List<Resource> all = new ArrayList<>(watched);
    all.addAll(peers.resources());
    all.addAll(new Events(hub, mostReaders).resources());
    all.addAll(new Targets(agent).resources());
    all.addAll(Contacts.of(agent).resources());
    all.addAll(programs.resources());
    all.addAll(new OpenApi().resources());
    all.addAll(new Console().resources());
    table = new Table(all);
    management = new Table(watched);
    news = hub.follow(agent);
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
