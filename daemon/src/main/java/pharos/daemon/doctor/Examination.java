package pharos.daemon.doctor;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import pharos.agent.core.Sight;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.Interfaces;
import pharos.beacon.NodeId;

/**
 * Gathers the facts: sends and hears beacons as one that only listens, on the port that all share,
 * and measures the ways to a few others meanwhile. Takes some seconds, whatever the network does.
 * For one thread.
 */
public final class Examination implements AutoCloseable {
  /** So many others are measured where none was named. */
  static final int MAX_LEGS = 3;

  private static final long SETTLE_MS = 1_000;
  private static final long BROADCAST_GAP_MS = 250;
  private static final long PROBE_GAP_MS = 200;

  /** Both kinds of question in one moment would be taken for one. */
  private static final long PROBE_OFFSET_MS = 110;

  /** Ends all, whatever the threads of the legs do. */
  private static final long MOST_MS = 20_000;

  private static final long NEIGHBOURS_GAP_MS = 200;
  private static final long HEAR_MS = 10;
  private static final int LOCAL_CONNECT_MS = 500;

  /**
   * How it shall be done.
   *
   * @param isWithin whether nothing but this host is looked at
   * @param wanted whom to measure; empty for those that are heard
   * @param listenMs for how long to listen at least
   */
  public record Plan(
      InterfaceFilter filter,
      boolean isWithin,
      int beaconPort,
      int cluster,
      Optional<Wanted> wanted,
      long listenMs) {}

  /**
   * Somebody to measure.
   *
   * @param text as it was typed
   * @param address if it is one
   * @param tcpPort where it answers; 0 when that was not told
   */
  public record Wanted(String text, Optional<InetAddress> address, int tcpPort) {}

  private final Plan plan;
  private final long beganNs = System.nanoTime();
  private final Station station;
  private final Air air;
  private final Asking asking = new Asking();
  private final Map<LegProbe, Target> legs = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<InetAddress, Integer> probes = new HashMap<>();
  private final Doubles doubles;
  private volatile boolean isArpAsked;
  private int broadcasts;

  /**
   * Whom a leg leads to.
   *
   * @param id which agent there, if one was heard
   */
  private record Target(
      String name,
      InetAddress address,
      Optional<NodeId> id,
      boolean isWanted,
      boolean isLocalAgents) {}

  /** Opens the sockets; where the port cannot be had that is one of the facts. */
  public Examination(Plan plan) throws IOException {
    this.plan = plan;
    station = new Station(plan.filter(), plan.beaconPort(), plan.cluster());
    air = station.air;
    doubles = new Doubles(station.ways);
  }

  /**
   * Examines.
   *
   * @throws IOException when nobody of the name that was wanted is heard or known
   */
  public Facts run() throws IOException {
    try (ServerSocket local = new ServerSocket(0)) {
      start("arp", () -> isArpAsked = doubles.askAll());
      listen(SETTLE_MS);
      choose(local.getLocalPort());
      listen(Math.max(plan.listenMs() - SETTLE_MS, 0));
      boolean isRoot = HostFacts.isLinux() && HostFacts.isRoot();
      List<Facts.Leg> measured = measured();
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
      long nowMs = System.currentTimeMillis();
      return new Facts(
          new Facts.Own(
              System.getProperty("os.name", ""),
              isRoot,
              isArpAsked,
              plan.isWithin(),
              plan.beaconPort(),
              plan.cluster(),
              tookMs,
              nowMs,
              nowMs - station.incarnation - tookMs),
          ways(),
          unused(),
          HostFacts.holders(plan.beaconPort(), station.failure),
          HostFacts.firewall(plan.beaconPort(), localAgents(), nics(), isRoot),
          air.heard(),
          air.sources(),
          air.clones(),
          doubles.found(measured, air.heard()),
          measured);
    }
  }

  // Sending and hearing.

  /** For so long, and until the legs are measured. */
  private void listen(long forMs) throws IOException {
    long startNs = System.nanoTime();
    long broadcastNs = startNs;
    long probeNs = startNs + TimeUnit.MILLISECONDS.toNanos(PROBE_OFFSET_MS);
    long neighboursNs = startNs;
    while (true) {
      long nowNs = System.nanoTime();
      if (isOver(nowNs - startNs, nowNs - beganNs, forMs)) {
        return;
      }
      if (nowNs - broadcastNs >= 0) {
        broadcastNs = nowNs + TimeUnit.MILLISECONDS.toNanos(BROADCAST_GAP_MS);
        broadcast();
      }
      if (nowNs - probeNs >= 0) {
        probeNs = nowNs + TimeUnit.MILLISECONDS.toNanos(PROBE_GAP_MS);
        probe();
      }
      if (nowNs - neighboursNs >= 0) {
        neighboursNs = nowNs + TimeUnit.MILLISECONDS.toNanos(NEIGHBOURS_GAP_MS);
        doubles.seeNeighbours();
      }
      station.hear(HEAR_MS);
    }
  }

  private boolean isOver(long sinceStartNs, long sinceBeganNs, long forMs) {
    boolean isBusy = threads.stream().anyMatch(Thread::isAlive);
    return sinceBeganNs >= TimeUnit.MILLISECONDS.toNanos(MOST_MS)
        || (sinceStartNs >= TimeUnit.MILLISECONDS.toNanos(forMs) && !isBusy);
  }

