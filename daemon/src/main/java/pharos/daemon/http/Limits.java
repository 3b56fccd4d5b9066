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
 */
record Limits(int connections, long unreadBytes, Duration head, Duration answer) {
  private static final int MOST_CONNECTIONS = 64;
  private static final int FEWEST_CONNECTIONS = 4;

  /** The agent has sockets of its own, and its port takes a part of what is left. */
  private static final int DESCRIPTORS_EACH = 16;

  private static final int HEAP_EACH = 32;
  private static final Duration HEAD = Duration.ofSeconds(10);

  /** The network is asked for 8 seconds at most; then the rest is for reading. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** In proportion to the descriptors and the heap that this process has. */
  static Limits ofThisProcess() {
    long most =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount() / DESCRIPTORS_EACH
            : MOST_CONNECTIONS;
    return new Limits(
        (int) Math.max(FEWEST_CONNECTIONS, Math.min(MOST_CONNECTIONS, most)),
        Runtime.getRuntime().maxMemory() / HEAP_EACH,
        HEAD,
        ANSWER);
  }
}
