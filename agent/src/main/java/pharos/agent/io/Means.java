package pharos.agent.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process has for strangers, by its heap and its descriptors.
 *
 * @param connections so many may be open at once, of all who connect to us
 * @param octets so many may be held of messages that are not read or not sent yet
 */
record Means(int connections, long octets) {
  /** What a connection costs: two direct buffers of 8 KiB, its objects, and its first frame. */
  private static final int CONNECTION_BYTES = 64 * 1024;

  private static final int HEAP_PART = 8;
  private static final int MOST_CONNECTIONS = 4_096;
  private static final long MOST_OCTETS = 256L * 1024 * 1024;
  private static final int FEWEST = 4;

  /** An agent's own sockets, selectors and pipes, as counted. */
  private static final int OWN_DESCRIPTORS = 40;

  /** Where Linux tells; elsewhere descriptors are not looked at. */
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private static final Path OPEN = Path.of("/proc/self/fd");
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d{1,18})\\s");

  /**
   * Those of this process now; call it before anything is opened.
   *
   * @throws IOException when it may not even open what an agent itself needs
   */
  static Means ofThisProcess() throws IOException {
    long most = Long.MAX_VALUE;
    if (Files.isReadable(LIMITS)) {
      long limit = limit(Files.readAllLines(LIMITS, StandardCharsets.ISO_8859_1));
      long open = open();
      most = limit - open - OWN_DESCRIPTORS;
      if (most < 0) {
        throw new IOException(
            ("too few file descriptors: the limit is %d, %d are open, and an agent needs %d more;"
                    + " raise it (ulimit -n)")
                .formatted(limit, open, OWN_DESCRIPTORS));
      }
    }
    return of(Runtime.getRuntime().maxMemory(), most);
  }

  /** The line is: Max open files, what holds now, what it may be raised to, the unit. */
  static long limit(List<String> limits) {
    for (String line : limits) {
      Matcher matcher = OPEN_FILES.matcher(line);
      if (matcher.lookingAt()) {
        return Long.parseLong(matcher.group(1));
      }
    }
    return Long.MAX_VALUE;
  }

  private static long open() throws IOException {
    try (Stream<Path> open = Files.list(OPEN)) {
      return open.count();
    }
  }

  /**
   * What so much heap and so many free descriptors allow; half of these are left for who else opens
   * files and sockets.
   */
  static Means of(long heapBytes, long descriptors) {
    long connections =
        Math.min(MOST_CONNECTIONS, Math.min(heapBytes / CONNECTION_BYTES, descriptors / 2));
    return new Means(
        (int) Math.max(FEWEST, connections), Math.min(MOST_OCTETS, heapBytes / HEAP_PART));
  }
}
