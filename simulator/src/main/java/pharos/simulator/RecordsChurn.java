package pharos.simulator;

import java.io.PrintStream;
import java.util.Optional;
import java.util.SplittableRandom;
import pharos.records.Content;
import pharos.records.Version;
import pharos.records.core.RecordsSettings;
import pharos.records.core.Wish;

/**
 * Nodes that hold records, of which one comes and one goes each second, and what becomes of these.
 */
final class RecordsChurn {
  private static final long MS = 1_000_000;
  private static final int COPIES = 3;
  private static final int KEYS = 200;
  private static final long HAND_OVER_NS = 5 * TimeText.SECOND;
  private static final long LONGEST_NS = 60 * TimeText.SECOND;

  private final Lan lan;
  private final SplittableRandom random;
  private final RecordsPromises promises;
  private int named;

  private RecordsChurn(long seed) {
    lan = Lan.seeded(seed);
    random = new SplittableRandom(~seed);
    promises = new RecordsPromises(lan, false);
    promises.copies(COPIES);
  }

  /** Prints a line for each number of nodes. */
  static void print(long seed, int[] nodes, int seconds, PrintStream out) {
    out.printf(
        "seed %d; %d s, one comes and one goes each second, %d keys, %d copies%n",
        seed, seconds, KEYS, COPIES);
    for (int number : nodes) {
      RecordsChurn churn = new RecordsChurn(seed);
      long wholeNs = churn.play(number, seconds);
      out.printf(
          "%d nodes: whole again after %s; %s%n",
          number, TimeText.of(wholeNs), churn.promises.tally());
    }
  }

  /** How long it takes until all copies are where they should be, when it is over. */
  private long play(int nodes, int seconds) {
    for (int i = 0; i < nodes; i++) {
      lan.at(10 * MS * i, this::start);
    }
    lan.runFor(10 * TimeText.SECOND + 10 * MS * nodes);
    for (int i = 0; i < KEYS; i++) {
      put("k" + i);
      lan.runFor(10 * MS);
    }
    for (int second = 0; second < seconds; second++) {
      start();
      leave(any());
      put("k" + random.nextInt(KEYS));
      promises.get(any(), "k" + random.nextInt(KEYS));
      lan.runFor(TimeText.SECOND);
    }
    long endNs = lan.nowNs();
    while (!isWhole() && lan.nowNs() - endNs < LONGEST_NS) {
      lan.runFor(100 * MS);
    }
    long wholeNs = lan.nowNs() - endNs;
    lan.runFor(20 * TimeText.SECOND);
    promises.check();
    return wholeNs;
  }

  private Program any() {
    Program any = Swarm.any(lan, random);
    if (any == null) {
      throw new IllegalStateException("nobody is there any more");
    }
    return any;
  }

  private void start() {
    String name = "n" + ++named;
    RecordsSettings settings = RecordsSettings.holding(COPIES, 1 << 24, 10_000, false);
    lan.start(name, Lan.document(name), new RecordsPlug(settings, null, false));
  }

  private void put(String key) {
    Optional<Content> content = Optional.of(Content.text("value " + lan.nowNs()));
    promises.put(any(), new Wish.Put(key, content, Wish.If.ANY, Version.NONE, 0));
  }

  private void leave(Program program) {
    RecordsPlug plug = RecordsPlug.of(program);
    program.deliver(() -> plug.machine().leave());
    leaveWhenDone(program, plug, lan.nowNs() + HAND_OVER_NS);
  }

  private void leaveWhenDone(Program program, RecordsPlug plug, long untilNs) {
    if (plug.leftAtHandOver() >= 0 || lan.nowNs() >= untilNs) {
      program.leave();
    } else {
      lan.at(lan.nowNs() + 20 * MS, () -> leaveWhenDone(program, plug, untilNs));
    }
  }

  private boolean isWhole() {
    return lan.programs().stream()
        .filter(Program::isRunning)
        .allMatch(it -> RecordsPlug.of(it).machine().isSettled());
  }
}
