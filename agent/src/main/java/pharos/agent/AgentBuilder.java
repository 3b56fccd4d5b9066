package pharos.agent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZContext;
import pharos.agent.core.Settings;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.agent.extension.Extension;
import pharos.agent.io.LoopSettings;
import pharos.agent.io.Plugin;
import pharos.agent.io.Seed;
import pharos.agent.io.World;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconKey;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.NodeId;
import pharos.kademlia.Arbiter;

/**
 * How an {@link Agent} shall be; every setting has a default that works. Values that make no sense
 * are refused where they are set, and those that make none together by {@link #start}, which names
 * both. For one thread.
 */
public final class AgentBuilder {
  private static final Duration MIN_QUESTION_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_QUESTION_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration MIN_INTERVAL = Duration.ofMillis(50);

  /** With its jitter, the longest interval that a beacon can tell. */
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(54);

  private static final Duration MAX_HOLD = Duration.ofHours(1);

  private static final int NAME_BYTES = 63;

  private @Nullable String name;
  private String service = "";
  private @Nullable NodeId id;
  private String cluster = "";
  private final List<Offer> offers = new ArrayList<>();
  private int firstPort;
  private int lastPort;
  private int beaconPort = Beacon.PORT;
  private List<String> interfaces = List.of();
  private List<InetAddress> advertised = List.of();
  private List<String> fixedPeers = List.of();
  private final List<Seed> seeds = new ArrayList<>();
  private boolean isGateway;
  private List<String> wide = List.of();
  private boolean hasPresence = true;
  private pharos.kademlia.Settings overlay = pharos.kademlia.Settings.defaults();
  private boolean isLoopback;
  private boolean isObserver;
  private boolean closesAtExit;
  private boolean tellsStory = true;
  private @Nullable ZContext context;
  private @Nullable Executor callbacks;
  private final List<Consumer<Observation>> observers = new ArrayList<>();
  private final List<Plugin<?, ?, ?>> plugins = new ArrayList<>();
  private List<BeaconKey> keys = List.of();
  private World world = World.real();
  private Duration interval = Duration.ofNanos(Settings.defaults().intervalNs());
  private Duration questionTimeout = Duration.ofNanos(Settings.defaults().answerNs());
  private Duration hold = Duration.ofNanos(Settings.defaults().holdNs());
  private int budgetPerSecond = Settings.defaults().budgetPerSecond();
  private int maxPeers = Settings.defaults().maxPeers();

  AgentBuilder() {}

