package pharos.daemon.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What the clients of this host may hold in all, and those from elsewhere once more.
 *
 * @param connections how many they may have open
 * @param unreadBytes how much of what was answered may wait to be read
 * @param head how long a client may take until he has asked, from his connection or his last answer
 *     on
 * @param answer how long it may take until he has read the answer, from his question on
 * @param patience how much longer it may take where he asked to wait; a reader of a stream may stay
 *     for as long as he reads
 */
public record Limits(
    int connections, long unreadBytes, Duration head, Duration answer, Duration patience) {
  private static final int MOST_CONNECTIONS = 64;
  private static final int FEWEST_CONNECTIONS = 4;

  /** The agent has sockets of its own, and its port takes a part of what is left. */
  private static final int DESCRIPTORS_EACH = 16;

  private static final int MOST_READERS = 1_000;
  private static final int DESCRIPTORS_EACH_READER = 4;
  private static final int WATCHERS = 16;
  private static final int HEAP_EACH = 8;
  private static final Duration HEAD = Duration.ofSeconds(10);

  /** The network is asked for 8 seconds at most; then the rest is for reading. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** What a list may be waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In proportion to the descriptors and the heap that this process has. */
  static Limits ofThisProcess() {
    return new Limits(part(MOST_CONNECTIONS, DESCRIPTORS_EACH), heapPart(), HEAD, ANSWER, PATIENCE);
  }

  /** For those who watch over this process. */
  static Limits forWatchers() {
    return new Limits(part(WATCHERS, DESCRIPTORS_EACH), heapPart(), HEAD, ANSWER, Duration.ZERO);
  }

  /** How many may read streams at a time, besides. */
  public static int readers() {
    return part(MOST_READERS, DESCRIPTORS_EACH_READER);
  }

  private static long heapPart() {
    return Runtime.getRuntime().maxMemory() / HEAP_EACH;
  }

  private static int part(int most, int descriptorsEach) {
    long fair =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount() / descriptorsEach
            : most;
    return (int) Math.max(FEWEST_CONNECTIONS, Math.min(most, fair));
  }
}
