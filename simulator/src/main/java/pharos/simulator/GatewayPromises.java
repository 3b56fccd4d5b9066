package pharos.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.core.gateway.Reply.Status;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * What must hold of gateways whatever happens; a run that breaks one ends with a {@link
 * Invariants.Violation}.
 *
 * <ul>
 *   <li>No call outlives its deadline, and each ends once.
 *   <li>Who is gone is found no more, as soon as its own segment must know.
 *   <li>After quiet, who lives is found from everywhere, by name and by service, as it is now, and
 *       nobody else is.
 *   <li>After quiet, what is registered is found as it was registered last, whichever gateways died
 *       meanwhile; and what nobody keeps up any more is found no more once it has expired.
 *   <li>After quiet, nothing is under way, and what is kept is no more than what is there.
 * </ul>
 */
final class GatewayPromises implements Lan.Listener {
  private static final long SECOND = 1_000_000_000;

  /** Six intervals of silence and the last datagram's way, and what TCP sends again. */
  private static final long GONE_NS = 8 * SECOND;

  private static final long GONE_LATE_NS = 30 * SECOND;

  /** The time of a disturbance after which a segment is as it was. */
  private static final long CALM_NS = 60 * SECOND;

  /** A lease without a word of its holder. */
  static final long LEASE_NS = 60 * SECOND;

  private static final int TRIES = 4;
  private static final long AGAIN_NS = 5 * SECOND;
  private static final int MAX_DESKS = 20;

  private final Network network;
  private final SplittableRandom random;
  private final GatewaySwarm.Timing timing;
  private final Map<Program, Long> disturbedNs = new HashMap<>();
  private final List<Desk> desks = new ArrayList<>();
  private final Leftovers leftovers;
  private int open;

  GatewayPromises(Network network, SplittableRandom random, GatewaySwarm.Timing timing) {
    this.network = network;
    this.random = random;
    this.timing = timing;
    leftovers = new Leftovers(network);
  }

  /** Watches over this segment from now on. */
  void watch(Lan lan) {
    new Invariants(lan, SECOND);
    lan.listen(this);
  }

  @Override
  public void disturbed(Program program) {
    disturbedNs.put(program, network.nowNs());
  }

  @Override
  public void resumed(Program program) {
    disturbedNs.put(program, network.nowNs());
  }

  private Invariants.Violation violation(String what) {
    return new Invariants.Violation(network, what);
  }

  // Calls.

  /** One call of a program, and what its end has to be. */
  private final class Open {
    final Program program;
    final String what;
    final long beganNs = network.nowNs();
    final Consumer<Reply.Ended> then;
    boolean isOver;

    Open(Program program, String what, Consumer<Reply.Ended> then) {
      this.program = program;
      this.what = what;
      this.then = then;
    }

    void begin(GatewayPlug.Begin begin) {
      open++;
      network.at(beganNs + GatewayPlug.PATIENCE_NS, this::checkIsOver);
      program.deliver(() -> GatewayPlug.of(program).call(begin, network.nowNs(), this::end));
    }

    private void end(Reply.Ended ended) {
      isOver = true;
      open--;
      network.trace().line(network.nowNs(), program.name(), what + ": " + ended.status());
      checkAreThere(program, beganNs, what, ended.peers());
      then.accept(ended);
    }

    /** Who stood still meanwhile has as much time again. */
    private void checkIsOver() {
      if (isOver || !program.isRunning()) {
        open -= isOver ? 0 : 1;
        return;
      }
      long resumedNs = disturbedNs.getOrDefault(program, beganNs);
      if (program.isPaused() || resumedNs > beganNs) {
        long fromNs = program.isPaused() ? network.nowNs() : resumedNs;
        if (fromNs + GatewayPlug.PATIENCE_NS > network.nowNs()) {
          network.at(fromNs + GatewayPlug.PATIENCE_NS, this::checkIsOver);
          return;
        }
      }
      throw violation(
          program.name() + " called at " + beganNs / 1e9 + " s and has no answer: " + what);
    }
  }

  private void find(Program by, ContactId id, String what, Consumer<Reply.Ended> then) {
    new Open(by, "finds " + what, then).begin((gateway, call) -> gateway.find(call, id));
  }

  private void browse(Program by, String service, Consumer<Reply.Ended> then) {
    new Open(by, "browses " + service, then)
        .begin((gateway, call) -> gateway.browse(call, service));
  }

  /** A call in the midst of it all: of its end only what holds always is asked. */
  void findSomething(Program by) {
    List<Program> all = network.programs();
    Program sought = all.get(random.nextInt(all.size()));
    switch (random.nextInt(4)) {
      case 0 -> browse(by, "Sim", ended -> {});
      case 1 -> find(by, ContactId.of(sought.core().id().toBytes()), "an id", ended -> {});
      case 2 -> {
        if (!desks.isEmpty()) {
          findDesk(by, desks.get(random.nextInt(desks.size())));
        }
      }
      default -> find(by, ContactId.ofText(sought.name()), sought.name(), ended -> {});
    }
  }

