package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

/**
 * What no stranger may change, looked at ten times an interval while a {@link Forger} acts. A run
 * that breaks one ends with a {@link Broken}.
 *
 * <ul>
 *   <li>Who is there is not said to be gone, and is shown to everybody as it is: its run, its
 *       address first, its ports, what it offers. What a forger changes of that he changes for two
 *       intervals at most.
 *   <li>Who starts, or offers something else, is known as such all the same.
 *   <li>Who crashed or left is missed within twice the usual time.
 *   <li>No agent is listed where neither it nor the forger is, and few whose port takes no
 *       connection.
 *   <li>No agent takes another id twice in a minute, or ends, since somebody says so.
 *   <li>Who has nothing to do with it gets one datagram and one connection an interval from each.
 * </ul>
 */
final class Promises implements Lan.Listener {
  private static final long MS = 1_000_000;
  private static final long INTERVAL_NS = 1_000 * MS;
  private static final long LOOK_NS = INTERVAL_NS / 10;

  /** For how long something may be wrong that was right before. */
  private static final long WRONG_NS = 2 * INTERVAL_NS + LOOK_NS;

  /** So long after the forger is gone his silence is known, and who he was taken for is met. */
  private static final long TAKEN_NS = 7 * INTERVAL_NS;

  /** So young an agent whose application chose its id may end since another has the same. */
  private static final long MAY_FAIL_NS = 10 * INTERVAL_NS;

  private static final int MAX_GHOSTS = 16;

  /** Three corrections in the first minute of a run, and one step back behind its equal. */
  private static final int MAX_RUNS = 4;

  private final Lan lan;
  private final Forger forger;
  private final Bystander bystander;
  private final Set<Program> isToEnd = new HashSet<>();
  private final Map<Program, Long> missedByNs = new HashMap<>();
  private final Map<Program, Long> excusedUntilNs = new HashMap<>();
  private final Map<Program, Map<Program, Long>> wrongSinceNs = new HashMap<>();
  private final Map<Program, Map<Program, NodeId>> met = new HashMap<>();
  private final Map<Program, Set<Long>> runs = new HashMap<>();
  private final Set<Program> renamed = new HashSet<>();
  private long sinceNs;
  private boolean isAnyTaken;

  /** A promise did not hold; of what kind it is tells what may be counted together. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1;

    final String kind;

    Broken(Lan lan, String kind, String what) {
      super(kind + ": " + what + " at " + lan.nowNs() / 1e9 + " s\n" + lan.trace().latest(60));
      this.kind = kind;
    }
  }

  Promises(Lan lan, Forger forger, Bystander bystander) {
    this.lan = lan;
    this.forger = forger;
    this.bystander = bystander;
    lan.listen(this);
    lan.in(LOOK_NS, this::lookAgain);
  }

  // What is excused.

  /** This program is about to end; all must miss it within this time. */
  void isToEnd(Program program, long withinNs) {
    isToEnd.add(program);
    missedByNs.put(program, lan.nowNs() + withinNs);
  }

  /** Until then this program, or what is known of it, may be behind. */
  void excuse(Program program, long forNs) {
    excusedUntilNs.merge(program, lan.nowNs() + forNs, Math::max);
  }

  private boolean isExcused(Program program) {
    return lan.nowNs() < excusedUntilNs.getOrDefault(program, 0L);
  }

  // What happens.

  @Override
  public void told(Program observer, Change change) {
    PeerInfo peer = change.peer();
    Change before = observer.listed.get(peer.id());
    boolean isListed = before != null;
    if (isListed == (change.kind() == Change.Kind.ARRIVED)) {
      throw broken("news", observer, change, isListed ? "is listed already" : "is not listed");
    }
    if (change.kind() == Change.Kind.GONE) {
      checkIsGone(observer, change);
      observer.listed.remove(peer.id());
      return;
    }
    observer.listed.put(peer.id(), change);
    checkIsPlaced(observer, change);
  }

