package pharos.simulator.kademlia;

import java.util.Arrays;

/** Numbers of one kind, and what is said of them. */
final class Figures {
  private double[] values = new double[64];
  private int count;
  private boolean isSorted;

  void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
    isSorted = false;
  }

  double mean() {
    return count == 0 ? 0 : Arrays.stream(values, 0, count).sum() / count;
  }

  /** How far the mean may be off, as a standard error. */
  double error() {
    double mean = mean();
    double squares =
        Arrays.stream(values, 0, count).map(value -> (value - mean) * (value - mean)).sum();
    return count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count);
  }

  double median() {
    return at(0.5);
  }

  double p99() {
    return at(0.99);
  }

  double max() {
    return at(1);
  }

  private double at(double share) {
    if (count == 0) {
      return 0;
    }
    if (!isSorted) {
      Arrays.sort(values, 0, count);
      isSorted = true;
    }
    return values[(int) Math.min(count - 1L, (long) (share * count))];
  }
}
