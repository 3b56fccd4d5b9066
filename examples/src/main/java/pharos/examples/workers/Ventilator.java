package pharos.examples.workers;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.Agent;
import pharos.agent.zeromq.Wiring;
import pharos.examples.Inbox;
import pharos.examples.Options;
import pharos.examples.Program;

/**
 * Deals {@code --tasks} to all workers in turn, a few ahead of each, and sends again what was not
 * answered within {@code --patience} seconds. Ends when all are done. One thread does it all: the
 * wiring only says that there is something to connect, and the loop does it.
 */
public final class Ventilator {
  private static final String TASKS = "tasks";
  private static final String PATIENCE = "patience";

  private static final Logger log = LoggerFactory.getLogger(Ventilator.class);
  private static final int AHEAD = 4;
  private static final int LOOK_MS = 50;
  private static final int HANDSHAKE_MS = 250;

  /** The id of the task, the result, and who made it. */
  private static final Pattern ANSWER = Pattern.compile("\\d{1,9} \\d{1,18} \\P{Cntrl}{1,100}");

  private final Tasks tasks;
  private final int tenth;
  private int told;

  private Ventilator(int count, Duration patience) {
    tasks = new Tasks(count, patience.toNanos());
    tenth = Math.max(1, count / 10);
  }

  public static void main(String[] args) throws Exception {
    Program.run(args, Set.of(TASKS, PATIENCE), Ventilator::run);
  }

  private static void run(Options options) {
    int count = options.number(TASKS, 1_000);
    if (count < 1 || count > 1_000_000) {
      throw new IllegalArgumentException("--tasks must be 1 to 1000000, not " + count);
    }
    Duration patience = options.seconds(PATIENCE, Duration.ofSeconds(1));
    Agent agent = options.agent("Ventilator").closeAtExit(true).start();
    try (agent;
        ZContext context = new ZContext()) {
      new Ventilator(count, patience).deal(agent, context);
    }
  }

  private void deal(Agent agent, ZContext context) {
    ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
    dealer.setLinger(0);
    dealer.setIPv6(true);
    // A new connection of JeroMQ 0.6 may stall: then it is made anew.
    dealer.setHandshakeIvl(HANDSHAKE_MS);
    try (Wiring workers = Wiring.of(agent, dealer, Worker.WORK);
        ZMQ.Poller poller = context.createPoller(2)) {
      poller.register(dealer, ZMQ.Poller.POLLIN);
      poller.register(workers.signal(), ZMQ.Poller.POLLIN);
      while (!tasks.isComplete()) {
        poller.poll(LOOK_MS);
        Wiring.Changes changes = workers.apply();
        if (!changes.isEmpty()) {
          log.info("wired to {} workers", workers.endpoints().size());
        }
        takeAnswers(dealer);
        tasks.giveUp(System.nanoTime());
        send(dealer, AHEAD * workers.endpoints().size());
      }
      poller.unregister(workers.signal());
    }
    log.info("{}", tasks);
  }

  /** The empty frame is what a REP socket wants before the task. */
  private void send(ZMQ.Socket dealer, int most) {
    while (tasks.onTheirWay() < most) {
      OptionalInt task = tasks.next(System.nanoTime());
      if (task.isEmpty() || !dealer.send("", ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
        // One that could not be sent is overdue in time, and sent again.
        return;
      }
      dealer.send(task.getAsInt() + " " + task.getAsInt());
    }
  }

  private void takeAnswers(ZMQ.Socket dealer) {
    while (dealer.recv(ZMQ.DONTWAIT) != null) {
      String answer = dealer.hasReceiveMore() ? String.valueOf(Inbox.take(dealer)) : "";
      // Anybody may offer to work, and answer something else.
      if (ANSWER.matcher(answer).matches()) {
        String[] words = answer.split(" ", 3);
        tasks.answered(Integer.parseInt(words[0]), Long.parseLong(words[1]), words[2]);
      }
    }
    if (tasks.done() / tenth > told) {
      told = tasks.done() / tenth;
      log.info("{} done, {} sent again", tasks.done(), tasks.sentAgain());
    }
  }
}