  /**
   * What people call it, at most 63 bytes; {@code service-xxxx} with four letters of its id when
   * nothing is set. Several agents may have the same name.
   */
  public AgentBuilder name(String name) {
    Checks.text("name", name);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a name must not be empty: leave it out for a default");
    }
    this.name = name;
    return this;
  }

  /** The kind of program that it is, at most 63 bytes, such as {@code Alpha}. */
  public AgentBuilder service(String service) {
    Checks.text("service", service);
    this.service = service;
    return this;
  }

  /**
   * The id of this node, for one that keeps it over its restarts. Without it each start has a new
   * one. Two that run at once must not have the same.
   */
  public AgentBuilder id(NodeId id) {
    this.id = Objects.requireNonNull(id, "id");
    return this;
  }

  /** Agents see those of the same cluster alone; the default is the one without a name. */
  public AgentBuilder cluster(String cluster) {
    Checks.text("cluster", cluster);
    this.cluster = cluster;
    return this;
  }

  /**
   * Signs beacons with the first of these, and believes those that are signed with any. Not public
   * yet: a key is to hold for TCP as well.
   */
  AgentBuilder keys(BeaconKey... keys) {
    this.keys = List.of(keys);
    return this;
  }

  /** Offers something on a TCP port of this program, by ZeroMQ. */
  public AgentBuilder offer(String type, int port) {
    return offer(type, port, Map.of());
  }

  /** The same, with more to tell of it. */
  public AgentBuilder offer(String type, int port, Map<String, String> attributes) {
    return offer(type, port, Agent.TCP, attributes);
  }

  /** The same, spoken to in another way, such as {@code http}: endpoints begin with it. */
  public AgentBuilder offer(
      String type, int port, String protocol, Map<String, String> attributes) {
    Offer offer = new Offer(type, port, protocol, attributes);
    List<Offer> longer = new ArrayList<>(offers);
    longer.add(offer);
    WireCodec.write(longer);
    offers.add(offer);
    return this;
  }

  /** The TCP port of the agent itself, where it is asked; 0, the default, for any that is free. */
  public AgentBuilder port(int port) {
    return ports(port, port);
  }

  /** The same: the first port of this range that is free. */
  public AgentBuilder ports(int first, int last) {
    Checks.port("port", first, 0);
    Checks.port("port", last, first);
    firstPort = first;
    lastPort = last;
    return this;
  }

  /** The UDP port that all agents of the network share; 5670 unless all have another. */
  public AgentBuilder beaconPort(int port) {
    Checks.port("beacon port", port, 1);
    beaconPort = port;
    return this;
  }

  /**
   * Which interfaces to use: names ({@code eth0}), patterns ({@code docker*}), addresses or
   * networks ({@code 10.0.0.0/8}), with {@code !} before what to leave out. The default is every
   * one that can broadcast.
   */
  public AgentBuilder interfaces(String... selectors) {
    InterfaceFilter.of(List.of(selectors));
    interfaces = List.of(selectors);
    return this;
  }

  /** Where it wants to be reached instead of where its datagrams come from; at most 4 addresses. */
  public AgentBuilder advertise(InetAddress... addresses) {
    advertised = List.of(addresses);
    return this;
  }

  /**
   * Agents beyond the reach of broadcasts, as {@code host:port} with the port each was given by
   * {@link #port}; each side must name the other.
   */
  public AgentBuilder fixedPeers(String... endpoints) {
    for (String endpoint : endpoints) {
      Checks.hostAndPort(endpoint);
    }
    fixedPeers = List.of(endpoints);
    return this;
  }

  /**
   * Where to join the overlay past the subnet, as {@code host:port} of other gateways; a name may
   * have many addresses, and is asked for again and again. One that has seeds is a gateway.
   */
  public AgentBuilder seeds(String... endpoints) {
    for (String endpoint : endpoints) {
      Map.Entry<String, Integer> parts = Checks.hostAndPort(endpoint);
      seeds.add(new Seed(parts.getKey(), parts.getValue()));
    }
    return this;
  }

  /** Whether it is a gateway: a node of the overlay, that its LAN is found by and finds through. */
  public AgentBuilder gateway(boolean gateway) {
    isGateway = gateway;
    return this;
  }

  /** Whether it beacons at all: where broadcasts are forbidden, seeds alone make a network. */
  public AgentBuilder presence(boolean presence) {
    hasPresence = presence;
    return this;
  }

  /**
   * Keeps everybody of these services, or who offers these types, on other networks among the
   * peers, with the same events; they have the source GATEWAY and a site. {@code members()} stays
   * what is alike on all of a network, and is without them.
   */
  public AgentBuilder wide(String... services) {
    for (String each : services) {
      if (each.isEmpty()) {
        throw new IllegalArgumentException("a service that is followed must have a name");
      }
    }
    wide = List.of(services);
    return this;
  }

  /** Who decides between two contacts of one id; all of an overlay should have the same. */
  public AgentBuilder arbiter(Arbiter arbiter) {
    overlay = overlay.withArbiter(Objects.requireNonNull(arbiter, "arbiter"));
    return this;
  }

  /** How many nodes of the overlay hold a contact, and how many a bucket has; 20 by default. */
  public AgentBuilder k(int k) {
    overlay = overlay.with(k, overlay.alpha());
    return this;
  }

  /** How many requests of a lookup in the overlay run at once; 5 by default. */
  public AgentBuilder alpha(int alpha) {
    overlay = overlay.with(overlay.k(), alpha);
    return this;
  }

  /** How many contacts are remembered that were found, or told by the application; 1,000. */
  public AgentBuilder cacheSize(int contacts) {
    overlay = overlay.withCacheSize(contacts);
    return this;
  }

  /** Remembers no contact: each is looked for anew. */
  public AgentBuilder noCache() {
    return cacheSize(0);
  }

  /** Whether it stays within this host: for tests, with a beacon port of their own. */
  public AgentBuilder loopback(boolean loopback) {
    isLoopback = loopback;
    return this;
  }

  /** Lets it do this too, for as long as it runs. */
  public AgentBuilder with(Extension extension) {
    if (!(extension instanceof Plugin<?, ?, ?> plugin)) {
      throw new IllegalArgumentException(extension + " was not made by a module of Pharos");
    }
    plugins.add(plugin);
    return this;
  }

  /** Whether it only listens: it sees its peers, and nobody sees it. */
  public AgentBuilder observer(boolean observer) {
    isObserver = observer;
    return this;
  }

  /** Whether it says goodbye by itself when the JVM ends. */
  public AgentBuilder closeAtExit(boolean closesAtExit) {
    this.closesAtExit = closesAtExit;
    return this;
  }

  /**
   * Whether it logs who comes and goes, to {@code pharos.story}: of several agents in one program
   * one is enough.
   */
  public AgentBuilder story(boolean told) {
    tellsStory = told;
    return this;
  }

  /** The context to open its sockets in, not a shadow; close the agent before it. */
  public AgentBuilder context(ZContext context) {
    if (!context.isMain()) {
      throw new IllegalArgumentException("the context is a shadow: pass the one it was made from");
    }
    this.context = context;
    return this;
  }

  /**
   * What runs the call backs, one at a time, instead of a thread of the agent's own. End it after
   * the agent. An agent never waits for it but at its end, for a second at most.
   */
  public AgentBuilder callbacks(Executor executor) {
    callbacks = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * The time, instead of this machine's: both are asked from any thread.
   *
   * @param clock for dates, and for the number of this run
   * @param nanoTime runs as fast as {@link System#nanoTime}, but may begin anywhere
   */
  public AgentBuilder clock(InstantSource clock, LongSupplier nanoTime) {
    world = new World(nanoTime, clock, world.random());
    return this;
  }

  /**
   * Chance, instead of a {@link java.security.SecureRandom}: who can guess it can forge what others
   * believe of this agent. For this agent alone, since it is used by one thread at a time.
   */
  public AgentBuilder random(RandomGenerator random) {
    world = new World(world.nanoTime(), world.clock(), random);
    return this;
  }

  /** The time between two beacons when there is no crowd: 50 ms to 54 s, 1 s by default. */
  public AgentBuilder interval(Duration interval) {
    Checks.range("interval", interval, MIN_INTERVAL, MAX_INTERVAL);
    this.interval = interval;
    return this;
  }

  /**
   * How long another may take to answer over TCP before it is asked again: 100 ms to 30 s, 1 s by
   * default. More is for networks and hosts that are slow; a crash is noticed no later by it.
   */
  public AgentBuilder questionTimeout(Duration timeout) {
    Checks.range("questionTimeout", timeout, MIN_QUESTION_TIMEOUT, MAX_QUESTION_TIMEOUT);
    questionTimeout = timeout;
    return this;
  }

  /**
   * For how long {@link Agent#isIsolated an isolated agent} judges nobody: up to an hour, 60 s by
   * default. With 0 it takes others for gone that it does not hear, whoever is to blame.
   */
  public AgentBuilder hold(Duration hold) {
    Checks.range("hold", hold, Duration.ZERO, MAX_HOLD);
    this.hold = hold;
    return this;
  }

  /** How many beacons a second all agents of a network may send together; 500 by default. */
  public AgentBuilder beaconsPerSecond(int budget) {
    Checks.range("beaconsPerSecond", budget, 1, 100_000);
    budgetPerSecond = budget;
    return this;
  }

  /** How many peers are kept, those gone or not yet met included; 20,000 by default. */
  public AgentBuilder maxPeers(int peers) {
    Checks.range("maxPeers", peers, 1, 1_000_000);
    maxPeers = peers;
    return this;
  }

  /** As {@link Agent#onObservation} tells it, and from the start on: no arrival is missed. */
  public AgentBuilder onObservation(Consumer<Observation> callback) {
    observers.add(callback);
    return this;
  }

  /**
   * Opens the ports and begins.
   *
   * @throws IllegalArgumentException when two settings make no sense together
   * @throws StartException when a port cannot be had, naming it and what to do
   */
  public Agent start() {
    checkTogether();
    NodeId chosen = id == null ? NodeId.random(world.random()) : id;
    LoopSettings settings =
        new LoopSettings(
            chosen,
            id != null,
            name == null ? defaultName(chosen) : name,
            service,
            Beacon.clusterHash(cluster),
            keys,
            advertised,
            isLoopback ? InterfaceFilter.loopback() : InterfaceFilter.of(interfaces),
            isLoopback,
            beaconPort,
            firstPort,
            lastPort,
            fixedPeers.stream().map(AgentBuilder::resolved).toList(),
            seeds,
            hasPresence,
            new GatewaySettings(isNode(), wide, overlay.withBytes(gatewayBytes())),
            core(),
            world);
    checkFits(settings);
    Agent agent =
        new Agent(
            settings,
            offers,
            plugins,
            Optional.ofNullable(context),
            Optional.ofNullable(callbacks),
            new Story(tellsStory));
    observers.forEach(agent::onObservation);
    agent.start(closesAtExit);
    return agent;
  }

  /** A gateway keeps for others what makes up no more than a third of the heap, all in all. */
  private static long gatewayBytes() {
    return Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 4);
  }

  private boolean isNode() {
    return isGateway || !seeds.isEmpty();
  }

  private Settings core() {
    return new Settings(
        interval.toNanos(),
        budgetPerSecond,
        maxPeers,
        isObserver,
        questionTimeout.toNanos(),
        hold.toNanos());
  }

  private void checkTogether() {
    if (interval.toNanos() * (double) budgetPerSecond < 1e9) {
      throw Checks.nonsense(
          "interval " + Checks.inWords(interval),
          "beaconsPerSecond " + budgetPerSecond,
          "a single agent would send more than that");
    }
    if (isObserver && !offers.isEmpty()) {
      throw Checks.nonsense("observer", "offer " + offers.get(0).type(), "nobody sees an observer");
    }
    if (!hasPresence && !isNode()) {
      throw Checks.nonsense("presence off", "no seeds", "it would never meet anybody");
    }
    if (isObserver && isNode()) {
      throw Checks.nonsense("observer", "gateway", "nobody sees an observer");
    }
    pharos.kademlia.Settings usual = pharos.kademlia.Settings.defaults();
    if (!isNode() && (overlay.k() != usual.k() || overlay.alpha() != usual.alpha())) {
      throw Checks.nonsense(
          "k " + overlay.k() + " with alpha " + overlay.alpha(),
          "no gateway",
          "only a node of the overlay looks up by itself");
    }
    if (isLoopback && !interfaces.isEmpty()) {
      throw Checks.nonsense("loopback", "interfaces " + interfaces, "it uses the loopback alone");
    }
    if (isLoopback && !fixedPeers.isEmpty()) {
      throw Checks.nonsense("loopback", "fixedPeers " + fixedPeers, "it stays within this host");
    }
    if (firstPort == lastPort && firstPort == beaconPort) {
      throw Checks.nonsense(
          "port " + firstPort,
          "beaconPort " + beaconPort,
          "its own UDP port has the number of its TCP port, and that one is shared");
    }
  }

  /** Names and addresses must leave room for a signature, even in a farewell. */
  private static void checkFits(LoopSettings settings) {
    Beacon.Builder beacon =
        Beacon.of(settings.id())
            .name(settings.name())
            .service(settings.service())
            .incarnation(1)
            .udpPort(1)
            .solicit(1)
            .echo(1);
    settings.advertised().forEach(beacon::address);
    beacon.build();
  }

  /** Four letters of the id, so that equal programs can be told apart. */
  private String defaultName(NodeId id) {
    StringBuilder letters = new StringBuilder("-");
    byte[] bytes = id.toBytes();
    for (int i = 0; i < 4; i++) {
      letters.append((char) ('a' + Byte.toUnsignedInt(bytes[i]) % 26));
    }
    String first = service.isEmpty() ? "agent" : service.toLowerCase(Locale.ROOT);
    boolean isLong = first.getBytes(StandardCharsets.UTF_8).length + letters.length() > NAME_BYTES;
    return (isLong ? "agent" : first) + letters;
  }

  private static InetSocketAddress resolved(String endpoint) {
    Map.Entry<String, Integer> parts = Checks.hostAndPort(endpoint);
    try {
      return new InetSocketAddress(InetAddress.getAllByName(parts.getKey())[0], parts.getValue());
    } catch (UnknownHostException e) {
      throw new StartException("the fixed peer " + endpoint + " has a name that nobody knows", e);
    }
  }
}
