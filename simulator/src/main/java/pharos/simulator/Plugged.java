package pharos.simulator;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import pharos.agent.core.Action;
import pharos.agent.core.Change;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.agent.core.Talker;
import pharos.agent.core.gateway.Callees;
import pharos.agent.core.gateway.Endpoints;
import pharos.agent.wire.WireException;
import pharos.beacon.Addresses;
import pharos.kademlia.Quotas;

/**
 * The machine that a program drives beside its core, in the turns of that: what the shell's loop
 * does for it, without its limits on time.
 */
final class Plugged<Q, A, E> {
  private static final long MS = 1_000_000;

  /** What the shell tells once a second at least: who is there, and how many agents are where. */
  private static final long REFRESH_NS = 1_000 * MS;

  /** How long work takes on another thread. */
  private static final long WORK_NS = MS;

  /** Who wants more turns at one moment does nothing else any more. */
  private static final int MAX_TURNS_AT_ONCE = 5_000;

  final Plug<Q, A, E> plug;
  final Talker<Q, A, E> machine;

  private final Lan lan;
  private final Program program;
  private final Dialogue dialogue;
  private final ArrayDeque<Runnable> arrived = new ArrayDeque<>();

  /** Who waits for the answer to what was asked here, by token. */
  private final Map<Long, Consumer<Object>> askers = new HashMap<>();

  private final Map<String, Integer> agents = new HashMap<>();
  private long tokens;
  private long refreshedNs;
  private long turnNs = -1;
  private int turnsAtOnce;
  private long asked;

  Plugged(Lan lan, Program program, Plug<Q, A, E> plug) {
    this.lan = lan;
    this.program = program;
    this.plug = plug;
    machine = plug.machine(self(), lan.split(), lan.nowNs(), this::agentsAt);
    Callees callees = new Callees(this::isTrusted, lan.nowNs());
    dialogue = new Dialogue(lan, program, callees, new Ears());
    refreshedNs = lan.nowNs() - REFRESH_NS;
  }

  /** This agent as its peers see it. */
  private PeerInfo self() {
    return new PeerInfo(
        program.core.id(),
        program.core.incarnation(),
        program.name(),
        program.identity.service(),
        List.of(program.host.address()),
        program.identity.tcpPort(),
        plug.isNode(),
        program.offered,
        State.ALIVE,
        Hearing.WELL,
        lan.nowNs(),
        lan.nowNs());
  }

  private int agentsAt(String source) {
    boolean isOwn =
        source.equals(Addresses.text(program.host.address()))
            || Addresses.parse(source).filter(InetAddress::isLoopbackAddress).isPresent();
    return isOwn ? Quotas.OWN : agents.getOrDefault(source, 0);
  }

  private boolean isTrusted(InetAddress address) {
    return agentsAt(Addresses.text(address)) != 0;
  }

  // What arrives.

  /** This agent began, or changed: its document, its id. */
  void tellSelf() {
    String endpoint = Endpoints.of(program.host.address(), program.identity.tcpPort());
    machine.onSelf(self(), List.of(endpoint));
  }

  void onChange(Change change) {
    machine.onChange(change);
    refreshedNs = lan.nowNs() - REFRESH_NS;
  }

  /** An address asked something, be it the core: it is where it says it is. */
  void onProof(InetAddress address) {
    dialogue.onProof(address);
  }

  void onQuestion(Host asker, Object body, Consumer<Object> back) {
    InetAddress from = asker == program.host ? InetAddress.getLoopbackAddress() : asker.address();
    onProof(asker.address());
    long token = ++tokens;
    askers.put(token, back);
    try {
      machine.onQuestion(token, Addresses.text(from), plug.readQuestion(body));
    } catch (WireException e) {
      throw new AssertionError(program.name() + " cannot read what an agent asks", e);
    }
  }

  private final class Ears implements Dialogue.Hearing {
    @Override
    public boolean onAnswer(long number, InetAddress at, Object body) {
      A answer;
      try {
        answer = plug.readAnswer(body);
      } catch (WireException e) {
        // Another kind of program has that port now, and says that it does not understand.
        return false;
      }
      machine.onReply(number, Addresses.text(at), answer);
      return true;
    }

    @Override
    public void onFailed(long number) {
      arrived.add(() -> machine.onFailed(number));
    }
  }

  // The turn.

  void turn() {
    turnsAtOnce = turnNs == lan.nowNs() ? turnsAtOnce + 1 : 0;
    turnNs = lan.nowNs();
    if (turnsAtOnce >= MAX_TURNS_AT_ONCE) {
      throw new Invariants.Violation(lan, program.name() + " wakes up without end");
    }
    machine.turn(lan.nowNs(), lan.dateMs(program.host));
  }

  /** Runs what is due, and does what the machine wants done, until it wants nothing more. */
  void run() {
    dialogue.wakeUp();
    machine.wakeUp();
    do {
      for (Runnable next = arrived.poll(); next != null; next = arrived.poll()) {
        next.run();
      }
      for (List<Action<Q, A, E>> wanted = machine.takeActions();
          !wanted.isEmpty();
          wanted = machine.takeActions()) {
        wanted.forEach(this::perform);
      }
    } while (!arrived.isEmpty());
    if (lan.nowNs() - refreshedNs >= REFRESH_NS) {
      refresh();
    }
  }

  private void refresh() {
    refreshedNs = lan.nowNs();
    agents.clear();
    program
        .core
        .provenAt()
        .forEach((address, count) -> agents.merge(Addresses.text(address), count, Integer::sum));
    machine.onPeers(program.core.peers());
  }

  /** When it has something to do. */
  long nextNs() {
    return Math.min(machine.isIdle() ? Long.MAX_VALUE : machine.nextWakeUpNs(), dialogue.nextNs());
  }

  private void perform(Action<Q, A, E> action) {
    if (action instanceof Action.Ask<Q, A, E> it) {
      ask(it);
    } else if (action instanceof Action.Forget<Q, A, E> it) {
      dialogue.forget(it.number());
    } else if (action instanceof Action.Answer<Q, A, E> it) {
      asker(it.token()).accept(plug.writeAnswer(it.reply()));
    } else if (action instanceof Action.Ignore<Q, A, E> it) {
      asker(it.token());
    } else if (action instanceof Action.Work<Q, A, E> it) {
      lan.in(WORK_NS, () -> program.deliver(() -> machine.onWorked(it.number(), it.work().get())));
    } else if (action instanceof Action.Tell<Q, A, E> it) {
      plug.onEvent(it.event());
    } else {
      throw new AssertionError(action);
    }
  }

  private Consumer<Object> asker(long token) {
    Consumer<Object> back = askers.remove(token);
    if (back == null) {
      throw new Invariants.Violation(lan, program.name() + " answers a question twice");
    }
    return back;
  }

  private void ask(Action.Ask<Q, A, E> it) {
    asked++;
    if (it.deadlineNs() - lan.nowNs() <= 0) {
      arrived.add(() -> machine.onFailed(it.number()));
    } else {
      dialogue.ask(it.number(), it.endpoints(), plug.writeQuestion(it.question()));
    }
  }

  // What can be looked at.

  /** How many questions of others were neither answered nor ignored yet. */
  int unanswered() {
    return askers.size();
  }

  /** How many questions of its own are open. */
  int open() {
    return dialogue.open();
  }

  /** How many connections are there for them. */
  int lines() {
    return dialogue.lines();
  }

  /** How many questions it asked so far. */
  long asked() {
    return asked;
  }
}