  /** Registers something new, or something again. */
  void register(Program by) {
    Desk known = deskOf(by);
    boolean isNew = known == null || (random.nextInt(3) == 0 && desks.size() < MAX_DESKS);
    Desk desk = known == null || isNew ? new Desk(by, desks.size() + 1) : known;
    if (isNew) {
      desks.add(desk);
    }
    register(by, desk);
  }

  private void register(Program by, Desk desk) {
    Contact contact = desk.next();
    desk.begin();
    new Open(
            by,
            "registers " + desk.id,
            ended -> {
              if (ended.status() == Status.REGISTERED) {
                desk.registered(contact);
              } else {
                desk.failed();
              }
            })
        .begin((gateway, call) -> gateway.register(call, contact));
  }

  void unregister(Program by) {
    Desk desk = deskOf(by);
    if (desk != null) {
      unregister(by, desk);
    }
  }

  private void unregister(Program by, Desk desk) {
    desk.begin();
    new Open(
            by,
            "unregisters " + desk.id,
            ended -> {
              if (ended.status() == Status.UNREGISTERED) {
                desk.unregistered(network.nowNs());
              } else {
                desk.failed();
              }
            })
        .begin((gateway, call) -> gateway.unregister(call, desk.id));
  }

  private @Nullable Desk deskOf(Program owner) {
    List<Desk> its = desks.stream().filter(it -> it.owner == owner && !it.isBusy()).toList();
    return its.isEmpty() ? null : its.get(random.nextInt(its.size()));
  }

  // What holds always.

  private void checkAreThere(Program by, long beganNs, String what, List<RemotePeer> told) {
    for (RemotePeer peer : told) {
      Program subject = run(peer.id(), peer.incarnation());
      if (subject == null) {
        throw violation(
            by.name() + " " + what + " and is told of " + peer.name() + ", never there");
      }
      Program teller = run(peer.gateway(), -1);
      if (teller != null
          && teller.isRunning()
          && !teller.isPaused()
          && isCalm(teller, GONE_LATE_NS)
          && subject.endedNs < beganNs - goneNs(teller, subject)) {
        throw violation(
            by.name() + " " + what + " and is told of " + subject.name() + ", who is gone");
      }
    }
  }

  private long goneNs(Program teller, Program subject) {
    boolean isEasy =
        teller.host.lan.weather().loss() == 0
            && isCalm(teller, CALM_NS)
            && isCalm(subject, CALM_NS)
            && subject.host.isPluggedIn;
    return isEasy ? GONE_NS : GONE_LATE_NS;
  }

  private boolean isCalm(Program program, long sinceNs) {
    Long atNs = disturbedNs.get(program);
    return atNs == null || network.nowNs() - atNs >= sinceNs;
  }

  /** The run that has this id and incarnation; the latest of that id, where none has both. */
  private @Nullable Program run(NodeId id, long incarnation) {
    Program latest = null;
    for (Program program : network.programs()) {
      if (program.core().id().equals(id) || program.identity.id().equals(id)) {
        if (program.core().incarnation() == incarnation) {
          return program;
        }
        latest = latest == null || program.startedNs >= latest.startedNs ? program : latest;
      }
    }
    return latest;
  }

  private void findDesk(Program by, Desk desk) {
    long beganNs = network.nowNs();
    find(by, desk.id, desk.id.toString(), ended -> checkIsNotStale(by, desk, ended, beganNs));
  }

  /**
   * Nobody withdraws what a node registered that is dead, nor what it could not reach: it expires.
   */
  private void checkIsNotStale(Program by, Desk desk, Reply.Ended ended, long beganNs) {
    long endedNs = desk.endedNs();
    boolean isLong =
        endedNs != Long.MAX_VALUE && beganNs - endedNs > LEASE_NS + timing.expiryNs() + 90 * SECOND;
    if (isLong && ended.contact().isPresent()) {
      throw violation(by.name() + " finds " + desk.id + ", which nobody keeps up any more");
    }
  }

  // What holds after quiet.

  /** Everybody looks for everybody, and for what is registered; then nothing is left over. */
  void checkAll() {
    List<Program> living = network.programs().stream().filter(this::isThere).toList();
    for (Program by : living) {
      mustBrowse(by, living, 1);
      for (int i = 0; i < 2; i++) {
        mustFind(by, living.get(random.nextInt(living.size())), 1);
      }
      if (!desks.isEmpty()) {
        mustFindDesk(by, desks.get(random.nextInt(desks.size())), 1);
      }
      network.runFor(random.nextLong(SECOND / 2));
    }
    awaitAll();
    leftovers.check(living, desks);
  }

  /** After so long a time that whatever nobody keeps up has expired: so it must have. */
  void checkAllDesks() {
    List<Program> living = network.programs().stream().filter(this::isThere).toList();
    for (Desk desk : List.copyOf(desks)) {
      mustFindDesk(living.get(random.nextInt(living.size())), desk, 1);
    }
    awaitAll();
  }

