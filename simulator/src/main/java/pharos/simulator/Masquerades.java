package pharos.simulator;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Many plays with a forger, one seed after the other. */
final class Masquerades {
  private static final int TOLD_EVERY = 1_000;

  /** How many seeds are named of each kind. */
  private static final int NAMED = 5;

  private final PrintStream out;
  private final Map<String, List<String>> named = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final long startedNs = System.nanoTime();

  private Masquerades(PrintStream out) {
    this.out = out;
  }

  /** Plays one seed with its trace, and with those of its forgeries that are wanted. */
  static boolean play(long seed, IntPredicate wanted, PrintStream out) {
    try {
      Masquerade.run(seed, wanted, out);
      out.println("all held");
      return true;
    } catch (AssertionError e) {
      out.println("FAILED with seed " + seed);
      out.println(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      return false;
    }
  }

  /** Plays so many seeds, up to the first that fails, or all and counts what was broken. */
  static boolean play(long first, long seeds, boolean goesOn, PrintStream out) {
    Masquerades masquerades = new Masquerades(out);
    int failed = 0;
    for (long seed = first; seed - first < seeds; seed++) {
      try {
        Masquerade.run(seed, number -> true, null);
      } catch (AssertionError e) {
        failed++;
        masquerades.failed(seed, e);
        if (!goesOn) {
          break;
        }
      }
      long played = seed - first + 1;
      if (played % TOLD_EVERY == 0 && played < seeds) {
        masquerades.progress(played, failed);
      }
    }
    masquerades.summary(seeds, failed, goesOn);
    return failed == 0;
  }

  private void failed(long seed, AssertionError e) {
    boolean isPromise = e instanceof Promises.Broken;
    String kind = isPromise ? ((Promises.Broken) e).kind : "thrown";
    counts.merge(kind, 1, Integer::sum);
    List<String> seeds = named.computeIfAbsent(kind, k -> new ArrayList<>());
    if (seeds.size() < NAMED) {
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      seeds.add(
          "  seed " + seed + ": " + what + enough(isPromise ? Masquerade.enough(seed, kind) : ""));
    }
  }

  private static String enough(String numbers) {
    return numbers.isEmpty() ? "" : "; enough is --only " + numbers;
  }

  private double perSecond(long played) {
    return played / ((System.nanoTime() - startedNs) / 1e9);
  }

  private void progress(long played, int failed) {
    out.printf(
        Locale.ROOT, "%,d seeds, %,d failed, %.0f a second%n", played, failed, perSecond(played));
  }

  private void summary(long seeds, int failed, boolean goesOn) {
    if (failed == 0) {
      out.printf(Locale.ROOT, "all held in %,d seeds, %.0f a second%n", seeds, perSecond(seeds));
      return;
    }
    if (goesOn) {
      out.printf(
          Locale.ROOT, "%,d of %,d seeds FAILED, %.0f a second%n", failed, seeds, perSecond(seeds));
    }
    named.forEach(
        (kind, lines) -> {
          out.println("FAILED: " + kind + ", in " + counts.get(kind));
          lines.forEach(out::println);
        });
    out.println("again: pharos simulate --forger --seed N");
  }
}
