package pharos.bench.siege;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds: heap after a collection and direct memory, in tenths of a MiB, and threads,
 * which it tells itself; descriptors and processor time, which the system tells of it.
 */
record Gauge(long heap, long direct, long threads, long descriptors) {
  /** Begins a line of such numbers. */
  static final String MARK = "gauge ";

  private static final int TICKS_PER_SECOND = 100;

  static Gauge of(String line, long pid) {
    String[] numbers = line.substring(MARK.length()).split(" ", -1);
    return new Gauge(
        Long.parseLong(numbers[0]),
        Long.parseLong(numbers[1]),
        Long.parseLong(numbers[2]),
        descriptors(pid));
  }

  /** How many descriptors it has open; 0 of one that ended. */
  static long descriptors(long pid) {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return all.count();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Processor time so far, in milliseconds; 0 of one that ended. */
  static long cpuMs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.UTF_8);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1_000 / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }
}
