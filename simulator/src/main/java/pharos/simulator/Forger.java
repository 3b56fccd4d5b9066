package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;

/**
 * Somebody on the LAN without a key. He owns addresses, forges the sources of datagrams, hears all
 * broadcasts and what is sent to him, answers and relays over TCP, and replays what he heard. What
 * he does is a few {@link Forgery forgeries} at a time, drawn from a seed.
 */
final class Forger implements Stranger {
  private static final long FAR = 1L << 50;

  private final Lan lan;
  private final List<Program> agents;
  private final Bystander bystander;
  private final List<Host> hosts = new ArrayList<>();
  private final Hearsay hearsay = new Hearsay();
  private final Map<InetSocketAddress, Claim> claims = new HashMap<>();
  private final Map<Forgery, NodeId> ghosts = new HashMap<>();
  private final Map<Forgery, Long> sequences = new HashMap<>();
  private final SplittableRandom random;
  private final long secret;
  private boolean isThere = true;
  private long wentNs;

  /** The agents are those that play, each by its latest run. */
  Forger(Lan lan, List<Program> agents, Bystander bystander, long seed, int addresses) {
    this.lan = lan;
    this.agents = agents;
    this.bystander = bystander;
    random = new SplittableRandom(seed);
    secret = random.nextLong() | 1;
    for (int i = 0; i < addresses; i++) {
      hosts.add(lan.admit(this));
    }
  }

  Host host(Forgery forgery) {
    return hosts.get(forgery.host);
  }

  int addresses() {
    return hosts.size();
  }

