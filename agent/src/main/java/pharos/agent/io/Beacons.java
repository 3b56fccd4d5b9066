package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.core.AgentCore;
import pharos.agent.core.Subnet;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.BeaconKey;
import pharos.beacon.BeaconView;
import pharos.beacon.Interfaces;
import pharos.beacon.Link;
import pharos.beacon.Presence;
import pharos.beacon.io.BeaconSockets;
import pharos.beacon.io.Ports;
import pharos.beacon.io.Receiver;
import pharos.beacon.io.SendFailure;
import pharos.beacon.io.SystemInterfaces;

/** The UDP side of an agent: its sockets, the codec, and the interfaces as they come and go. */
final class Beacons implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Beacons.class);

  /** A link that comes up is used by then; to look takes 0.3 ms, and 5 ms among 100 interfaces. */
  private static final long RESCAN_NS = TimeUnit.SECONDS.toNanos(1);

  /** Where it takes long it is done less often: it may take one part in so many of the time. */
  private static final long RESCAN_SHARE = 200;

  private static final long MAX_RESCAN_NS = TimeUnit.SECONDS.toNanos(2);

  /** One that is soon due comes along when the loop is awake anyway. */
  private static final long RESCAN_EARLY_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** After a failure it is looked sooner, and then ever less often, up to the usual pace. */
  private static final long FIRST_RESCAN_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** A stalled agent may have a whole receive buffer to read before its timers may run. */
  private static final int MAX_ROUNDS = 32;

  private final LoopSettings settings;
  private final BeaconCodec codec;
  private final BeaconView view = new BeaconView();
  private final ByteBuffer datagram = ByteBuffer.allocateDirect(BeaconCodec.MAX_LENGTH);
  private final BeaconSockets sockets;
  private volatile Interfaces interfaces;
  private long rescanNs;
  private long rescanGapNs = RESCAN_NS;
  private boolean isFailing;
  private @Nullable Overhearing overhearing;
  private final OwnEcho echo = new OwnEcho();
  private final Sometimes failing = new Sometimes();
  private final Sometimes changing = new Sometimes();

  Beacons(LoopSettings settings, int tcpPort, long nowNs) throws IOException {
    this.settings = settings;
    codec = new BeaconCodec(settings.keys().toArray(BeaconKey[]::new));
    interfaces = Interfaces.choose(SystemInterfaces.list(), settings.filter());
    sockets =
        BeaconSockets.open(
            settings.hasPresence() ? interfaces : Interfaces.none(),
            Ports.DEFAULT.withShared(settings.beaconPort()).wishingOwn(tcpPort));
    rescanNs = nowNs + RESCAN_NS;
    interfaces.explain().forEach(entry -> log.debug("interface {}", entry));
    if (interfaces.links().isEmpty()) {
      log.warn("no network interface can be used now: {}", interfaces.explain());
    }
  }

  /** Hears each beacon beside the core. */
  interface Overhearing {
    void onBeacon(InetAddress from, boolean isShared, Presence presence);
  }

  /** Who does so in this turn; usually nobody. */
  void overhear(@Nullable Overhearing by) {
    overhearing = by;
  }

  Receiver shared() {
    return sockets.shared();
  }

  Receiver own() {
    return sockets.own();
  }

  Interfaces interfaces() {
    return interfaces;
  }

  /** How many datagrams were no beacons of ours, for whatever reason. */
  BeaconCodec codec() {
    return codec;
  }

  /** How many datagrams were longer than any of ours. */
  long oversize() {
    return own().oversize() + shared().oversize();
  }

  /** How often receiving failed. */
  long errors() {
    return own().errors() + shared().errors();
  }

  /** The networks whose hosts may be answered. */
  List<Subnet> subnets() {
    List<Subnet> subnets = new ArrayList<>();
    for (Link link : interfaces.links()) {
      subnets.add(new Subnet(link.address(), link.prefix()));
    }
    for (InetSocketAddress fixed : settings.fixed()) {
      subnets.add(Subnet.ofHost(fixed.getAddress()));
    }
    return subnets;
  }

  boolean isOnLink(InetAddress address) {
    return interfaces.links().stream().anyMatch(link -> link.isOnLink(address));
  }

  /** Hands in what has arrived. */
  void receive(AgentCore core) {
    receive(sockets.own(), core);
    if (receive(sockets.shared(), core) && echo.hears()) {
      log.warn("broadcasts arrive at UDP port {} again", settings.beaconPort());
    }
  }

  /** Whether anything had arrived. */
  private boolean receive(Receiver receiver, AgentCore core) {
    boolean isShared = receiver == sockets.shared();
    int received = Receiver.MAX_DRAINED;
    int rounds = 0;
    while (rounds < MAX_ROUNDS && received == Receiver.MAX_DRAINED) {
      received = receiver.receive((bytes, from) -> onDatagram(bytes, from, isShared, core));
      rounds++;
    }
    return rounds > 1 || received > 0;
  }

  private void onDatagram(
      ByteBuffer bytes, InetSocketAddress from, boolean isShared, AgentCore core) {
    if (settings.hasPresence() && codec.check(bytes, view) == null) {
      if (overhearing != null) {
        overhearing.onBeacon(from.getAddress(), isShared, view);
      }
      core.onDatagram(view, from);
    }
  }

  /** Tells everybody: by broadcast, and those who are named by address by unicast. */
  void broadcast(Beacon beacon, long nowNs) {
    encode(beacon);
    List<SendFailure> failures = sockets.broadcast(datagram);
    for (InetSocketAddress to : settings.fixed()) {
      sockets.send(datagram, to);
    }
    if (failures.size() < sockets.links().size() && echo.misses()) {
      log.warn(
          "not even our own broadcasts arrive at UDP port {}: does a firewall of this host reject"
              + " them? Nobody can be seen until it lets them in",
          settings.beaconPort());
    }
    if (!failures.isEmpty() && !isFailing) {
      long held = failing.pass(nowNs);
      if (held >= 0) {
        log.info(
            "a broadcast did not leave by every interface{}: {}",
            Sometimes.andMore(held),
            failures);
      }
      rescanGapNs = FIRST_RESCAN_NS;
      rescanNs = Math.min(rescanNs, nowNs + rescanGapNs);
    }
    isFailing = !failures.isEmpty();
  }

  void send(Beacon beacon, InetSocketAddress to) {
    encode(beacon);
    sockets.send(datagram, to).ifPresent(failure -> log.debug("not sent: {}", failure));
  }

  /** The beacon as bytes, which are good until the next one. */
  ByteBuffer encode(Beacon beacon) {
    datagram.clear();
    codec.encode(beacon, datagram);
    return datagram.flip();
  }

  long nextInNs(long nowNs) {
    return Math.max(0, rescanNs - nowNs);
  }

  /** Looks for interfaces that came or went, when it is time to; returns whether any did. */
  boolean rescan(AgentCore core, long nowNs) {
    if (rescanNs - nowNs > Math.min(RESCAN_EARLY_NS, rescanGapNs / 4)) {
      return false;
    }
    boolean isChanged = false;
    long beforeNs = settings.world().nowNs();
    try {
      isChanged = take(Interfaces.choose(SystemInterfaces.list(), settings.filter()), core, nowNs);
    } catch (IOException e) {
      log.debug("the interfaces cannot be listed now", e);
      isFailing = true;
    }
    long tookNs = settings.world().nowNs() - beforeNs;
    long usualGapNs = Math.max(RESCAN_NS, Math.min(MAX_RESCAN_NS, tookNs * RESCAN_SHARE));
    rescanGapNs = isFailing ? Math.min(usualGapNs, rescanGapNs * 2) : usualGapNs;
    rescanNs = nowNs + rescanGapNs;
    return isChanged;
  }

  private boolean take(Interfaces now, AgentCore core, long nowNs) {
    Interfaces.Change change = now.since(interfaces);
    if (!change.isEmpty() || isFailing) {
      interfaces = now;
      List<SendFailure> failures = sockets.update(settings.hasPresence() ? now : Interfaces.none());
      isFailing = !failures.isEmpty();
    }
    if (change.isEmpty()) {
      return false;
    }
    long held = changing.pass(nowNs);
    if (held >= 0) {
      log.info(
          "interfaces changed{}: came {}, went {}",
          Sometimes.andMore(held),
          change.came(),
          change.went());
    }
    core.onInterfaces(subnets(), !change.came().isEmpty());
    return true;
  }

  @Override
  public void close() {
    sockets.close();
  }
}
