package pharos.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Reason;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

/**
 * What must hold whatever happens, checked as it happens. A run that breaks one ends with a {@link
 * Violation}.
 *
 * <ul>
 *   <li>News of one peer alternates: it arrives, is suspect or not, is gone; and it is gone once
 *       for each time it arrived.
 *   <li>Nobody arrives that was not there a moment ago.
 *   <li>Nobody is gone who was well, and connected to the one who says so, for the whole time in
 *       which he would have noticed.
 *   <li>Whom a firewall refuses is believed to have crashed once at most, and not where it never
 *       answered.
 *   <li>Who is dead is gone everywhere within the promised time; where so many beacons are lost
 *       that a peer is given more time, within that; and where somebody hears nobody, once it is
 *       heard.
 *   <li>Who is isolated had three hosts around it, or no link, and hears nobody.
 *   <li>When all has been quiet, everybody knows everybody who is there.
 * </ul>
 */
final class Invariants implements Lan.Listener {
  private static final long SECOND = 1_000_000_000;

  /** Six intervals of silence, and a little for the last datagram's way. */
  private static final double PROMISE = 6.2;

  /** What TCP sends again arrives late: so long may a question of the dead make it known. */
  private static final long LATE_ARRIVAL_NS = 15 * SECOND;

  /** Of fewer hosts, silence does not tell whose fault it is. */
  private static final int HOSTS = 3;

  private final Lan lan;
  private final long intervalNs;
  private final Map<Program, Long> disturbedNs = new HashMap<>();
  private final Map<Program, Long> resumedNs = new HashMap<>();
  private final Map<Program, Long> isolatedNs = new HashMap<>();
  private final Map<Program, Set<Program>> buried = new HashMap<>();
  private final Map<Program, Set<Program>> refused = new HashMap<>();
  private final Map<NodeId, List<Program>> byId = new HashMap<>();
  private int indexed;

  /** Something happened that must not. */
  public static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    Violation(Lan lan, String what) {
      this(lan.nowNs(), lan.trace(), what);
    }

    Violation(Network network, String what) {
      this(network.nowNs(), network.trace(), what);
    }