  boolean owns(InetAddress address) {
    for (Host host : hosts) {
      if (host.address().equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether he still does something; afterwards none of his addresses says anything. */
  boolean isThere() {
    return isThere;
  }

  void begin(Forgery forgery) {
    lan.trace().line(lan.nowNs(), "the forger", "will " + forgery);
    shootAgain(forgery, forgery.firstNs, forgery.shots);
  }

  /** Until when he was there; now, if he is. */
  long thereUntilNs() {
    return isThere ? lan.nowNs() : wentNs;
  }

  void goAway() {
    isThere = false;
    wentNs = lan.nowNs();
    lan.trace().line(lan.nowNs(), "the forger", "goes away");
  }

  private void shootAgain(Forgery forgery, long delayNs, int shots) {
    lan.in(
        delayNs,
        () -> {
          if (isThere) {
            shoot(forgery);
            if (shots > 1) {
              long jitterNs = forgery.random.nextLong(forgery.gapNs / 4 + 1);
              shootAgain(forgery, forgery.gapNs + jitterNs, shots - 1);
            }
          }
        });
  }

  private void shoot(Forgery forgery) {
    Program subject = agents.get(forgery.subject);
    switch (forgery.by) {
      case RECORD -> replay(forgery, subject);
      case DATAGRAM, QUESTION -> {
        if (forgery.way == Forgery.Way.TO_ALL || forgery.by == Forgery.By.QUESTION) {
          for (Program receiver : agents) {
            if (receiver != subject) {
              shoot(forgery, subject, receiver);
            }
          }
        } else {
          shoot(forgery, subject, agents.get(forgery.receiver));
        }
      }
    }
  }

  private void replay(Forgery forgery, Program subject) {
    Hearsay.Recording recording = hearsay.any(forgery.random);
    if (recording != null) {
      InetSocketAddress source =
          forgery.random.nextInt(3) == 0 ? source(forgery, subject, recording) : recording.from();
      lan.broadcast(host(forgery), source, recording.beacon());
    }
  }

  private void shoot(Forgery forgery, Program subject, Program receiver) {
    Program model = forgery.name == Forgery.Name.RECEIVER ? receiver : subject;
    Hearsay.Recording recording = hearsay.latest(model.core().id());
    if (recording == null) {
      return;
    }
    Beacon.Builder forged = forge(forgery, model, recording.beacon());
    Document document = document(forgery, model);
    boolean isClaim = forgery.isAlternating && forgery.random.nextBoolean();
    InetSocketAddress source =
        isClaim ? own(forgery, recording) : source(forgery, model, recording);
    Beacon beacon = build(forged, isClaim ? null : forgery, model, receiver);
    Claim claim =
        new Claim(
            lan,
            this,
            forgery,
            model,
            recording.from(),
            build(forged, null, model, receiver),
            document);
    claims.put(new InetSocketAddress(host(forgery).address(), beacon.udpPort()), claim);
    claims.put(new InetSocketAddress(host(forgery).address(), beacon.tcpPort()), claim);
    if (forgery.by == Forgery.By.QUESTION) {
      Introduction introduction = claim.introduction(beacon.id(), beacon.incarnation());
      ask(host(forgery), receiver, introduction, hearsay::learn);
    } else if (forgery.way == Forgery.Way.BROADCAST) {
      lan.broadcast(host(forgery), source, beacon);
    } else {
      lan.send(host(forgery), source, beacon, receiver.udpEndpoint(), () -> {});
    }
  }

  private Beacon.Builder forge(Forgery forgery, Program model, Beacon copied) {
    Beacon.Builder forged = Beacon.of(id(forgery, model)).cluster(copied.cluster());
    forged.overlay(copied.isOverlay());
    forged.incarnation(incarnation(forgery, copied.incarnation()));
    forged.sequence(sequence(forgery, copied.sequence()));
    forged.digest(digest(forgery, model, copied));
    forged.nextMs(
        switch (forgery.pace) {
          case SAME -> copied.nextMs();
          case NOW -> 0;
          case SOON -> 10;
          case LATE -> Beacon.MAX_INTERVAL_MS;
        });
    int own = 20_000 + forgery.number * 64 + agents.indexOf(model) % 64;
    forged.tcpPort(port(forgery, copied.tcpPort(), own));
    forged.udpPort(Math.max(1, port(forgery, copied.udpPort(), own)));
    if (!forgery.isNameless) {
      forged.name(copied.name()).service(copied.service());
    }
    InetAddress advertised =
        switch (forgery.advertised) {
          case NOTHING -> null;
          case FORGER -> host(forgery).address();
          case TRUE -> model.host.address();
          case NOBODY -> bystander.address();
        };
    if (advertised != null) {
      forged.address(advertised);
    }
    return forged;
  }

  /** What goes beyond presence: in the datagram, and not in what he claims when he is asked. */
  private Beacon build(
      Beacon.Builder forged, @Nullable Forgery forgery, Program model, Program receiver) {
    if (forgery == null) {
      return forged.build();
    }
    Beacon.Builder whole = forged.build().toBuilder();
    if (forgery.isLeaving) {
      whole.leaving();
    }
    if (forgery.isSolicit) {
      whole.solicit(forgery.random.nextLong() | 1);
    }
    long goodbye = goodbye(forgery.goodbye, forgery, model);
    if (goodbye != 0) {
      whole.goodbye(goodbye);
    }
    if (forgery.vouched != Forgery.Vouched.NOTHING) {
      boolean isHis = forgery.vouched == Forgery.Vouched.FORGER;
      whole.vouch((isHis ? host(forgery) : model.host).address());
    }
    long echo =
        switch (forgery.echo) {
          case NONE -> 0;
          case FOR_HIM -> hearsay.nonceForHim();
          case BROADCAST -> hearsay.broadcastNonce(receiver.core().id());
          case RANDOM -> forgery.random.nextLong() | 1;
        };
    if (echo != 0) {
      whole.echo(echo);
    }
    Doubt doubt = doubt(forgery, receiver);
    return doubt == null ? whole.build() : whole.doubt(doubt).build();
  }

  private @Nullable Doubt doubt(Forgery forgery, Program receiver) {
    Program another = agents.get(forgery.random.nextInt(agents.size()));
    long later = 1 + forgery.random.nextLong(100_000);
    return switch (forgery.doubted) {
      case NOBODY -> null;
      case ANOTHER -> doubt(another, 0);
      case ANOTHER_LATER -> doubt(another, later);
      case RECEIVER -> doubt(receiver, 0);
      case RECEIVER_LATER -> doubt(receiver, later);
    };
  }

  private static Doubt doubt(Program program, long later) {
    return new Doubt(program.core().id(), program.core().incarnation() + later);
  }

  private NodeId id(Forgery forgery, Program model) {
    return switch (forgery.name) {
      case SUBJECT, RECEIVER -> model.core().id();
      case GHOST -> ghosts.computeIfAbsent(forgery, f -> NodeId.random(f.random));
      case NEW_GHOST -> NodeId.random(forgery.random);
    };
  }

  private static long incarnation(Forgery forgery, long copied) {
    return switch (forgery.run) {
      case SAME -> copied;
      case NEXT -> copied + 1;
      case LATER -> copied + 1 + forgery.random.nextLong(1_000_000);
      case FAR -> copied + FAR;
      case BEFORE -> copied - 1;
      case FIRST -> 1;
    };
  }

  private long sequence(Forgery forgery, long copied) {
    long last = Math.max(sequences.getOrDefault(forgery, 0L), copied);
    long next = Math.min(last + 1, 0xFFFF_FFFFL);
    sequences.put(forgery, next);
    return switch (forgery.order) {
      case NEXT -> next;
      case SAME -> copied;
      case LAST -> 0xFFFF_FFFFL;
      case ZERO -> 0;
    };
  }

  private static int port(Forgery forgery, int copied, int own) {
    return switch (forgery.port) {
      case SAME -> copied;
      case FORGED -> own;
      case CLOSED -> 9;
      case NONE -> 0;
    };
  }

  private long digest(Forgery forgery, Program model, Beacon copied) {
    return switch (forgery.offer) {
      case SAME -> copied.digest();
      case FORGED, ANOTHERS -> document(forgery, model).digest();
      case NOTHING -> 0;
      case UNKNOWN -> forgery.random.nextLong();
    };
  }

  private Document document(Forgery forgery, Program model) {
    return switch (forgery.offer) {
      case SAME -> known(model);
      case FORGED -> Lan.document("forged-" + forgery.number);
      case ANOTHERS -> known(agents.get(forgery.receiver));
      case NOTHING, UNKNOWN -> Document.EMPTY;
    };
  }

  private Document known(Program program) {
    Introduction known = hearsay.introduction(program.core().id());
    return known == null ? Document.EMPTY : known.document();
  }

  private InetSocketAddress source(Forgery forgery, Program model, Hearsay.Recording recording) {
    Program another = agents.get(forgery.random.nextInt(agents.size()));
    int port = recording.from().getPort();
    return switch (forgery.source) {
      case ITS_BROADCASTS -> recording.from();
      case ITS_OWN_PORT -> model.udpEndpoint();
      case ITS_ADDRESS -> new InetSocketAddress(model.host.address(), 1_024 + forgery.number);
      case FORGER -> own(forgery, recording);
      case ANOTHER_AGENT -> lan.sender(another);
      case NOBODY -> new InetSocketAddress(bystander.address(), port);
    };
  }

  private InetSocketAddress own(Forgery forgery, Hearsay.Recording recording) {
    return new InetSocketAddress(host(forgery).address(), recording.from().getPort());
  }

  // What the claims at his ports need.

  /** What a datagram or document of his tells of a goodbye; 0 for nothing. */
  long goodbye(Forgery.Goodbye which, Forgery forgery, Program model) {
    Introduction known = introduction(model);
    return switch (which) {
      case NONE -> 0;
      case HIS_SECRET -> secret;
      case HIS_HASH -> Beacon.goodbyeHash(secret);
      case ITS_HASH -> known == null ? 0 : known.goodbye();
      case RECORDED -> hearsay.secret();
      case RANDOM -> forgery.random.nextLong() | 1;
    };
  }

  void send(Host from, InetSocketAddress source, Beacon.Builder beacon, InetSocketAddress to) {
    if (isThere) {
      lan.send(from, source, beacon.build(), to, () -> {});
    }
  }

  void ask(Host from, Program asked, Introduction asking, Consumer<Introduction> answered) {
    InetSocketAddress to = new InetSocketAddress(asked.host.address(), asked.identity.tcpPort());
    lan.tcp().ask(from, to, asking, answered, () -> {});
  }

  @Nullable Introduction introduction(Program program) {
    return hearsay.introduction(program.core().id());
  }

  @Nullable Introduction anyIntroduction(Forgery forgery) {
    return introduction(agents.get(forgery.random.nextInt(agents.size())));
  }

  // What comes to him.

  @Override
  public void overhears(Beacon beacon, InetSocketAddress from) {
    if (isThere && hearsay.overhear(beacon, from) && beacon.tcpPort() != 0) {
      Introduction nobody =
          new Introduction(NodeId.random(random), 1, "nobody", "", Document.EMPTY);
      InetSocketAddress to = new InetSocketAddress(from.getAddress(), beacon.tcpPort());
      lan.tcp().ask(hosts.get(0), to, nobody, hearsay::learn, () -> {});
    }
  }

  @Override
  public boolean takes(Beacon beacon, InetSocketAddress from, InetSocketAddress to) {
    hearsay.take(beacon);
    Claim claim = claims.get(to);
    return !isThere || (claim != null && claim.takes(beacon, from, to));
  }

  /** Whether a connection to that port of his would be taken. */
  boolean opens(InetSocketAddress at) {
    Claim claim = claims.get(at);
    return claim != null && claim.answers() && !claim.refusesConnections();
  }

  @Override
  public @Nullable Server server(InetSocketAddress at, Host from) {
    Claim claim = claims.get(at);
    return claim == null || (isThere && claim.refusesConnections()) ? null : claim;
  }
}