  private boolean isThere(Program program) {
    return program.isRunning() && !program.isLeaving();
  }

  /** Each call has a deadline, which is seen to; so this ends. */
  private void awaitAll() {
    while (open > 0) {
      network.runFor(SECOND);
    }
  }

  private boolean mayTryAgain(int tries) {
    return loses() && tries < TRIES;
  }

  /** What was lost once too often is tried again when connections have recovered. */
  private void again(Runnable call) {
    open++;
    network.at(
        network.nowNs() + AGAIN_NS,
        () -> {
          open--;
          call.run();
        });
  }

  private boolean loses() {
    return network.weather().loss() > 0
        || network.segments().stream().anyMatch(lan -> lan.weather().loss() > 0);
  }

  /** Where messages are lost, who did not get the last announcement has the one before. */
  private boolean isAs(Contact must, Contact told) {
    return loses() || told.data().equals(must.data());
  }

  private void mustBrowse(Program by, List<Program> living, int tries) {
    Map<NodeId, String> expected = new TreeMap<>();
    living.forEach(it -> expected.put(it.core().id(), asItIs(it)));
    browse(
        by,
        "Sim",
        ended -> {
          Map<NodeId, String> told = new TreeMap<>();
          ended.peers().forEach(peer -> told.put(peer.id(), asItIs(peer)));
          if (!told.equals(expected)) {
            if (mayTryAgain(tries)) {
              again(() -> mustBrowse(by, living, tries + 1));
            } else {
              throw violation(by.name() + " browses and " + difference(expected, told));
            }
          }
        });
  }

  private static String difference(Map<NodeId, String> expected, Map<NodeId, String> told) {
    Set<String> missing = new TreeSet<>(expected.values());
    missing.removeAll(told.values());
    Set<String> more = new TreeSet<>(told.values());
    more.removeAll(expected.values());
    return "is not told of " + missing + ", but of " + more;
  }

  private static String asItIs(Program program) {
    return program.name()
        + " "
        + program.core().incarnation() % 1_000_000
        + " "
        + Long.toHexString(program.offered.digest());
  }

  private static String asItIs(RemotePeer peer) {
    return peer.name()
        + " "
        + peer.incarnation() % 1_000_000
        + " "
        + Long.toHexString(peer.document().digest());
  }

  private void mustFind(Program by, Program sought, int tries) {
    boolean isById = random.nextBoolean();
    ContactId id =
        isById ? ContactId.of(sought.core().id().toBytes()) : ContactId.ofText(sought.name());
    find(
        by,
        id,
        sought.name() + (isById ? " by id" : ""),
        ended -> {
          List<String> told = ended.peers().stream().map(GatewayPromises::asItIs).toList();
          if (!told.equals(List.of(asItIs(sought)))) {
            if (mayTryAgain(tries)) {
              again(() -> mustFind(by, sought, tries + 1));
            } else {
              throw violation(
                  by.name() + " looks for " + asItIs(sought) + " and is told of " + told);
            }
          }
        });
  }

  private void mustFindDesk(Program by, Desk desk, int tries) {
    long beganNs = network.nowNs();
    Contact must = desk.isBusy() ? null : desk.mustBe();
    find(
        by,
        desk.id,
        desk.id.toString(),
        ended -> {
          checkIsNotStale(by, desk, ended, beganNs);
          if (must == null || ended.contact().filter(it -> isAs(must, it)).isPresent()) {
            return;
          }
          if (mayTryAgain(tries)) {
            again(() -> mustFindDesk(by, desk, tries + 1));
          } else {
            throw violation(
                by.name()
                    + " looks for "
                    + desk.id
                    + " of "
                    + desk.owner.name()
                    + " as "
                    + must.data()
                    + " and is told of "
                    + ended.contact().map(it -> it.data().toString()));
          }
        });
  }

  /** In quiet what is registered is found at once, as it was last, and withdrawn it is not. */
  void checkDesk() {
    List<Program> living = network.programs().stream().filter(this::isThere).toList();
    Program owner = living.get(random.nextInt(living.size()));
    Desk desk = new Desk(owner, desks.size() + 1);
    desks.add(desk);
    for (int i = 0; i < 2; i++) {
      register(owner, desk);
      awaitAll();
      living.forEach(by -> mustFindDesk(by, desk, 1));
      awaitAll();
    }
    unregister(owner, desk);
    awaitAll();
    if (desk.mustBe() == null && desk.endedNs() != Long.MAX_VALUE && !loses()) {
      living.forEach(by -> find(by, desk.id, desk.id.toString(), ended -> mustNotBe(desk, ended)));
      awaitAll();
    }
  }

  private void mustNotBe(Desk desk, Reply.Ended ended) {
    if (ended.contact().isPresent()) {
      throw violation(desk.id + " was withdrawn in quiet, and is found");
    }
  }
}
