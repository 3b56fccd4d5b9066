package pharos.daemon.api;

import java.util.ArrayList;
import java.util.List;
import pharos.agent.Counted;

/**
 * Who has something of which there is only so much. Those from elsewhere have half of it at most,
 * and one address there a part of that, so that nobody keeps this host out. For any thread.
 */
final class Places {
  /** What part those from elsewhere have, and what part one address of theirs. */
  private static final int ELSEWHERE = 2;

  private static final int ADDRESS = 8;

  private final int most;
  private final List<Asker> taken = new ArrayList<>();

  Places(int most) {
    this.most = most;
  }

  /** Takes one, if there is one for him. */
  synchronized boolean enter(Asker asker) {
    boolean fits = taken.size() < most && (asker.isHere() || fitsFromElsewhere(asker));
    return fits && taken.add(asker);
  }

  private boolean fitsFromElsewhere(Asker asker) {
    long others = taken.stream().filter(it -> !it.isHere()).count();
    long same = taken.stream().filter(asker::equals).count();
    return others < Math.max(1, most / ELSEWHERE) && same < Math.max(1, most / ADDRESS);
  }

  /** Gives one back. */
  synchronized void leave(Asker asker) {
    taken.remove(asker);
  }

  /** How many are taken, of how many. */
  Counted counted(String name, String unit) {
    return Counted.bounded(name, unit, "http", taken(), most);
  }

  synchronized int taken() {
    return taken.size();
  }
}