  private void broadcast() {
    if (station.broadcast()) {
      broadcasts++;
      legs.keySet().forEach(it -> it.broadcasts.addAndGet(it.isListenedTo() ? 1 : 0));
    }
  }

  /** Asks those who are measured one by one; one whose own port is unknown at everybody's. */
  private void probe() {
    plan.wanted()
        .flatMap(Wanted::address)
        .filter(address -> legs.isEmpty())
        .ifPresent(address -> station.probe(address, plan.beaconPort()));
    legs.forEach(
        (leg, target) -> {
          int port = heard(target).map(Facts.Heard::udpPort).orElse(plan.beaconPort());
          leg.unicasts.addAndGet(leg.isListenedTo() ? 1 : 0);
          probes.merge(target.address(), leg.isIntroduced() ? 1 : 0, Integer::sum);
          station.probe(target.address(), port);
        });
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, "pharos-" + name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  // Whom to measure.

  /** The agent as it was heard: the very one, or whoever speaks at that address. */
  private Optional<Facts.Heard> heard(Target target) {
    int port = target.isWanted() ? plan.wanted().map(Wanted::tcpPort).orElse(0) : 0;
    return air.heard().stream()
        .filter(it -> it.address().equals(target.address()) && it.tcpPort() != 0)
        .filter(it -> target.id().isEmpty() || target.id().get().equals(it.id()))
        .filter(it -> port == 0 || port == it.tcpPort())
        .findFirst();
  }

  private void choose(int ownLocalPort) throws IOException {
    List<Integer> locals = localAgents();
    int localPort = locals.isEmpty() ? ownLocalPort : locals.get(0);
    for (Target target : targets(!locals.isEmpty())) {
      int port =
          target.isWanted() && plan.wanted().orElseThrow().tcpPort() != 0
              ? plan.wanted().orElseThrow().tcpPort()
              : heard(target).map(Facts.Heard::tcpPort).orElse(0);
      int mtu =
          station.ways.values().stream()
              .mapToInt(Sight.Way::mtu)
              .filter(it -> it < 20_000)
              .max()
              .orElse(0);
      LegProbe leg =
          new LegProbe(
              asking, target.address(), port, station.self, station.introduction(), localPort, mtu);
      legs.put(leg, target);
      start("leg-" + legs.size(), leg::run);
    }
  }

  private List<Target> targets(boolean isLocalAgents) throws IOException {
    if (plan.wanted().isPresent()) {
      return List.of(wanted(plan.wanted().get(), isLocalAgents));
    }
    Map<NodeId, Facts.Heard> others = new LinkedHashMap<>();
    for (Facts.Heard it : air.heard()) {
      if (!it.isHere() && it.tcpPort() != 0 && it.cluster() == plan.cluster()) {
        others.merge(it.id(), it, (one, other) -> isIpv4(one.address()) ? one : other);
      }
    }
    return others.values().stream()
        .limit(MAX_LEGS)
        .map(it -> new Target(it.shown(), it.address(), Optional.of(it.id()), false, isLocalAgents))
        .toList();
  }

  private static boolean isIpv4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  private Target wanted(Wanted wanted, boolean isLocalAgents) throws IOException {
    if (wanted.address().isPresent()) {
      return new Target(
          wanted.text(), wanted.address().get(), Optional.empty(), true, isLocalAgents);
    }
    Optional<Facts.Heard> named =
        air.heard().stream()
            .filter(
                it ->
                    it.name().equals(wanted.text())
                        || it.id().toShortString().equals(wanted.text()))
            .min(Comparator.comparing(it -> !isIpv4(it.address())));
    if (named.isPresent()) {
      Facts.Heard it = named.get();
      return new Target(wanted.text(), it.address(), Optional.of(it.id()), true, isLocalAgents);
    }
    InetAddress address = InetAddress.getByName(wanted.text());
    return new Target(wanted.text(), address, Optional.empty(), true, isLocalAgents);
  }

  private List<Integer> localAgents() {
    return air.heard().stream()
        .filter(it -> it.isHere() && it.tcpPort() != 0 && it.cluster() == plan.cluster())
        .map(Facts.Heard::tcpPort)
        .filter(
            port ->
                LegProbe.connect(InetAddress.getLoopbackAddress(), port, LOCAL_CONNECT_MS)
                    == Facts.Tried.ANSWERED)
        .distinct()
        .toList();
  }

  // What was gathered.

  private List<Facts.Leg> measured() {
    Map<String, String> table = HostFacts.neighbours();
    List<Facts.Leg> measured = new ArrayList<>();
    legs.forEach(
        (leg, target) ->
            measured.add(
                leg.leg(
                    target.name(),
                    target.isWanted(),
                    heard(target),
                    probes.getOrDefault(target.address(), 0),
                    air.echoes(target.address()),
                    table,
                    target.isLocalAgents())));
    return measured;
  }

  private List<Facts.Way> ways() {
    return station.ways.values().stream()
        .map(
            way ->
                new Facts.Way(
                    way,
                    broadcasts,
                    air.heardBack(way.address()),
                    station.failures.getOrDefault(way.address(), "")))
        .toList();
  }

  private List<String> unused() {
    return station.interfaces.explain().stream()
        .filter(it -> it.link().isEmpty())
        .map(Interfaces.Entry::toString)
        .toList();
  }

  private List<String> nics() {
    return station.ways.values().stream()
        .filter(it -> isIpv4(it.address()))
        .map(Sight.Way::nic)
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    asking.close();
    station.close();
  }
}
