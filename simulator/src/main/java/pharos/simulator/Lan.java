package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Identity;
import pharos.agent.core.Settings;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Decoded;
import pharos.beacon.NodeId;

/**
 * A simulated network segment with hosts and programs on it. Nothing here reads a clock or draws
 * from unseeded chance: one seed is one run. For one thread.
 */
final class Lan {
  /** The wall clock at the beginning, in milliseconds: it only makes incarnations. */
  static final long EPOCH_MS = 1_760_000_000_000L;

  private static final long MS = 1_000_000;
  private static final int SENDER_PORT = 40_000;

  /** So often an agent looks at its interfaces. */
  private static final long RESCAN_NS = 2_000 * MS;

  /** What so many receivers know of a sender fits into the caches. */
  private static final int ROUND = 64;

  /** What lies past this segment; null for one that stands alone. */
  private final @Nullable Network network;

  /** Which segment of its network this is; 0 for one that stands alone. */
  private final int number;

  private final Agenda agenda;
  private final SplittableRandom random;
  private final Trace trace;
  private final Traffic traffic = new Traffic();
  private final List<Host> hosts = new ArrayList<>();
  private final Map<InetAddress, Host> byAddress = new HashMap<>();
  private final List<Program> programs = new ArrayList<>();
  private final Map<Program, InetSocketAddress> senders = new HashMap<>();
  private final BeaconCodec codec = new BeaconCodec();
  private final ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Stranger> strangers = new ArrayList<>();
  private final Tcp tcp = new Tcp(this);
  private final Ailments ailments = new Ailments();
  private Settings settings = Settings.defaults();
  private Weather weather = Weather.FAIR;
  private boolean isIdFixed;

  /** Who wants to know what happens to programs. */
  public interface Listener {
    /** The machines of this program are told something. */
    default void told(Program program, Change change) {}

    /** Its application is: the same, but for who comes back again and again. */
    default void shown(Program program, Change change) {}

    /** A program ended. */
    default void ended(Program program) {}

    /** From here on this program, its host or its network was not well. */
    default void disturbed(Program program) {}

    /** A program that had stood still goes on. */
    default void resumed(Program program) {}

    /** A program hears nobody any more where others were, or does again. */
    default void isolated(Program program, boolean isIsolated) {}

    /** A program took another id. */
    default void renamed(Program program) {}
  }

  Lan(@Nullable Network network, int number, Agenda agenda, SplittableRandom random, Trace trace) {
    this.network = network;
    this.number = number;
    this.agenda = agenda;
    this.random = random;
    this.trace = trace;
  }

  /** A network in which all chance follows from the seed. */
  public static Lan seeded(long seed) {
    return new Lan(null, 0, new Agenda(), new SplittableRandom(seed), new Trace());
  }

  /** The settings of all programs started from now on. */
  public Lan settings(Settings settings) {
    this.settings = settings;
    trace.line(nowNs(), "the interval", "is " + settings.intervalNs() / MS + " ms from here on");
    return this;
  }

  /** Whether the applications of all programs started from now on chose their ids. */
  public Lan fixedIds(boolean isIdFixed) {
    this.isIdFixed = isIdFixed;
    return this;
  }

  /** The weather from now on. */
  public Lan weather(Weather weather) {
    this.weather = weather;
    trace.line(nowNs(), "the weather", "is " + weather);
    return this;
  }

  /** The weather now. */
  public Weather weather() {
    return weather;
  }

  /** Calls this listener too from now on. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** What happened so far, for people. */
  public Trace trace() {
    return trace;
  }

  /** What went over the wire so far. */
  public Traffic traffic() {
    return traffic;
  }

  /** All programs that were ever started, in that order. */
  public List<Program> programs() {
    return programs;
  }

  /** The simulated time since the beginning. */
  public long nowNs() {
    return agenda.nowNs();
  }

  /** Chance for whoever plays on this network; it follows from the same seed. */
  public RandomGenerator random() {
    return random;
  }

  SplittableRandom split() {
    return random.split();
  }

  int number() {
    return number;
  }

  /** What the clock of that host shows, in milliseconds. */
  long dateMs(Host host) {
    return EPOCH_MS + nowNs() / MS + host.clockOffsetMs;
  }

