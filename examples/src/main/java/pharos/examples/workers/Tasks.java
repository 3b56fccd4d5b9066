package pharos.examples.workers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Which of the tasks 1 to n are to be sent, which are on their way, and what came back. It reads no
 * clock: times are handed in. For one thread.
 */
final class Tasks {
  private final int count;
  private final long patienceNs;
  private final Queue<Integer> waiting = new ArrayDeque<>();

  /** When each was sent, the longest ago first. */
  private final Map<Integer, Long> sentNs = new LinkedHashMap<>();

  private final Map<Integer, Long> results = new TreeMap<>();
  private final Map<String, Integer> doneBy = new TreeMap<>();
  private int sentAgain;
  private int answeredTwice;

  Tasks(int count, long patienceNs) {
    this.count = count;
    this.patienceNs = patienceNs;
    for (int task = 1; task <= count; task++) {
      waiting.add(task);
    }
  }

  /** The next one to send, which is then on its way. */
  OptionalInt next(long nowNs) {
    Integer task = waiting.poll();
    if (task == null) {
      return OptionalInt.empty();
    }
    sentNs.put(task, nowNs);
    return OptionalInt.of(task);
  }

  /** What has been on its way for too long is to be sent again. */
  void giveUp(long nowNs) {
    List<Integer> overdue = new ArrayList<>();
    for (Map.Entry<Integer, Long> sent : sentNs.entrySet()) {
      if (nowNs - sent.getValue() < patienceNs) {
        break;
      }
      overdue.add(sent.getKey());
    }
    sentNs.keySet().removeAll(overdue);
    waiting.addAll(overdue);
    sentAgain += overdue.size();
  }

  /** An answer; only the first one counts. */
  void answered(int task, long result, String worker) {
    if (task < 1 || task > count) {
      // Nobody asked for it.
      return;
    }
    if (results.containsKey(task)) {
      answeredTwice++;
      return;
    }
    results.put(task, result);
    doneBy.merge(worker, 1, Integer::sum);
    sentNs.remove(task);
    waiting.remove(task);
  }

  int onTheirWay() {
    return sentNs.size();
  }

  int done() {
    return results.size();
  }

  boolean isComplete() {
    return results.size() == count;
  }

  int sentAgain() {
    return sentAgain;
  }

  long sum() {
    return results.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    return results.size()
        + " of "
        + count
        + " tasks done, sum "
        + sum()
        + ", "
        + sentAgain
        + " sent again, "
        + answeredTwice
        + " answered twice, by "
        + doneBy;
  }
}