  private void checkIsGone(Program observer, Change change) {
    Program subject = find(change.peer().id());
    boolean isFalse =
        subject != null
            && subject.isOf(change)
            && isWell(subject)
            && isWell(observer)
            && !isTaken(observer, subject)
            && change.peer().addresses().contains(subject.host.address());
    if (isFalse) {
      String why = change.reason().map(Object::toString).orElse("");
      throw broken("gone " + why, observer, change, "is there");
    }
  }

  /** Whom he invents he can put where he likes. */
  private void checkIsPlaced(Program observer, Change change) {
    Program subject = find(change.peer().id());
    List<InetAddress> addresses = change.peer().addresses();
    if (subject == null) {
      return;
    }
    for (InetAddress address : addresses) {
      boolean isIts = subject.host.address().equals(address);
      if (!isIts && !forger.owns(address)) {
        throw broken("placed", observer, change, "is said to be at " + address);
      }
    }
  }

  @Override
  public void ended(Program program) {
    boolean mayFail =
        program.identity.isFixed() && lan.nowNs() - program.startedNs < MAY_FAIL_NS + INTERVAL_NS;
    if (isToEnd.add(program) && !mayFail) {
      throw new Broken(lan, "ends", program.name() + " ends, though nobody told it to");
    }
  }

  @Override
  public void renamed(Program program) {
    if (!renamed.add(program)) {
      throw new Broken(lan, "renamed", program.name() + " takes another id again");
    }
    excuse(program, 3 * INTERVAL_NS);
  }

  // What is looked at.

  /** The forger begins. */
  void begin() {
    sinceNs = lan.nowNs();
  }

  private void lookAgain() {
    look();
    lan.in(LOOK_NS, this::lookAgain);
  }

  private void look() {
    for (Program observer : lan.programs()) {
      if (observer.isRunning()) {
        checkRuns(observer);
        checkReflection(observer);
        if (isWell(observer) && !isExcused(observer)) {
          checkGhosts(observer);
          lan.programs().forEach(subject -> look(observer, subject));
        }
      }
    }
  }

  private void look(Program observer, Program subject) {
    if (observer == subject) {
      return;
    }
    Map<Program, Long> wrongSinceNs =
        this.wrongSinceNs.computeIfAbsent(observer, o -> new HashMap<>());
    if (!isWell(subject)) {
      wrongSinceNs.remove(subject);
      checkIsMissed(observer, subject);
      return;
    }
    String wrong = wrong(observer, subject);
    if (wrong == null) {
      met.computeIfAbsent(observer, o -> new HashMap<>()).put(subject, subject.core().id());
    }
    if (wrong == null || isExcused(subject) || isTaken(observer, subject)) {
      wrongSinceNs.remove(subject);
      return;
    }
    long forNs = lan.nowNs() - wrongSinceNs.computeIfAbsent(subject, s -> lan.nowNs());
    if (forNs > WRONG_NS) {
      throw new Broken(
          lan, wrong, observer.name() + " of " + subject.name() + describe(observer, subject));
    }
  }

  /**
   * Whether the forger took the place of one whom this observer never knew as it is: of two places
   * that both answer everything in its name the one that is met first is believed, for as long as
   * he is there, and until his silence is known.
   */
  private boolean isTaken(Program observer, Program subject) {
    Map<Program, NodeId> known = met.get(observer);
    if (known != null && Objects.equals(subject.core().id(), known.get(subject))) {
      return false;
    }
    Change listed = observer.listed.get(subject.core().id());
    return listed != null && isHis(listed);
  }

  /** Whether he answers for it at an address of his, or did until his silence can be known. */
  private boolean isHis(Change listed) {
    boolean isHis =
        listed.peer().addresses().stream().anyMatch(forger::owns)
            && lan.nowNs() - forger.thereUntilNs() < TAKEN_NS;
    isAnyTaken |= isHis;
    return isHis;
  }

  /** Whether the forger took anybody's place, so that it takes a while until all is well again. */
  boolean isAnyTaken() {
    return isAnyTaken;
  }

  private String describe(Program observer, Program subject) {
    Change listed = observer.listed.get(subject.core().id());
    if (listed == null) {
      return "";
    }
    PeerInfo peer = listed.peer();
    return " (listed "
        + peer.state()
        + " at "
        + peer.addresses()
        + " port "
        + peer.tcpPort()
        + " run "
        + (peer.incarnation() - subject.core().incarnation())
        + ")";
  }

