package pharos.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import pharos.Sometimes;

/** Plays random networks of all kinds, and counts in how many of them each mark is reached. */
public final class Campaign {
  /** What is played, and how many of a thousand networks are of it; the written are all. */
  private record Kind(String name, int share, LongConsumer play) {}

  private record Mark(String place, String owner, String text) {}

  private record Task(int kind, long seed) {}

  private static final int TOLD_EVERY = 1_000;

  private final List<Kind> kinds;
  private final List<Mark> marks = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final int[][] counts;
  private final int[] played;
  private int done;
  private int failures;

  private Campaign(Path list, List<Scenario> written, int seeds) throws IOException {
    kinds =
        List.of(
            new Kind("plain", 200, seed -> Swarm.run(seed, null)),
            new Kind("faults", 450, seed -> FaultSwarm.run(seed, null)),
            new Kind("forger", 200, seed -> Masquerade.run(seed, any -> true, null)),
            new Kind("gateways", 50, seed -> GatewaySwarm.run(seed, null)),
            new Kind("records", 100, seed -> RecordsSwarm.run(seed, null)),
            new Kind("written", 0, seed -> Play.run(written.get((int) seed - 1), 1, line -> {}, null)));
    for (String line : Files.readAllLines(list)) {
      String[] parts = line.split("\t");
      marks.add(new Mark(parts[1], parts[2], parts[3]));
    }
    counts = new int[kinds.size()][marks.size()];
    played = new int[kinds.size()];
    for (int kind = 0; kind < kinds.size(); kind++) {
      boolean areDrawn = kinds.get(kind).share() > 0;
      long share = areDrawn ? seeds * (long) kinds.get(kind).share() / 1_000 : written.size();
      for (long seed = 1; seed <= share; seed++) {
        tasks.add(new Task(kind, seed));
      }
    }
    // What takes long begins soon, so that no thread is alone with it at last.
    tasks.sort(Comparator.comparing(task -> -task.kind));
  }

  /** The arguments: the list of marks, how many networks, how many must reach each, scenarios. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<Scenario> written = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
      written.add(Scenario.find(args[i]));
    }
    Campaign campaign = new Campaign(Path.of(args[0]), written, Integer.parseInt(args[1]));
    Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(campaign::play);
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.exit(campaign.tell(Integer.parseInt(args[2])) ? 0 : 1);
  }

  private void play() {
    for (int at = next.getAndIncrement(); at < tasks.size(); at = next.getAndIncrement()) {
      Task task = tasks.get(at);
      String why = "";
      try {
        kinds.get(task.kind()).play().accept(task.seed());
      } catch (AssertionError | RuntimeException e) {
        why = String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " " + e.getClass();
      }
      add(task, Sometimes.take(), why);
    }
  }

  private synchronized void add(Task task, BitSet reached, String why) {
    played[task.kind()]++;
    done++;
    if (done % TOLD_EVERY == 0) {
      System.err.println(done + " of " + tasks.size() + " networks");
    }
    reached.stream().forEach(mark -> counts[task.kind()][mark]++);
    if (!why.isEmpty()) {
      failures++;
      System.out.println("FAILED  " + kinds.get(task.kind()).name() + ", seed " + task.seed());
      System.out.println("        " + why);
    }
  }

  private boolean tell(int least) {
    StringBuilder head = new StringBuilder();
    for (Kind kind : kinds) {
      head.append(String.format("%9s", kind.name()));
    }
    System.out.println(head + "  what happens");
    row(played, "networks");
    String owner = "";
    List<Mark> never = new ArrayList<>();
    for (int mark = 0; mark < marks.size(); mark++) {
      Mark it = marks.get(mark);
      if (!it.owner().equals(owner)) {
        owner = it.owner();
        System.out.println(owner);
      }
      int[] here = new int[kinds.size()];
      int all = 0;
      for (int kind = 0; kind < kinds.size(); kind++) {
        here[kind] = counts[kind][mark];
        all += here[kind];
      }
      row(here, it.text());
      if (all == 0) {
        never.add(it);
      }
    }
    for (Mark it : never) {
      String verdict = least > 0 ? "FAILED  " : "";
      System.out.println(verdict + "never reached: " + it.place() + ": " + it.text());
    }
    System.out.printf(
        "sometimes: %d marks, %d of them never reached; %d networks, %d failed%n",
        marks.size(), never.size(), tasks.size(), failures);
    return failures == 0 && (least == 0 || never.isEmpty());
  }

  private static void row(int[] numbers, String what) {
    StringBuilder row = new StringBuilder();
    for (int number : numbers) {
      row.append(number == 0 ? String.format("%9s", "-") : String.format(Locale.ROOT, "%,9d", number));
    }
    System.out.println(row + "  " + what);
  }
}
