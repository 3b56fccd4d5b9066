package pharos.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pharos.records.Content;
import pharos.records.Version;
import pharos.records.core.Copy;
import pharos.records.core.RecordsSettings;
import pharos.records.core.Wish;

/**
 * A play that nobody wrote of nodes that hold records: who is there, what the network loses, what
 * happens and what is written are drawn from one seed. In some seeds one thing goes wrong after the
 * other, each when all copies are whole again; in the others as it comes.
 */
final class RecordsSwarm {
  private static final long SECOND = 1_000_000_000;
  private static final long MS = 1_000_000;
  private static final double[] LOSSES = {0, 0, 0, 0.01, 0.02};

  /** After which all copies are whole, when nothing happens: silence, and two rounds. */
  private static final long QUIET_NS = 25 * SECOND;

  private static final long REST_NS = 40 * SECOND;

  private final Lan lan;
  private final SplittableRandom random;
  private final RecordsPromises promises;
  private final RecordsSettings settings;
  private final boolean isOneByOne;
  private final boolean isWritten;
  private final boolean areDurable;
  private final int keys;
  private final boolean isArbitrated;

  /** Who else looks at what is there, in one seed of eight. */
  private final @Nullable SplittableRandom onlooker;

  private boolean isResting;
  private int named;
  private int values;

  private RecordsSwarm(long seed) {
    random = new SplittableRandom(~seed);
    lan = Lan.seeded(seed);
    // Both drawn from nothing, so that the stories of other seeds stay.
    isArbitrated = seed % 4 == 3;
    onlooker = seed % 8 == 6 ? new SplittableRandom(seed) : null;
    isOneByOne = random.nextInt(3) == 0;
    isWritten = random.nextInt(8) == 0;
    areDurable = random.nextBoolean();
    keys = 1 + random.nextInt(4);
    int copies = isOneByOne ? 3 + 2 * random.nextInt(2) : 1 + 2 * random.nextInt(3);
    settings = RecordsSettings.holding(copies, 1 << 24, 1_000, false);
    promises = new RecordsPromises(lan, isOneByOne);
    promises.copies(copies);
  }

  /** Plays this seed; a violation of what must hold is thrown, with the seed and its trace. */
  static RecordsPromises.Tally run(long seed, @Nullable Appendable trace) {
    RecordsSwarm swarm = new RecordsSwarm(seed);
    Swarm.play(seed, swarm.lan, trace, swarm::play);
    return swarm.promises.tally();
  }

  private void play() {
    int nodes = isOneByOne ? settings.copies() + random.nextInt(5) : 1 + random.nextInt(8);
    for (int i = 0; i < nodes; i++) {
      lan.at(random.nextLong(2 * SECOND), () -> start(true));
    }
    if (random.nextInt(3) == 0) {
      lan.at(random.nextLong(3 * SECOND), () -> start(false));
    }
    lan.runFor(6 * SECOND);
    if (onlooker != null) {
      onlook(onlooker);
    }
    if (random.nextBoolean() && !isOneByOne) {
      double loss = LOSSES[random.nextInt(LOSSES.length)];
      lan.weather(Weather.FAIR.withLoss(loss));
    }
    int rounds = 1 + random.nextInt(isOneByOne ? 4 : 8);
    for (int round = 0; round < rounds; round++) {
      calls();
      switch (random.nextInt(8)) {
        case 0, 1 -> interrupted();
        case 2 -> join();
        default -> happen();
      }
      calls();
      lan.runFor(isOneByOne ? QUIET_NS : random.nextLong(4 * SECOND));
    }
    isResting = true;
    lan.weather(Weather.FAIR);
    lan.heal();
    lan.programs().forEach(Program::resume);
    lan.runFor(REST_NS);
    promises.check();
    for (Program program : List.copyOf(lan.programs())) {
      if (program.isRunning()) {
        promises.mustPut(program, "last-" + random.nextInt(3));
      }
    }
    lan.runFor(10 * SECOND);
    promises.check();
  }

  private Program start(boolean holds) {
    String name = (holds ? "n" : "g") + ++named;
    RecordsPlug plug =
        new RecordsPlug(
            holds ? settings : RecordsSettings.passing(),
            holds && areDurable ? new RecordsPlug.Disk() : null,
            isWritten);
    if (isArbitrated) {
      plug.onContested((at, key) -> lan.in(0, () -> settle(at, key)));
    }
    return lan.start(name, Lan.document(name), plug);
  }