    private Violation(long nowNs, Trace trace, String what) {
      super(what + " at " + nowNs / 1e9 + " s\n" + trace.latest(60));
    }
  }

  /** Watches over this network from now on; the interval is the longest that its agents use. */
  public Invariants(Lan lan, long intervalNs) {
    this.lan = lan;
    this.intervalNs = intervalNs;
    lan.listen(this);
  }

  /** How long a dead peer may be listed. */
  public long promiseNs() {
    return (long) (PROMISE * intervalNs);
  }

  @Override
  public void disturbed(Program program) {
    disturbedNs.put(program, lan.nowNs());
  }

  @Override
  public void resumed(Program program) {
    resumedNs.put(program, lan.nowNs());
  }

  @Override
  public void isolated(Program program, boolean isIsolated) {
    isolatedNs.put(program, lan.nowNs());
    if (isIsolated) {
      checkHearsNobody(program);
    }
  }

  /** Its link is down, or three hosts were there, and none is heard now. */
  private void checkHearsNobody(Program program) {
    if (!program.host.isPluggedIn) {
      return;
    }
    if (program.core.peers().size() < HOSTS) {
      throw new Violation(lan, program.name() + " says that it is isolated, and knows hardly one");
    }
    for (Program other : lan.programs()) {
      boolean isHeard =
          other != program
              && other.isRunning()
              && !other.isPaused()
              && isListed(program, other)
              && lan.isLossless()
              && lan.areConnected(program, other)
              && !wasDisturbed(program, promiseNs())
              && !wasDisturbed(other, promiseNs());
      if (isHeard) {
        throw new Violation(
            lan, program.name() + " says that it is isolated, and hears " + other.name());
      }
    }
  }

  @Override
  public void told(Program program, Change change) {
    Change before = program.listed.get(change.peer().id());
    switch (change.kind()) {
      case ARRIVED -> {
        demand(before == null, program, change, "arrives twice");
        checkIsReal(program, change);
      }
      case SUSPECT -> demand(isIn(before, State.ALIVE), program, change, "was not alive");
      case RECOVERED -> demand(isIn(before, State.SUSPECT), program, change, "was not suspect");
      case UPDATED -> demand(before != null, program, change, "was not there");
      case GONE -> {
        demand(before != null, program, change, "was not there");
        checkIsGone(program, change);
        if (isIn(before, State.ALIVE)) {
          checkIsRefusedOnce(program, change);
        }
      }
    }
    boolean isSame = before == null || before.peer().incarnation() == change.peer().incarnation();
    demand(isSame, program, change, "is another run than the one listed");
    if (change.kind() == Change.Kind.GONE) {
      program.listed.remove(change.peer().id());
    } else {
      program.listed.put(change.peer().id(), change);
    }
  }

  private static boolean isIn(@Nullable Change change, State state) {
    return change != null && change.peer().state() == state;
  }

  /**
   * Where datagrams are late by more than half an interval, the last beacons of the dead come over
   * as long a time, as those of the living do whose ports a firewall refuses.
   */
  private boolean mayBeHeardStill(Program subject) {
    long lateNs = lan.weather().lateNs();
    return lateNs > promiseNs() / 12 && lan.nowNs() - subject.endedNs <= lateNs;
  }

  private void checkIsReal(Program observer, Change change) {
    Program subject = find(change);
    demand(subject != null, observer, change, "was never there");
    if (subject != null) {
      boolean isRecent = lan.nowNs() - subject.endedNs < LATE_ARRIVAL_NS;
      demand(
          subject.isRunning() || isRecent || wasDisturbed(observer, 3 * promiseNs()),
          observer,
          change,
          "arrives though long dead");
      Set<Program> dead = buried.getOrDefault(observer, Set.of());
      demand(
          !dead.contains(subject) || mayBeHeardStill(subject),
          observer,
          change,
          "arrives again though it ended");
      checkIsAloneThere(observer, subject.host, change);
    }
  }

  /** Two programs cannot hold one port; only runs on one host could be listed as if they did. */
  private void checkIsAloneThere(Program observer, Host host, Change change) {
    PeerInfo peer = change.peer();
    for (Program run : host.runs) {
      Change other = observer.listed.get(run.core.id());
      boolean isThere =
          other != null
              && other.peer().tcpPort() == peer.tcpPort()
              && other.peer().addresses().equals(peer.addresses());
      if (isThere) {
        demand(false, observer, change, "arrives where " + run.name() + " is listed");
      }
    }
  }

  private void checkIsGone(Program observer, Change change) {
    Program subject = find(change);
    if (subject == null) {
      return;
    }
    boolean isSame = subject.core.incarnation() == change.peer().incarnation();
    if (!subject.isRunning() || subject.isLeaving()) {
      checkIsBuried(observer, subject, change, isSame);
      return;
    }
    boolean isWell =
        isSame
            && !subject.isPaused()
            && lan.areConnected(observer, subject)
            && !observer.host.isWalledOff
            && !isRecent(disturbedNs, observer, promiseNs())
            && !wasDisturbed(subject, promiseNs());
    demand(!isWell, observer, change, "is said to be gone though it is well");
    demand(
        change.reason().orElse(Reason.SILENT) != Reason.LEFT || !isSame,
        observer,
        change,
        "is said to have left though it did not");
  }

  /**
   * Refusals in the name of one who lives are believed where it had answered, and once. Who was not
   * even suspect can only have been refused.
   */
  private void checkIsRefusedOnce(Program observer, Change change) {
    Program subject = find(change);
    if (subject == null || subject.core.incarnation() != change.peer().incarnation()) {
      return;
    }
    boolean isHeard =
        lan.isLossless()
            && subject.isRunning()
            && subject.host.isWalledOff
            && !subject.isPaused()
            && lan.areConnected(observer, subject)
            && !wasDisturbed(observer, promiseNs());
    if (!isHeard || change.reason().orElse(Reason.LEFT) != Reason.CRASHED) {
      return;
    }
    boolean isFirst = refused.computeIfAbsent(observer, p -> new HashSet<>()).add(subject);
    demand(isFirst, observer, change, "is refused for the second time");
    demand(!subject.isAlwaysWalledOff, observer, change, "never answered where it is refused");
  }

  /**
   * Who ended does not come back as the same run; who said goodbye is heard where all is well, by
   * those it knew: who met it a moment ago knows only where its answers come from, not its
   * broadcasts.
   */
  private void checkIsBuried(Program observer, Program subject, Change change, boolean isSame) {
    if (!isSame) {
      return;
    }
    buried.computeIfAbsent(observer, program -> new HashSet<>()).add(subject);
    boolean isHeard =
        subject.isLeaving()
            && isListed(/* observer= */ subject, /* subject= */ observer)
            && lan.isLossless()
            && lan.areConnected(observer, subject)
            && !wasDisturbed(observer, promiseNs())
            && !wasDisturbed(subject, promiseNs());
    demand(
        !isHeard || change.reason().orElse(Reason.LEFT) == Reason.LEFT,
        observer,
        change,
        "is not said to have left though it did");
  }

  private static boolean isListed(Program observer, Program subject) {
    Change listed = observer.listed.get(subject.core.id());
    return listed != null && subject.isOf(listed);
  }

  /** Whether everybody who runs reaches everybody, and has for so long that nobody is missing. */
  boolean areAllWell() {
    for (Program program : lan.programs()) {
      if (program.isRunning()
          && (!lan.isReachable(program) || wasDisturbed(program, promiseNs()))) {
        return false;
      }
    }
    return true;
  }

  private boolean wasDisturbed(Program program, long withinNs) {
    return program.isPaused()
        || program.host.isWalledOff
        || isRecent(disturbedNs, program, withinNs)
        || isRecent(resumedNs, program, withinNs);
  }

  private boolean isRecent(Map<Program, Long> timesNs, Program program, long withinNs) {
    Long atNs = timesNs.get(program);
    return atNs != null && lan.nowNs() - atNs < withinNs;
  }

  /** The run that the news is about, or else the latest one of the same node. */
  private @Nullable Program find(Change change) {
    while (indexed < lan.programs().size()) {
      Program program = lan.programs().get(indexed++);
      byId.computeIfAbsent(program.identity.id(), id -> new ArrayList<>()).add(program);
    }
    // Of two with one incarnation it is the later one: its clock was set back, and it learnt of a
    // run before the former. Where none has it, the latest had it until it learnt of such a run.
    Program latest = null;
    Program same = null;
    for (Program program : byId.getOrDefault(change.peer().id(), List.of())) {
      latest = program;
      same = program.core.incarnation() == change.peer().incarnation() ? program : same;
    }
    return same == null ? latest : same;
  }

  @Override
  public void ended(Program program) {
    lan.at(lan.nowNs() + promiseNs(), () -> checkIsListedNowhere(program));
  }

  private void checkIsListedNowhere(Program dead) {
    for (Program observer : lan.programs()) {
      Change listed = observer.listed.get(dead.core.id());
      if (!observer.isRunning()
          || listed == null
          || !dead.isOf(listed)
          || wasDisturbed(observer, promiseNs())) {
        continue;
      }
      boolean holds = observer.holds(dead);
      boolean cannotAsk = observer.core.isIsolated() || !lan.isHeardByHalf(observer);
      if ((holds && cannotAsk) || isRecent(isolatedNs, observer, promiseNs())) {
        lan.at(lan.nowNs() + promiseNs(), () -> checkIsListedNowhere(dead));
        continue;
      }
      // Who could not ask others a moment ago asks them soon again.
      double patience = observer.patience(dead) + (holds ? 0.5 : 0);
      long dueNs = lastHeardNs(observer, dead) + (long) (promiseNs() * patience);
      if (dueNs > lan.nowNs()) {
        lan.at(dueNs, () -> checkIsListedNowhere(dead));
      } else {
        throw new Violation(
            lan,
            dead.name()
                + " is dead for "
                + PROMISE
                + " intervals, "
                + observer.name()
                + " still lists it");
      }
    }
  }

  /**
   * When the observer last heard of one who is dead now. What its kernel still sends again over TCP
   * counts, for a while; a peer that is heard of longer than that is kept alive by a mistake.
   */
  private static long lastHeardNs(Program observer, Program dead) {
    long heardNs = observer.seen(dead).map(PeerInfo::heardNs).orElse(dead.endedNs);
    return Math.max(dead.endedNs, Math.min(heardNs, dead.endedNs + LATE_ARRIVAL_NS));
  }

  /** Who began so long ago, or ended and was missed, is known as such to all who were well. */
  void checkIsSettled(Program subject, long withinNs) {
    for (Program observer : lan.programs()) {
      if (observer == subject
          || !observer.isRunning()
          || observer.isLeaving()
          || lan.nowNs() - observer.startedNs < withinNs
          || !lan.meet(observer, subject)
          || observer.core.isIsolated()
          || isRecent(isolatedNs, observer, withinNs)
          || wasDisturbed(observer, withinNs)
          || wasDisturbed(subject, withinNs)
          || observer.patience(subject) > 1) {
        continue;
      }
      boolean isListed = isListed(observer, subject);
      if (isListed != subject.isRunning()) {
        throw new Violation(
            lan,
            observer.name()
                + " still does not know that "
                + subject.name()
                + (isListed ? " died" : " began"));
      }
    }
  }

  /** After a time in which nothing happened: everybody knows everybody, and nobody else. */
  public void checkAllKnowAll() {
    for (Program observer : lan.programs()) {
      if (observer.isRunning() && !observer.isPaused()) {
        checkKnowsAll(observer);
      }
    }
  }

  /** These are well since long, whatever is wrong with others: all of them know all of them. */
  void checkAreWhole(List<Program> core) {
    for (Program observer : core) {
      for (Program subject : core) {
        if (observer != subject && observer.isRunning() && subject.isRunning()) {
          checkKnows(observer, subject);
        }
      }
    }
  }

  private void checkKnows(Program observer, Program subject) {
    if (observer.core.isIsolated()) {
      throw new Violation(
          lan, observer.name() + " says that it is isolated, and hears " + subject.name());
    }
    Change listed = observer.listed.get(subject.core.id());
    if (listed == null || !subject.isOf(listed)) {
      throw new Violation(lan, observer.name() + " does not know " + subject.name());
    }
    if (!listed.peer().document().equals(subject.offered)) {
      throw new Violation(lan, observer.name() + " lists an old offer of " + subject.name());
    }
    if (lan.weather().loss() == 0 && listed.peer().state() != State.ALIVE) {
      throw new Violation(lan, observer.name() + " still suspects " + subject.name());
    }
  }

  private void checkKnowsAll(Program observer) {
    int expected = 0;
    for (Program subject : lan.programs()) {
      if (subject == observer || !subject.isRunning()) {
        continue;
      }
      if (!lan.areConnected(observer, subject)) {
        boolean mayBeListed = lan.mayHear(observer, subject) || observer.holds(subject);
        expected += mayBeListed && isListed(observer, subject) ? 1 : 0;
        continue;
      }
      if (!lan.meet(observer, subject) && !isListed(observer, subject)) {
        // Without broadcasts who met before stays, and who did not meet does not.
        continue;
      }
      expected++;
      checkKnows(observer, subject);
    }
    if (observer.core.isIsolated()) {
      return; // it may hold who is dead
    }
    if (observer.listed.size() != expected) {
      throw new Violation(
          lan,
          observer.name() + " lists " + observer.listed.size() + " peers, there are " + expected);
    }
    if (observer.core.peers().size() != expected) {
      throw new Violation(lan, observer.name() + "'s list is not what its events say");
    }
    if (lan.weather().corruption() == 0 && observer.core.known() != expected) {
      throw new Violation(
          lan, observer.name() + " keeps " + observer.core.known() + " peers of " + expected);
    }
    if (observer.watching() > expected) {
      throw new Violation(
          lan, observer.name() + " watches " + observer.watching() + " peers of " + expected);
    }
  }

  private void demand(boolean holds, Program observer, Change change, String what) {
    if (!holds) {
      throw new Violation(
          lan,
          observer.name()
              + " hears "
              + change.kind()
              + " of "
              + change.peer().name()
              + ", which "
              + what);
    }
  }
}