  /** Lets it happen at that time. */
  public void at(long atNs, Runnable happening) {
    agenda.at(atNs, happening);
  }

  /** Lets time pass. */
  public void runFor(long timeNs) {
    agenda.runUntil(agenda.nowNs() + timeNs);
  }

  void in(long delayNs, Runnable happening) {
    agenda.in(delayNs, happening);
  }

  /** Connections on this network. */
  Tcp tcp() {
    return tcp;
  }

  // Programs.

  /** Starts an agent of a new host, with this name and offer. */
  public Program start(String name, Document document) {
    return start(admit(null), name, NodeId.random(random), document, 7_000, 7_000, null);
  }

  /** The same with a machine that the agent drives beside its core. */
  Program start(String name, Document document, Plug<?, ?, ?> plug) {
    return start(admit(null), name, NodeId.random(random), document, 7_000, 7_000, plug);
  }

  /** A new host on this network, of a stranger or of an agent that will start there. */
  Host admit(@Nullable Stranger stranger) {
    Host host =
        new Host(
            this, hosts.size() + 1, address(hosts.size() + 1), network == null ? 8 : 16, stranger);
    hosts.add(host);
    byAddress.put(host.address(), host);
    if (stranger != null && !strangers.contains(stranger)) {
      strangers.add(stranger);
    }
    return host;
  }

  /** Who has this address, here or past the router. */
  @Nullable Host host(InetAddress address) {
    Host host = own(address);
    return host != null || network == null ? host : network.host(address);
  }

  @Nullable Host own(InetAddress address) {
    return byAddress.get(address);
  }

  /** Starts an agent that offers one capability of its own. */
  public Program start(String name) {
    return start(name, document(name));
  }

  /** A document of one capability that tells its owner. */
  public static Document document(String owner) {
    String json = "[{\"type\":\"" + owner + "\",\"port\":7001,\"protocol\":\"tcp\"}]";
    return Document.of(json.getBytes(StandardCharsets.UTF_8));
  }

  /** Starts the program again where a former run of it ended. */
  public Program restart(Program former, boolean keepsId, boolean keepsPorts) {
    Identity was = former.identity;
    int port = keepsPorts ? was.tcpPort() : was.tcpPort() + 1 + random.nextInt(1_000);
    NodeId id = keepsId ? former.core.id() : NodeId.random(random);
    Plug<?, ?, ?> plug = former.plug();
    return start(
        former.host,
        was.name(),
        id,
        document(was.name()),
        port,
        port,
        plug == null ? null : plug.anew());
  }

  private Program start(
      Host host,
      String name,
      NodeId id,
      Document document,
      int tcpPort,
      int udpPort,
      @Nullable Plug<?, ?, ?> plug) {
    boolean isNode = plug != null && plug.isNode();
    Identity identity =
        new Identity(
            id, isIdFixed, dateMs(host) + 1, name, "Sim", 0, tcpPort, udpPort, isNode, List.of());
    Program program = new Program(this, host, settings, identity, document, plug);
    host.programs.removeIf(former -> !former.isRunning());
    host.programs.add(program);
    host.runs.add(program);
    programs.add(program);
    senders.put(
        program, new InetSocketAddress(host.address(), SENDER_PORT + programs.size() % 20_000));
    program.start();
    return program;
  }