  private void settle(RecordsPlug plug, String key) {
    for (Program program : lan.programs()) {
      if (program.isRunning() && program.plug() == plug) {
        promises.settle(program, key);
      }
    }
  }

  // What the applications do.

  private void calls() {
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      long withinNs = isOneByOne ? 500 * MS : 2 * SECOND;
      lan.at(lan.nowNs() + random.nextLong(withinNs), this::call);
    }
  }

  /** A writer is cut off while it writes, and what some have by then is read by many. */
  private void interrupted() {
    Program writer = Swarm.any(lan, random);
    long holding =
        lan.programs().stream().filter(it -> it.isRunning() && RecordsPlug.of(it).holds()).count();
    if (writer == null || (isOneByOne && holding <= 2)) {
      return;
    }
    String key = "k" + random.nextInt(keys);
    put(writer, key, Optional.of(Content.text("cut " + ++values)), Wish.If.ANY, Version.NONE);
    boolean isKilled = random.nextBoolean();
    lan.at(
        lan.nowNs() + random.nextLong(MS),
        () -> {
          if (!writer.isRunning()) {
            return;
          }
          if (isKilled) {
            kill(writer);
          } else {
            long outageNs = outageNs();
            lan.unplug(writer);
            lan.at(lan.nowNs() + outageNs, () -> lan.plugIn(writer));
            look(key, outageNs, 50 * MS);
            lan.at(lan.nowNs() + random.nextLong(2 * outageNs), () -> overwrite(writer, key));
          }
        });
    look(key, 0, 50 * MS);
  }

  /** Several come at once, and take the place of all who hold a key. */
  private void join() {
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      start(true);
    }
    for (int key = 0; key < keys; key++) {
      look("k" + key, 0, 2 * SECOND);
    }
  }

  /** A key is read by many, from then on and within this time. */
  private void look(String key, long fromNs, long withinNs) {
    for (int i = 0; i < 8; i++) {
      lan.at(lan.nowNs() + fromNs + random.nextLong(withinNs), () -> look(key));
    }
  }

  private void look(String key) {
    Program reader = Swarm.any(lan, random);
    if (reader != null) {
      read(reader, key);
    }
  }

  private void overwrite(Program writer, String key) {
    if (writer.canBeHit()) {
      Optional<Content> content = Optional.of(Content.text("over it " + ++values));
      put(writer, key, content, Wish.If.ANY, Version.NONE);
    }
  }

  private void call() {
    Program program = Swarm.any(lan, random);
    if (program == null) {
      return;
    }
    String key = "k" + random.nextInt(keys);
    Optional<Content> content = Optional.of(Content.text("value " + ++values));
    Version last = promises.last(key);
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> promises.get(program, key);
      case 3 -> put(program, key, Optional.empty(), Wish.If.PRESENT, Version.NONE);
      case 4 -> put(program, key, content, Wish.If.ABSENT, Version.NONE);
      case 5, 6 -> {
        if (last == null) {
          put(program, key, content, Wish.If.ANY, Version.NONE);
        } else {
          put(program, key, content, Wish.If.IS, last);
          Program other = Swarm.any(lan, random);
          if (other != null && other != program && random.nextBoolean()) {
            put(other, key, Optional.of(Content.text("other " + values)), Wish.If.IS, last);
          }
        }
      }
      default -> put(program, key, content, Wish.If.ANY, Version.NONE);
    }
  }

  /**
   * All that can be wished but changes nothing, again and again; nobody judges what comes of it.
   */
  private void onlook(SplittableRandom by) {
    if (isResting) {
      return;
    }
    Program program = Swarm.any(lan, by);
    if (program != null) {
      RecordsPlug plug = RecordsPlug.of(program);
      Wish wish = drawn(by, plug);
      program.deliver(() -> plug.wish(wish, outcome -> {}));
    }
    lan.at(lan.nowNs() + by.nextLong(SECOND), () -> onlook(by));
  }

  private Wish drawn(SplittableRandom by, RecordsPlug plug) {
    String key = "k" + by.nextInt(keys);
    return switch (by.nextInt(6)) {
      case 0, 1 -> new Wish.Get(key, true);
      case 2 -> new Wish.Keys("", "", 1 + by.nextInt(3));
      case 3 -> new Wish.Conflicts("");
      case 4 -> new Wish.Look();
      default -> next(plug, key);
    };
  }

  /** Another value than the one that it has. */
  private static Wish next(RecordsPlug plug, String key) {
    Copy copy = plug.machine().copy(key);
    return copy == null
        ? new Wish.Next(key, Version.NONE, false, 0)
        : new Wish.Next(key, copy.version(), copy.isDeleted(), copy.losers().size());
  }

  private void put(
      Program program, String key, Optional<Content> content, Wish.If condition, Version is) {
    long expiryMs =
        content.isPresent() && random.nextInt(8) == 0 ? 1_000 + random.nextInt(9_000) : 0;
    promises.put(program, new Wish.Put(key, content, condition, is, expiryMs));
  }

  // What goes wrong.

  private void happen() {
    Program any = Swarm.any(lan, random);
    long holding =
        lan.programs().stream().filter(it -> it.isRunning() && RecordsPlug.of(it).holds()).count();
    // One thing after the other takes nothing away, unless it is the last one.
    if (any == null || (isOneByOne && holding <= 2)) {
      start(true);
      return;
    }
    switch (random.nextInt(11)) {
      case 0 -> start(true);
      case 1 -> kill(any);
      case 2, 3 -> {
        kill(any);
        again(any);
      }
      case 4 -> {
        lan.killWithNetwork(any);
        lost(any);
      }
      case 5 -> leave(any);
      case 6 -> pause(any);
      case 7 -> unplug(any);
      case 8 -> partition();
      case 9 -> lan.stepClock(any, random.nextLong(-300_000, 300_000_000_000L));
      default -> start(random.nextInt(4) != 0);
    }
  }

  private void kill(Program program) {
    lan.kill(program);
    lost(program);
  }

  /** What it had is gone, unless its disk comes back. */
  private void lost(Program program) {
    if (RecordsPlug.of(program).holds()) {
      promises.memoryLost();
    }
  }

  private void again(Program program) {
    long downNs = 101 * MS + random.nextLong(random.nextBoolean() ? SECOND : 10 * SECOND);
    // Whoever has lost what it had is somebody else.
    boolean keepsId = RecordsPlug.of(program).disk() != null;
    lan.at(lan.nowNs() + downNs, () -> lan.restart(program, keepsId, true));
  }

  private void leave(Program program) {
    RecordsPlug plug = RecordsPlug.of(program);
    long lostBefore = promises.memoriesLost();
    plug.onHandedOver(
        () -> {
          if (plug.leftAtHandOver() == 0 && promises.memoriesLost() == lostBefore) {
            promises.handedOver(program);
          }
        });
    program.deliver(() -> plug.machine().leave());
    leaveWhenDone(program, plug, lan.nowNs() + 5 * SECOND);
  }

  private void leaveWhenDone(Program program, RecordsPlug plug, long untilNs) {
    if (plug.leftAtHandOver() >= 0 || lan.nowNs() >= untilNs) {
      // It gave what it had to others, who may be lost later: one place less where it lives.
      lost(program);
      program.leave();
    } else {
      lan.at(lan.nowNs() + 20 * MS, () -> leaveWhenDone(program, plug, untilNs));
    }
  }

  private void pause(Program program) {
    program.pause();
    lan.at(lan.nowNs() + outageNs(), program::resume);
  }

  private void unplug(Program program) {
    long outageNs = outageNs();
    lan.unplug(program);
    lan.at(lan.nowNs() + outageNs, () -> lan.plugIn(program));
    callAlone(program, outageNs);
  }

  /** Who is cut off goes on working, as if it were the others that are gone. */
  private void callAlone(Program program, long outageNs) {
    String key = "k" + random.nextInt(keys);
    lan.at(lan.nowNs() + outageNs * 3 / 4, () -> overwrite(program, key));
    lan.at(lan.nowNs() + outageNs * 7 / 8, () -> read(program, key));
  }

  private void read(Program program, String key) {
    if (program.canBeHit()) {
      promises.get(program, key);
    }
  }

  private void partition() {
    List<Program> side =
        new ArrayList<>(lan.programs().stream().filter(it -> random.nextBoolean()).toList());
    if (isOneByOne) {
      // One alone is cut off, as by a bad cable.
      Program one = Swarm.any(lan, random);
      side = one == null ? List.of() : List.of(one);
    }
    long outageNs = outageNs();
    lan.partition(side);
    lan.at(lan.nowNs() + outageNs, lan::heal);
    side.forEach(program -> callAlone(program, outageNs));
  }

  private long outageNs() {
    return random.nextLong(random.nextBoolean() ? 3 * SECOND : 15 * SECOND);
  }
}
