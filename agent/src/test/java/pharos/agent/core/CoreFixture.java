package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Account;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.beacon.Subject;
import pharos.testkit.Agenda;

/**
 * One core in virtual time, and the peers around it, each as lively as the test wants. What the
 * core does is done at once and logged; what the peers do takes a millisecond.
 */
final class CoreFixture {
  static final long MS = Settings.MS;
  static final long SECOND = Settings.SECOND;

  /** Where we are on the ring of ids: the first byte of our id. */
  static final int OUR_PLACE = 100;

  private static final long SEED = 4711;
  private static final long LATENCY_NS = MS;

  /** What the core did, and when. */
  record Done(long atNs, Effect effect) {}

  final AgentCore core;
  final NodeId id;
  final InetSocketAddress address = new InetSocketAddress(ip(10, 0, 0, 1), 9_000);
  final List<Done> log = new ArrayList<>();
  private final Roster roster;
  private final Asker asker;
  private final Map<InetSocketAddress, Friend> tcp = new LinkedHashMap<>();
  private final Map<InetSocketAddress, Friend> udp = new LinkedHashMap<>();
  private final Agenda coming = new Agenda(0);
  private int friends;
  private long tokens;
  private long wakeUps;
  long nowNs = SECOND;

  /** How a peer behaves. */
  enum Mood {
    /** Beacons each second, and answers whatever it is asked. */
    LIVE,
    /** Answers whatever it is asked, but says nothing of its own accord. */
    QUIET,
    /** The process is dead, its host is not: all its ports refuse. */
    DEAD,
    /** Nothing goes out or comes in, be it alive or not. */
    CUT_OFF
  }

  private CoreFixture(Settings settings, Identity identity, RandomGenerator random) {
    id = identity.id();
    core = new AgentCore(settings, identity, Document.EMPTY, random);
    roster = (Roster) part("roster");
    asker = (Asker) part("asker");
  }

  /** An agent that has started, and whose start is over: it announces each second. */
  static CoreFixture running() {
    return running(Settings.defaults());
  }

  static CoreFixture running(Settings settings) {
    CoreFixture fixture = starting(settings);
    fixture.runFor(500);
    fixture.forget();
    return fixture;
  }

  /** An agent that starts in this moment. */
  static CoreFixture starting(Settings settings) {
    return starting(settings, identity(false));
  }

  /** One of which all goes into a box. */
  static CoreFixture recorded(BlackBox box) {
    CoreFixture fixture = new CoreFixture(Settings.defaults(), identity(false), box.random());
    fixture.core.record(box);
    return fixture.started();
  }

  /** Chance, the same each time. */
  static RandomGenerator chance() {
    return new SplittableRandom(SEED);
  }

  static CoreFixture starting(Settings settings, Identity identity) {
    return new CoreFixture(settings, identity, chance()).started();
  }

  private CoreFixture started() {
    turn(() -> core.start(List.of(new Subnet(ip(10, 0, 0, 1), 8))));
    return this;
  }

  static Identity identity(boolean isFixed) {
    return identity(isFixed, OUR_PLACE);
  }

  static Identity identity(boolean isFixed, int place) {
    return new Identity(
        idAt(place, 0), isFixed, 1_000_000, "self", "Test", 0, 9_000, 9_000, false, List.of());
  }

  static NodeId idAt(int place, int number) {
    byte[] bytes = new byte[NodeId.LENGTH];
    bytes[0] = (byte) place;
    ByteBuffer.wrap(bytes).putInt(4, number).putInt(16, 1);
    return NodeId.of(bytes);
  }

  static InetAddress ip(int a, int b, int c, int d) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static Document document(String text) {
    return Document.of(("[\"" + text + "\"]").getBytes(StandardCharsets.UTF_8));
  }

  /** For peers outside of any core. */
  static Deadlines anyDeadlines() {
    return (Deadlines) running().part("deadlines");
  }