  private InetAddress address(int host) {
    int second = network == null ? host >> 16 : number;
    try {
      return InetAddress.getByAddress(
          new byte[] {10, (byte) second, (byte) (host >> 8), (byte) host});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The program dies; its host lives, and refuses in its name. */
  public void kill(Program program) {
    trace(program, "is killed");
    program.end(true);
  }

  /** Like a container that is removed: connections end, then nothing is there any more. */
  public void killWithNetwork(Program program) {
    trace(program, "is killed with its network");
    program.end(true);
    // The kernel's goodbyes are on their way already.
    program.host.isPluggedIn = false;
  }

  /** The cable is pulled; the agents of that host see it within the time of a rescan. */
  public void unplug(Program program) {
    trace(program, "is unplugged");
    Host host = program.host;
    host.isPluggedIn = false;
    host.programs.forEach(this::disturbed);
    seeLinks(host);
  }

  /** The cable is back, and they see it likewise, be they other runs by now. */
  public void plugIn(Program program) {
    trace(program, "is plugged in");
    Host host = program.host;
    host.isPluggedIn = true;
    host.programs.forEach(this::disturbed);
    seeLinks(host);
  }

  /** What they see is how it is then, not how it was. */
  private void seeLinks(Host host) {
    for (Program run : host.programs) {
      agenda.in(
          random.nextLong(RESCAN_NS),
          () ->
              run.deliver(
                  () -> {
                    boolean isNew = host.isPluggedIn && !run.isLinkSeen;
                    if (host.isPluggedIn != run.isLinkSeen) {
                      run.isLinkSeen = host.isPluggedIn;
                      run.core.onInterfaces(host.subnets(), isNew);
                    }
                  }));
    }
  }

  /** The host's clock is set by this much; only incarnations read it. */
  public void stepClock(Program program, long byMs) {
    trace(program, "has its clock set by " + byMs + " ms");
    program.host.clockOffsetMs += byMs;
  }

  /** These programs' hosts and all others no longer hear each other. */
  public void partition(List<Program> side) {
    List<String> names = side.stream().map(Program::name).distinct().toList();
    String whom = names.size() + " of its " + hosts.size() + " hosts: " + String.join(" ", names);
    trace.line(nowNs(), "the network", "loses " + whom);
    side.forEach(program -> program.host.group = 1);
    programs.forEach(this::disturbed);
  }

  /** This program' host hears nothing, though all hear it. */
  public void deafen(Program program) {
    trace(program, "hears nothing any more");
    program.host.isDeaf = true;
    programs.forEach(this::disturbed);
  }

  /** A firewall refuses in the name of this program's host, which is heard all the same. */
  public void wallOff(Program program) {
    trace(program, "is behind a firewall");
    program.host.isWalledOff = true;
    disturbed(program);
  }

  /** The same of datagrams alone: connections pass. */
  void wallOffDatagrams(Program program) {
    trace(program, "is behind a firewall for datagrams");
    program.host.isWalledOff = true;
    program.host.passesConnections = true;
    disturbed(program);
  }

  /** A firewall drops new connections to this program's host, which hears and is heard. */
  public void shut(Program program) {
    trace(program, "takes no connections and refuses none");
    program.host.isShut = true;
  }

  /** Whatever was partitioned is whole again, and no firewall refuses any more. */
  public void heal() {
    trace.line(nowNs(), "the network", "is whole again");
    hosts.forEach(
        host -> {
          host.group = 0;
          host.isDeaf = false;
          host.isMute = false;
          host.isWalledOff = false;
          host.passesConnections = false;
          host.isShut = false;
        });
    ailments.healAll();
    ailments.holding().forEach(this::release);
    for (Program program : programs) {
      program.isAlwaysWalledOff = false;
      disturbed(program);
    }
  }

  // What is wrong with one host, or with a pair.

  /** Nobody hears this program's host any more, though it hears all. */
  public void mute(Program program) {
    trace(program, "is heard by nobody any more");
    program.host.isMute = true;
    programs.forEach(this::disturbed);
  }

  /** So much of what this host sends, or is sent, is lost; or of broadcasts alone. */
  public void lose(Ailments.Where where, Program program, double share, boolean broadcastsOnly) {
    lose(where, program, program, share, broadcastsOnly);
  }

  /** The same of what goes between two hosts, either way. */
  public void lose(Program one, Program other, double share, boolean broadcastsOnly) {
    lose(Ailments.Where.BETWEEN, one, other, share, broadcastsOnly);
  }

  private void lose(
      Ailments.Where where, Program one, Program other, double share, boolean broadcastsOnly) {
    String what = Math.round(share * 100) + (broadcastsOnly ? " % of broadcasts " : " % ");
    String whom = where == Ailments.Where.BETWEEN ? other.name() : "";
    trace(one, "loses " + what + where.text + whom);
    ailments.lose(where, one.host, other.host, share, broadcastsOnly);
    programs.forEach(this::disturbed);
  }

  /** Datagrams from and to this host wait until it is released; TCP sends again meanwhile. */
  public void hold(Program program) {
    trace(program, "is held back");
    ailments.hold(program.host);
    programs.forEach(this::disturbed);
  }

  /** What waited arrives at once. */
  public void release(Program program) {
    trace(program, "is released");
    release(program.host);
    programs.forEach(this::disturbed);
  }

  private void release(Host host) {
    ailments.release(host).forEach(delivery -> in(0, delivery));
  }

  /** Its cable is pulled and plugged in again and again for so long, each time for such a while. */
  public void flap(Program program, long fromNs, long toNs, long forNs) {
    long endNs = nowNs() + forNs;
    unplug(program);
    in(fromNs + random.nextLong(toNs - fromNs + 1), () -> flapBack(program, fromNs, toNs, endNs));
  }

  private void flapBack(Program program, long fromNs, long toNs, long endNs) {
    plugIn(program);
    long upNs = fromNs + random.nextLong(toNs - fromNs + 1);
    if (nowNs() + upNs < endNs) {
      in(upNs, () -> flap(program, fromNs, toNs, endNs - nowNs()));
    }
  }

  /** Whatever was wrong with this host alone is mended; a partition stays, and so does a cable. */
  public void heal(Program program) {
    trace(program, "is well again");
    Host host = program.host;
    host.isDeaf = false;
    host.isMute = false;
    host.isWalledOff = false;
    host.passesConnections = false;
    host.isShut = false;
    host.programs.forEach(run -> run.isAlwaysWalledOff = false);
    ailments.heal(host);
    release(host);
    programs.forEach(this::disturbed);
  }

  /** What is lost between these two, for no reason of others, is lost no more. */
  public void heal(Program one, Program other) {
    trace(one, "loses nothing any more between it and " + other.name());
    ailments.heal(one.host, other.host);
    programs.forEach(this::disturbed);
  }

  /** This host is on the side where all are when all is whole; a partition of others stays. */
  void join(Program program) {
    trace(program, "is on the side of most");
    program.host.group = 0;
    disturbed(program);
  }

  /** All hosts hear each other again, as far as they do otherwise. */
  public void healPartition() {
    trace.line(nowNs(), "the network", "is one again");
    hosts.forEach(host -> host.group = 0);
    programs.forEach(this::disturbed);
  }

  /** Whether nothing is lost, of anything or because of anybody. */
  boolean isLossless() {
    return weather.loss() == 0 && ailments.isNone();
  }

  /** Whether these two can talk, both ways. */
  boolean areConnected(Program one, Program other) {
    return connects(one.host, other.host) && connects(other.host, one.host);
  }

  private boolean connects(Host from, Host to) {
    return reaches(from, to) && ailments.connects(from, to);
  }

  /** Whether now and then something gets from the one to the other, and back. */
  boolean mayHear(Program one, Program other) {
    return reaches(one.host, other.host)
        && reaches(other.host, one.host)
        && ailments.loss(one.host, other.host, false) < 1
        && ailments.loss(other.host, one.host, false) < 1;
  }

  /** Whether at least half of the others may hear it, and it them. */
  boolean isHeardByHalf(Program subject) {
    int hearing = 0;
    int others = 0;
    for (Program other : programs()) {
      if (other.isRunning() && other != subject) {
        others++;
        hearing += mayHear(subject, other) ? 1 : 0;
      }
    }
    return 2 * hearing >= others;
  }

  /** Whether they hear each other's broadcasts too, and can ask, so that who is new is found. */
  boolean meet(Program one, Program other) {
    return areConnected(one, other)
        && !one.host.isShut
        && !other.host.isShut
        && ailments.passesBroadcasts(one.host, other.host)
        && ailments.passesBroadcasts(other.host, one.host);
  }

  /** Whether its host hears and is heard on the side where all hosts are when all is whole. */
  boolean isReachable(Program program) {
    Host host = program.host;
    return host.isPluggedIn
        && !host.isDeaf
        && !host.isMute
        && !host.isShut
        && host.group == 0
        && !ailments.isOf(host);
  }

  /** Whether nothing is wrong with its host, nor between that and the other's. */
  boolean mayJudge(Program observer, Program subject) {
    Host host = observer.host;
    return host.isPluggedIn
        && !host.isDeaf
        && !host.isMute
        && host.group == 0
        && !ailments.isOf(host, subject.host);
  }

  boolean reaches(Host from, Host to) {
    if (from.lan != to.lan) {
      return network != null && network.reaches(from, to);
    }
    return from.isPluggedIn
        && (from == to || (to.isPluggedIn && !to.isDeaf && !from.isMute && from.group == to.group));
  }

  void disturbed(Program program) {
    listeners.forEach(listener -> listener.disturbed(program));
  }

  void resumed(Program program) {
    listeners.forEach(listener -> listener.resumed(program));
  }

  void ended(Program program) {
    listeners.forEach(listener -> listener.ended(program));
  }

  void isolated(Program program, boolean isIsolated) {
    trace(program, isIsolated ? "is isolated" : "is isolated no more");
    listeners.forEach(listener -> listener.isolated(program, isIsolated));
  }

  void renamed(Program program) {
    listeners.forEach(listener -> listener.renamed(program));
  }

  void told(Program program, Change change) {
    trace.told(nowNs(), program, change);
    listeners.forEach(listener -> listener.told(program, change));
  }

  void shown(Program program, Change change) {
    listeners.forEach(listener -> listener.shown(program, change));
  }

  void trace(Program program, String what) {
    trace.line(nowNs(), program.name(), what);
  }

  // Datagrams.

  /** One datagram for everybody: those it reaches at the same moment get it in one happening. */
  void broadcast(Program sender, Beacon beacon) {
    broadcast(sender.host, sender(sender), beacon);
  }

  /** The same from any host, with any source: who sends it can write what he likes there. */
  void broadcast(Host sender, InetSocketAddress from, Beacon beacon) {
    traffic.broadcasts++;
    encode(beacon);
    long delayNs = delayNs();
    Program[] receivers = programs.toArray(new Program[0]);
    agenda.in(
        delayNs,
        () -> {
          for (int first = 0; first < receivers.length; first += ROUND) {
            int end = Math.min(first + ROUND, receivers.length);
            pass(sender, from, beacon, receivers, first, end);
          }
          for (Stranger stranger : strangers) {
            if (stranger != sender.stranger) {
              stranger.overhears(beacon, from);
            }
          }
        });
  }

  /**
   * That they expect it is counted for all before the first gets it. That loop is so short that the
   * processor fetches what several receivers know of the sender at a time, instead of waiting for
   * one memory after the other: half of the time of a crowd.
   */
  private void pass(
      Host sender, InetSocketAddress from, Beacon beacon, Program[] receivers, int first, int end) {
    for (int i = first; i < end; i++) {
      traffic.expected += receivers[i].core.shows(beacon) ? 1 : 0;
    }
    for (int i = first; i < end; i++) {
      Program receiver = receivers[i];
      if (receiver.isRunning() && reaches(sender, receiver.host)) {
        pass(sender, true, beacon, from, receiver);
      }
    }
  }

  /** What is wrong with one of the two comes first, then the weather. */
  private void pass(
      Host sender, boolean isBroadcast, Beacon beacon, InetSocketAddress from, Program receiver) {
    if (ailments.isNone()) {
      pass(beacon, from, receiver);
    } else if (!isLost(sender, receiver.host, isBroadcast)) {
      if (ailments.holds(sender, receiver.host)) {
        ailments.keep(sender, receiver.host, () -> pass(beacon, from, receiver));
      } else {
        pass(beacon, from, receiver);
      }
    }
  }

  private boolean isLost(Host from, Host to, boolean isBroadcast) {
    double loss = ailments.loss(from, to, isBroadcast);
    return loss > 0 && random.nextDouble() < loss;
  }

  /** One datagram for one; where no program holds the port, its host may refuse. */
  void send(Program sender, Beacon beacon, InetSocketAddress to, Runnable refused) {
    send(sender.host, sender.udpEndpoint(), beacon, to, refused);
  }

  /** The same from any host, with any source. */
  void send(
      Host sender, InetSocketAddress from, Beacon beacon, InetSocketAddress to, Runnable refused) {
    traffic.unicasts++;
    encode(beacon);
    agenda.in(
        delayNs(),
        () -> {
          Host host = host(to.getAddress());
          if (host == null || !reaches(sender, host)) {
            return;
          }
          if (host.lan != this) {
            cross(beacon, from, to, host);
            return;
          }
          Program receiver = host.byUdpPort(to.getPort());
          if (host.stranger != null && host.stranger.takes(beacon, from, to)) {
            return;
          }
          if (receiver != null && !host.isWalledOff) {
            pass(sender, false, beacon, from, receiver);
          } else if (host.mayRefuse(nowNs()) && refusalPasses(host, sender)) {
            agenda.in(delayNs(), refused);
          }
        });
  }

  private boolean refusalPasses(Host from, Host to) {
    return random.nextDouble() >= weather.loss()
        && (ailments.isNone() || (connects(from, to) && !isLost(from, to, false)));
  }

  /** A router passes it, and nobody's refusal comes back: probes are for one's own segment. */
  private void cross(Beacon beacon, InetSocketAddress from, InetSocketAddress to, Host host) {
    if (network == null || network.loses()) {
      return;
    }
    in(
        network.delayNs(),
        () -> {
          Program receiver = host.byUdpPort(to.getPort());
          if (receiver != null && !host.isWalledOff) {
            host.lan.pass(beacon, from, receiver);
          }
        });
  }

  /** Where this program's broadcasts come from. */
  InetSocketAddress sender(Program program) {
    InetSocketAddress sender = senders.get(program);
    if (sender == null) {
      throw new AssertionError(program.name());
    }
    return sender;
  }

  /** Gives a datagram to one receiver, as the weather has it. */
  private void pass(Beacon beacon, InetSocketAddress from, Program receiver) {
    if (weather.loss() > 0 && random.nextDouble() < weather.loss()) {
      return;
    }
    if (weather.corruption() > 0 && random.nextDouble() < weather.corruption()) {
      Beacon garbled = garble(beacon);
      if (garbled != null) {
        receive(garbled, from, receiver);
      }
      return;
    }
    if (weather.reordering() > 0 && random.nextDouble() < weather.reordering()) {
      agenda.in(random.nextLong(weather.lateNs()), () -> receive(beacon, from, receiver));
    } else {
      receive(beacon, from, receiver);
    }
    if (weather.duplication() > 0 && random.nextDouble() < weather.duplication()) {
      agenda.in(random.nextLong(weather.lateNs()), () -> receive(beacon, from, receiver));
    }
  }

  private void receive(Beacon beacon, InetSocketAddress from, Program receiver) {
    traffic.received++;
    receiver.receive(beacon, from);
  }

  private void encode(Beacon beacon) {
    codec.encode(beacon, datagram.clear());
    traffic.bytes += datagram.position();
  }

  /**
   * One wrong bit, as if UDP's check sum were off. A goodbye that only a wrong bit made is left
   * out, and so is a wrong bit in what a goodbye is known by: without a key nothing tells them from
   * true ones.
   */
  private @Nullable Beacon garble(Beacon beacon) {
    encode(beacon);
    datagram.flip();
    int bit = random.nextInt(datagram.limit() * 8);
    datagram.put(bit / 8, (byte) (datagram.get(bit / 8) ^ (1 << bit % 8)));
    Decoded decoded = codec.decode(datagram);
    return decoded instanceof Beacon garbled
            && garbled.isLeaving() == beacon.isLeaving()
            && garbled.goodbye() == beacon.goodbye()
        ? garbled
        : null;
  }

  long delayNs() {
    return weather.latencyNs() + random.nextLong(weather.jitterNs() + 1);
  }

  /** How long a segment of TCP takes from one to the other. */
  long delayNs(Host from, Host to) {
    boolean crosses = from.lan != to.lan && network != null;
    return delayNs() + (crosses && network != null ? network.delayNs() : 0);
  }

  /** Whether this datagram or segment is lost. */
  boolean loses() {
    return random.nextDouble() < weather.loss();
  }

  /** The same of one that may cross a router, and then another segment. */
  boolean loses(Host from, Host to) {
    if (from.lan == to.lan) {
      boolean isLost = loses();
      return isLost || (!ailments.isNone() && isLost(from, to, false));
    }
    boolean isLost = from.lan.loses() || (network != null && network.loses()) || to.lan.loses();
    return isLost || from.lan.isLost(from, to, false) || to.lan.isLost(from, to, false);
  }

  /** Whether a segment of TCP from one to the other arrives. */
  boolean arrives(Host from, Host to) {
    return reaches(from, to)
        && !from.lan.ailments.holds(from, to)
        && !to.lan.ailments.holds(from, to)
        && !loses(from, to);
  }
}
