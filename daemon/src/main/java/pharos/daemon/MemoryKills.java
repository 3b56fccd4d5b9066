package pharos.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How often the system has killed for the sake of memory in the control group of a process, as
 * Linux counts it. The group is looked up while the process lives: it may be moved to another.
 */
final class MemoryKills {
  private static final List<String> COUNTERS = List.of("memory.events", "memory.oom_control");

  private final Path system;
  private @Nullable Path counter;
  private long before;

  /** Below this root there are {@code proc} and {@code sys}. */
  MemoryKills(Path system) {
    this.system = system;
  }

  /** Sees in which group that process is by now. */
  void look(long pid) {
    counter(pid)
        .filter(it -> !it.equals(counter))
        .ifPresent(
            it -> {
              counter = it;
              before = count(it);
            });
  }

  /** Whether there was one in that group since the process was first seen there. */
  boolean isAny() {
    Path last = counter;
    return last != null && count(last) > before;
  }

  private Optional<Path> counter(long pid) {
    try {
      for (String line : Files.readAllLines(system.resolve("proc/" + pid + "/cgroup"))) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && (parts[1].isEmpty() || parts[1].equals("memory"))) {
          Optional<Path> found = counter(parts[1], parts[2]);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    } catch (IOException e) {
      // Another system, or it has ended: what was seen before counts.
    }
    return Optional.empty();
  }

  /** In a container the root of what one sees is the group itself. */
  private Optional<Path> counter(String controller, String group) {
    Path root = system.resolve("sys/fs/cgroup").resolve(controller);
    for (Path folder : List.of(root.resolve(group.substring(1)), root)) {
      for (String name : COUNTERS) {
        if (Files.isReadable(folder.resolve(name))) {
          return Optional.of(folder.resolve(name));
        }
      }
    }
    return Optional.empty();
  }

  private static long count(Path counter) {
    try {
      for (String line : Files.readAllLines(counter)) {
        if (line.startsWith("oom_kill ")) {
          return Long.parseLong(line.substring("oom_kill ".length()).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      // The group is gone with its last process.
    }
    return 0;
  }
}