  /** The state of a peer is looked up inside: ASKING and GONE look alike from outside. */
  private Object part(String name) {
    try {
      var field = AgentCore.class.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(core);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  // Time.

  /** How often it woke up though nothing had arrived. */
  long wakeUps() {
    return wakeUps;
  }

  void runFor(long ms) {
    runUntil(nowNs + ms * MS);
  }

  void runUntil(long untilNs) {
    while (true) {
      long nextNs = core.isIdle() ? untilNs + 1 : core.nextWakeUpNs();
      boolean isArrival = coming.nextNs() <= nextNs;
      nextNs = Math.min(nextNs, coming.nextNs());
      if (nextNs > untilNs) {
        break;
      }
      wakeUps += isArrival ? 0 : 1;
      nowNs = Math.max(nowNs, nextNs);
      step();
    }
    nowNs = untilNs;
  }

  /** Our process stands still: what arrives meanwhile waits, as in the buffers of its sockets. */
  void standStillFor(long ms) {
    nowNs += ms * MS;
    step();
  }

  private void step() {
    core.turn(nowNs, nowNs / MS);
    while (coming.nextNs() <= nowNs) {
      coming.step();
    }
    core.wakeUp();
    take();
  }

  /** Something happens now. */
  void turn(Runnable event) {
    core.turn(nowNs, nowNs / MS);
    event.run();
    core.wakeUp();
    take();
  }

  /** Something will happen. */
  void after(long delayNs, Runnable event) {
    coming.at(nowNs + delayNs, event);
  }

  private void take() {
    for (Effect effect : core.takeEffects()) {
      log.add(new Done(nowNs, effect));
      answer(effect);
    }
  }

  private void answer(Effect effect) {
    if (effect instanceof Effect.Ask ask) {
      Friend friend = tcp.get(ask.to());
      if (friend != null) {
        after(friend.tcpLatencyNs, () -> friend.onAsked(ask.question()));
      }
    } else if (effect instanceof Effect.Probe probe) {
      Friend friend = udp.get(probe.to());
      if (friend != null) {
        after(LATENCY_NS, () -> friend.onProbed(probe));
      }
    } else if (effect instanceof Effect.Send send && send.beacon().isSolicit()) {
      Friend friend = udp.get(send.to());
      if (friend != null) {
        after(LATENCY_NS, () -> friend.onSolicited(send.beacon()));
      }
    } else if (effect instanceof Effect.Send send && send.beacon().hasSubjects()) {
      Friend friend = udp.get(send.to());
      if (friend != null) {
        after(LATENCY_NS, () -> friend.onSubjects(send.beacon()));
      }
    } else if (effect instanceof Effect.Watch watch) {
      Friend friend = tcp.get(watch.to());
      if (friend != null && friend.takesWatches()) {
        after(LATENCY_NS, () -> core.onWatched(watch.peer(), watch.incarnation()));
      }
    } else if (effect instanceof Effect.Connect connect) {
      Friend friend = tcp.get(connect.to());
      if (friend != null) {
        after(LATENCY_NS, () -> friend.onConnected(connect));
      }
    }
  }

  // What the core did.

  /** Begins the log anew. */
  void forget() {
    log.clear();
  }

  <E extends Effect> List<E> done(Class<E> kind) {
    return done(kind, effect -> true);
  }

  <E extends Effect> List<E> done(Class<E> kind, Predicate<E> which) {
    return log.stream()
        .map(Done::effect)
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(which)
        .toList();
  }

  /** When effects of this kind were done, in milliseconds since {@code sinceNs}. */
  <E extends Effect> List<Long> timesMs(Class<E> kind, Predicate<E> which, long sinceNs) {
    return log.stream()
        .filter(done -> kind.isInstance(done.effect()) && which.test(kind.cast(done.effect())))
        .map(done -> (done.atNs() - sinceNs) / MS)
        .toList();
  }

  /** Where in the log the first such effect is; -1 when there is none. */
  <E extends Effect> int place(Class<E> kind, Predicate<E> which) {
    for (int i = 0; i < log.size(); i++) {
      Effect effect = log.get(i).effect();
      if (kind.isInstance(effect) && which.test(kind.cast(effect))) {
        return i;
      }
    }
    return -1;
  }

  /** All that the application was told: "ARRIVED bob", "GONE bob LEFT". */
  List<String> told() {
    return done(Effect.Tell.class).stream()
        .map(
            tell ->
                tell.change().kind()
                    + " "
                    + tell.change().peer().name()
                    + tell.change().reason().map(reason -> " " + reason).orElse(""))
        .toList();
  }

  List<NoteKind> noted() {
    return done(Effect.Note.class).stream().map(Effect.Note::kind).toList();
  }

  /** Announcements proper: no solicit, doubt or farewell. */
  List<Beacon> announcements() {
    return done(Effect.Broadcast.class).stream()
        .map(Effect.Broadcast::beacon)
        .filter(CoreFixture::isAnnouncement)
        .toList();
  }

  static boolean isAnnouncement(Beacon beacon) {
    return !beacon.isSolicit() && !beacon.isLeaving() && !beacon.hasDoubt();
  }

  /** Unicast answers to solicits. */
  List<Effect.Send> answers() {
    return done(Effect.Send.class, send -> send.beacon().echo() != 0);
  }

  /** How many questions the core has open or waiting. */
  int questions() {
    return asker.size();
  }

  @Nullable Peer peer(Friend friend) {
    return roster.get(friend.id);
  }

  /** A peer that is known, be it shown or not. */
  Peer known(Friend friend) {
    return Objects.requireNonNull(peer(friend), friend.name);
  }

  /** What it was asked where it is, or will be. */
  long nonceFor(Friend friend) {
    return ((Turn) part("turn")).nonceFor(known(friend), friend.ip);
  }

  /** Those ever met, live first. */
  List<String> shown() {
    return core.peers().stream().map(PeerInfo::name).toList();
  }

  /** Those who beacon but cannot be asked. */
  List<String> unreachable() {
    return core.unreachable().stream().map(PeerInfo::name).toList();
  }

  /** Its TCP port is reached at another address too. */
  void reachedAt(Friend friend, InetAddress address) {
    tcp.put(new InetSocketAddress(address, friend.tcpPort), friend);
  }

  // Who is around.

  /** Somebody after us on the ring: we ask it at once. */
  Friend friend(String name) {
    return friend(name, OUR_PLACE + 50);
  }

  /** Somebody before us on the ring: we wait for its question. */
  Friend friendBefore(String name) {
    return friend(name, OUR_PLACE - 50);
  }

  Friend friend(String name, int place) {
    int number = ++friends;
    return new Friend(
        name,
        idAt(place, number),
        ip(10, 1 + number / 62_500, number / 250 % 250, number % 250 + 1));
  }

  /** One of many at one address. */
  Friend friendAt(String name, InetAddress ip, int port) {
    Friend friend = new Friend(name, idAt(OUR_PLACE + 50, ++friends), ip, false);
    return friend.movesTo(port);
  }

  /** One of very many that are never reached. */
  Friend passer(String name, int number) {
    return new Friend(
        name,
        idAt(OUR_PLACE + 50, 1_000_000 + number),
        ip(10, 200 + number / 62_500, number / 250 % 250, number % 250 + 1),
        false);
  }

  /** A friend that was met and lives. */
  Friend met(String name) {
    return friend(name).isMet();
  }

  /** So many friends that were met and live. */
  List<Friend> met(int count) {
    List<Friend> met = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Friend friend = friend("f" + i);
      met.add(friend);
      friend.lives();
      friend.beacons();
      if (i % 20 == 19) {
        runFor(10);
      }
    }
    runFor(10);
    for (Friend friend : met) {
      if (friend.state() == State.ASKING) {
        // In a crowd an echo is the proof; one comes sooner or later by itself.
        Peer peer = peer(friend);
        if (peer != null && peer.nonce != 0) {
          friend.echoes(nonceFor(friend));
        }
      }
    }
    runFor(10);
    return met;
  }

  /** A datagram from anywhere. */
  void hear(Beacon beacon, InetSocketAddress from) {
    turn(() -> core.onDatagram(beacon, from));
  }

  /** A peer, as it really is; it offers what nobody else does, so that it must be asked for it. */
  final class Friend {
    final String name;
    final NodeId id;
    final InetAddress ip;
    long incarnation = 2_000_000;
    int tcpPort = 7_000;
    int udpPort = 7_000;
    int broadcastPort = 40_000;
    int nextMs = 1_000;
    long sequence;
    long tcpLatencyNs = LATENCY_NS;
    Document document;
    Mood mood = Mood.QUIET;

    /** From where it says that it sends. */
    List<InetAddress> addresses;

    /** What it answers over TCP instead of the truth. */
    @Nullable Introduction lie;

    /** What its goodbye tells, and its answers tell the hash of. */
    long secret;

    /** It knows nothing of secrets: its goodbyes are believed as they are. */
    boolean isFormer;

    /** Something on the way refuses all connections in its name, and passes datagrams. */
    boolean behindAFirewall;

    /** Its TCP port neither takes nor refuses anything. */
    boolean swallowsConnections;

    /** Something on the way refuses all datagrams to it, and passes connections. */
    boolean rejectsDatagrams;

    /** … or swallows them. */
    boolean dropsDatagrams;

    /** Something on the way takes connections in its name, and answers nothing. */
    boolean behindAProxy;

    /** What it tells of others; it is no witness without. */
    @Nullable Function<Subject, Account> hears;

    /** It is asked, and does not answer. */
    boolean keepsSilent;

    private int life;

    private Friend(String name, NodeId id, InetAddress ip) {
      this(name, id, ip, true);
    }

    private Friend(String name, NodeId id, InetAddress ip, boolean isReached) {
      this.name = name;
      this.id = id;
      this.ip = ip;
      this.addresses = List.of(ip);
      this.secret = id.hashCode() * 31L + incarnation | 1;
      this.document = CoreFixture.document("of " + name + " at " + ip.getHostAddress());
      if (isReached) {
        tcp.put(new InetSocketAddress(ip, tcpPort), this);
        udp.put(new InetSocketAddress(ip, udpPort), this);
      }
    }

    InetSocketAddress tcpEndpoint() {
      return new InetSocketAddress(ip, tcpPort);
    }

    InetSocketAddress udpEndpoint() {
      return new InetSocketAddress(ip, udpPort);
    }

    InetSocketAddress broadcaster() {
      return new InetSocketAddress(ip, broadcastPort);
    }

    State state() {
      Peer peer = peer(this);
      return peer == null ? State.UNKNOWN : peer.state;
    }

    /** It uses another port for all from now on. */
    Friend movesTo(int port) {
      tcpPort = port;
      udpPort = port;
      tcp.put(tcpEndpoint(), this);
      udp.put(udpEndpoint(), this);
      return this;
    }

    /** Another node that holds the ports of this one now. */
    Friend successorAtItsPorts(String name) {
      return new Friend(name, idAt(OUR_PLACE + 50, ++friends), ip);
    }

    /** Somebody else with the id of another, who began at that time. */
    Friend cloneOf(Friend other, long incarnation) {
      Friend clone = new Friend(other.name, other.id, ip);
      clone.incarnation = incarnation;
      return clone;
    }

    /** Somebody else with our id, who began at that time. */
    Friend cloneOfUs(long incarnation) {
      return cloneOfUs(CoreFixture.this.id, incarnation);
    }

    /** The same, for when we have taken another id. */
    Friend cloneOfUs(NodeId ours, long incarnation) {
      Friend clone = new Friend(name, ours, ip);
      clone.incarnation = incarnation;
      return clone;
    }

    /** It says from where it sends: from its address, and from these. */
    Friend sendsFrom(InetAddress... others) {
      addresses = new ArrayList<>(List.of(others));
      addresses.add(0, ip);
      return this;
    }

    /** The same run at another address: it moved there, or somebody says so. */
    Friend at(InetAddress other) {
      Friend there = new Friend(name, id, other);
      there.incarnation = incarnation;
      there.document = document;
      there.secret = secret;
      there.isFormer = isFormer;
      there.sequence = sequence + 1_000;
      return there;
    }

    // How it behaves.

    /** It offers what another offers: a replica. */
    Friend offersTheSameAs(Friend other) {
      document = other.document;
      return this;
    }

    /** It beacons each second from now on. */
    Friend lives() {
      mood = Mood.LIVE;
      int mine = ++life;
      after(nextMs * MS, () -> beaconAgain(mine));
      return this;
    }

    private void beaconAgain(int mine) {
      if (mood == Mood.LIVE && life == mine) {
        core.onDatagram(says().build(), broadcaster());
        after(nextMs * MS, () -> beaconAgain(mine));
      }
    }

    Friend is(Mood mood) {
      this.mood = mood;
      return this;
    }

    /** Killed: the host is there and refuses in its place. */
    void dies() {
      mood = Mood.DEAD;
    }

    /** Its host is gone, or the way there. */
    void vanishes() {
      mood = Mood.CUT_OFF;
    }

    /** The next run of the same node, at the same ports. */
    Friend restarts() {
      incarnation += 1_000;
      sequence = 0;
      return this;
    }

    Friend isMet() {
      lives();
      beacons();
      runFor(60);
      return this;
    }

    /** Somebody else beacons in its name and from its address, so often, from now on. */
    void isForged(long everyMs) {
      after(
          everyMs * MS,
          () -> {
            core.onDatagram(says().build(), broadcaster());
            isForged(everyMs);
          });
    }

    // What it says.

    Beacon.Builder says() {
      return Beacon.of(id)
          .incarnation(incarnation)
          .sequence(sequence++)
          .nextMs(nextMs)
          .tcpPort(tcpPort)
          .udpPort(udpPort)
          .digest(document.digest())
          .witness(hears != null)
          .name(name)
          .service("Test service");
    }

    void beacons() {
      hear(says().build(), broadcaster());
    }

    void solicits(long nonce) {
      hear(says().solicit(nonce).build(), broadcaster());
    }

    void probes(long nonce) {
      hear(says().solicit(nonce).build(), udpEndpoint());
    }

    void echoes(long nonce) {
      hear(answers(nonce).build(), udpEndpoint());
    }

    Beacon.Builder answers(long nonce) {
      Beacon.Builder answer = says().echo(nonce);
      return isFormer ? answer : answer.goodbye(Beacon.goodbyeHash(secret));
    }

    /** It answers what we asked or would ask it by UDP. */
    void echoesUs() {
      echoes(nonceFor(this));
    }

    void leaves() {
      mood = Mood.DEAD;
      hear(isFormer ? says().leaving().build() : farewell(), broadcaster());
    }

    Beacon farewell() {
      return farewell("");
    }

    Beacon farewell(String detail) {
      return says().leaving().goodbye(secret).detail(detail).build();
    }

    void doubts(Friend other) {
      hear(says().doubt(new Doubt(other.id, other.incarnation)).build(), broadcaster());
    }

    /** It asks us over TCP. */
    void asksUs() {
      turn(() -> core.onQuestion(++tokens, ip, introduction()));
    }

    Introduction introduction() {
      return isFormer
          ? new Introduction(id, incarnation, name, "Test service", document)
          : new Introduction(
              id,
              incarnation,
              name,
              "Test service",
              document,
              Beacon.goodbyeHash(secret),
              addresses);
    }

    /** It offers something else from now on, and announces it. */
    void offers(String text) {
      document = document(text);
      beacons();
    }

    // What becomes of what is sent to it.

    private void onAsked(long question) {
      if (swallowsConnections || (behindAProxy && mood == Mood.DEAD)) {
        return;
      }
      if (behindAFirewall) {
        core.onQuestionFailed(question);
        return;
      }
      switch (mood) {
        case LIVE, QUIET -> core.onAnswer(question, lie == null ? introduction() : lie);
        case DEAD -> core.onQuestionFailed(question);
        case CUT_OFF -> {}
      }
    }

    private void onProbed(Effect.Probe probe) {
      if (rejectsDatagrams) {
        core.onProbeRefused(probe.peer(), probe.incarnation(), probe.to());
        return;
      }
      switch (mood) {
        case LIVE, QUIET -> onSolicited(probe.beacon());
        case DEAD -> core.onProbeRefused(probe.peer(), probe.incarnation(), probe.to());
        case CUT_OFF -> {}
      }
    }

    private void onSolicited(Beacon question) {
      boolean hears = !dropsDatagrams && !rejectsDatagrams;
      if (hears && (mood == Mood.LIVE || mood == Mood.QUIET)) {
        Beacon.Builder answer = answers(question.nonce());
        question.vouch().filter(it -> !isFormer && addresses.contains(it)).ifPresent(answer::vouch);
        core.onDatagram(answer.build(), udpEndpoint());
      }
    }

    private void onSubjects(Beacon question) {
      Function<Subject, Account> account = hears;
      if (account != null && !keepsSilent && (mood == Mood.LIVE || mood == Mood.QUIET)) {
        List<Account> accounts = question.subjects().stream().map(account).toList();
        core.onDatagram(says().tell(question.nonce(), accounts).build(), udpEndpoint());
      }
    }

    private boolean takesWatches() {
      boolean isThere = mood == Mood.LIVE || mood == Mood.QUIET;
      return isThere && !behindAFirewall && !behindAProxy && !swallowsConnections;
    }

    private void onConnected(Effect.Connect connect) {
      if (swallowsConnections) {
        return;
      }
      if (behindAProxy) {
        core.onConnected(connect.peer(), connect.incarnation(), connect.to());
        return;
      }
      if (behindAFirewall) {
        core.onConnectRefused(connect.peer(), connect.incarnation(), connect.to());
        return;
      }
      switch (mood) {
        case LIVE, QUIET -> core.onConnected(connect.peer(), connect.incarnation(), connect.to());
        case DEAD -> core.onConnectRefused(connect.peer(), connect.incarnation(), connect.to());
        case CUT_OFF -> {}
      }
    }

    // What we notice of it.

    /** The connection by which we watch it breaks. */
    void watchBreaks() {
      turn(() -> core.onWatchBroken(id, incarnation));
    }

    void refusesProbe() {
      turn(() -> core.onProbeRefused(id, incarnation, udpEndpoint()));
    }

    void refusesConnection() {
      turn(() -> core.onConnectRefused(id, incarnation, tcpEndpoint()));
    }

    List<Effect.Probe> probed() {
      return done(Effect.Probe.class, probe -> probe.peer().equals(id));
    }

    List<Effect.Ask> asked() {
      return done(Effect.Ask.class, ask -> ask.to().equals(tcpEndpoint()));
    }

    /** What the application was told of it, without its name: "ARRIVED", "GONE LEFT". */
    List<String> news() {
      return done(Effect.Tell.class, tell -> tell.change().peer().id().equals(id)).stream()
          .map(
              tell ->
                  tell.change().kind()
                      + tell.change().reason().map(reason -> " " + reason).orElse("")
                      + (tell.change().detail().isEmpty() ? "" : ": " + tell.change().detail()))
          .toList();
    }

    /** Milliseconds since then at which the application was told this. */
    long toldAfterMs(String news, long sinceNs) {
      for (Done done : log) {
        if (done.effect() instanceof Effect.Tell tell
            && tell.change().peer().id().equals(id)
            && (tell.change().kind()
                    + tell.change().reason().map(reason -> " " + reason).orElse(""))
                .equals(news)) {
          return (done.atNs() - sinceNs) / MS;
        }
      }
      throw new AssertionError(name + " was never told as " + news + ", only " + news());
    }
  }
}
