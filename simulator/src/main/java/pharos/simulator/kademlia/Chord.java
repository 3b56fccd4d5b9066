package pharos.simulator.kademlia;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import pharos.kademlia.Key;

/**
 * The ring of the other school, as a yardstick: who has n nodes before it, and fingers at half, a
 * quarter, … of the ring, finds in half of log2(n) hops. It shows that the keys are spread well.
 */
final class Chord {
  private final long[] ring;

  Chord(Population population) {
    ring = new long[population.size()];
    for (int i = 0; i < ring.length; i++) {
      // Half the range, so that a distance around the ring is a positive number.
      ring[i] = place(population.node(i).key());
    }
    Arrays.sort(ring);
  }

  private static long place(Key key) {
    return ByteBuffer.wrap(key.toBytes()).getLong() >>> 1;
  }

  double meanHops(int lookups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long hops = 0;
    for (int i = 0; i < lookups; i++) {
      hops += hops(random.nextInt(ring.length), ring[random.nextInt(ring.length)]);
    }
    return hops / (double) lookups;
  }

  private int hops(int from, long target) {
    int hops = 0;
    int at = from;
    while (ring[at] != target) {
      at = successor(ring[at] + farthestStep(at, target));
      hops++;
    }
    return hops;
  }

  /** The longest finger that does not jump over the target. */
  private long farthestStep(int at, long target) {
    long left = (target - ring[at]) & Long.MAX_VALUE;
    for (long step = Long.highestOneBit(left); step > 1; step >>= 1) {
      long reached = (ring[successor(ring[at] + step)] - ring[at]) & Long.MAX_VALUE;
      if (reached != 0 && reached <= left) {
        return step;
      }
    }
    return 1;
  }

  private int successor(long place) {
    int index = Arrays.binarySearch(ring, place & Long.MAX_VALUE);
    return index >= 0 ? index : -index - 1 == ring.length ? 0 : -index - 1;
  }
}