  private static @Nullable String wrong(Program observer, Program subject) {
    Change listed = observer.listed.get(subject.core().id());
    if (listed == null) {
      return "hidden";
    }
    PeerInfo peer = listed.peer();
    if (!subject.isOf(listed)) {
      return "another run";
    }
    if (!peer.addresses().get(0).equals(subject.host.address())) {
      return "elsewhere";
    }
    if (peer.tcpPort() != subject.identity.tcpPort()) {
      return "another port";
    }
    if (!peer.document().equals(subject.offered)) {
      return "another offer";
    }
    if (!peer.name().equals(subject.name())) {
      return "another name";
    }
    if (peer.addresses().size() > 1) {
      return "more addresses";
    }
    return peer.state() == State.ALIVE ? null : "suspect";
  }

  /**
   * Who answers in the name of the dead at an address of his is it: listed there alone or first, it
   * is an agent of his, which he may take away as late as any agent that tells a long interval.
   */
  private void checkIsMissed(Program observer, Program subject) {
    Long byNs = missedByNs.get(subject);
    Change listed = observer.listed.get(subject.core().id());
    if (byNs == null || listed == null || lan.nowNs() <= byNs) {
      return;
    }
    boolean isThere =
        subject.isOf(listed)
            && find(subject.core().id()) == subject
            && listed.peer().addresses().get(0).equals(subject.host.address());
    if (isThere && !isHis(listed)) {
      throw new Broken(
          lan,
          "not missed",
          observer.name() + " still lists " + subject.name() + describe(observer, subject));
    }
  }

  private void checkRuns(Program program) {
    Set<Long> runs = this.runs.computeIfAbsent(program, p -> new HashSet<>());
    if (runs.add(program.core().incarnation()) && runs.size() > 1) {
      excuse(program, 3 * INTERVAL_NS);
    }
    if (runs.size() > 1 + MAX_RUNS) {
      throw new Broken(lan, "overtaken", program.name() + " takes a higher incarnation again");
    }
  }

  private void checkGhosts(Program observer) {
    int ghosts = 0;
    for (Change change : observer.listed.values()) {
      PeerInfo peer = change.peer();
      InetAddress address = peer.addresses().get(0);
      if (forger.isThere()
          && forger.owns(address)
          && !forger.opens(new InetSocketAddress(address, peer.tcpPort()))) {
        ghosts++;
      }
    }
    if (ghosts > MAX_GHOSTS) {
      throw new Broken(
          lan, "ghosts", observer.name() + " lists " + ghosts + " that take no connection");
    }
  }

  private void checkReflection(Program program) {
    long allowed = 3 + (lan.nowNs() - sinceNs) / INTERVAL_NS;
    int datagrams = bystander.datagrams(program.host.address());
    int connections = bystander.connections(program.host.address());
    if (datagrams > allowed || connections > allowed) {
      throw new Broken(
          lan,
          datagrams > allowed ? "reflected datagrams" : "reflected connections",
          "%s sent a bystander %d datagrams, and %d connections"
              .formatted(program.name(), datagrams, connections));
    }
  }

  /** Whether it runs as it should, on a network that it can use. */
  boolean isWell(Program program) {
    return program.isRunning()
        && !program.isPaused()
        && !program.isLeaving()
        && lan.isReachable(program);
  }

  /** The latest program with this id, or the one that had it before it took another. */
  private @Nullable Program find(NodeId id) {
    List<Program> programs = lan.programs();
    for (int i = programs.size() - 1; i >= 0; i--) {
      if (programs.get(i).core().id().equals(id)) {
        return programs.get(i);
      }
    }
    for (Program program : renamed) {
      if (program.identity.id().equals(id)) {
        return program;
      }
    }
    return null;
  }

  private Broken broken(String kind, Program observer, Change change, String what) {
    return new Broken(
        lan,
        kind,
        "%s hears %s of %s, which %s"
            .formatted(observer.name(), change.kind(), change.peer().name(), what));
  }
}
