package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramEndTest {
  @TempDir private Path system = Path.of("");

  private void write(String file, String text) throws IOException {
    Path path = system.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, '', false, ''",
    "3, '', false, exit 3",
    "255, '', false, exit 255",
    "137, '', false, SIGKILL",
    "137, '', true, out of memory",
    "139, '', true, SIGSEGV",
    "1, '', true, exit 1",
    "143, '', false, SIGTERM",
    "143, TERM, false, ''",
    "130, INT, false, ''",
    "137, TERM, false, SIGKILL",
    "1, TERM, false, exit 1",
    "200, '', false, exit 200",
  })
  void whatPeersAreToldFollowsFromTheExitCodeAndFromWhoAsked(
      int code, String asked, boolean isOutOfMemory, String detail) {
    Set<String> signals = asked.isEmpty() ? Set.of() : Set.of(asked);
    assertEquals(new ProgramEnd(code, detail), ProgramEnd.of(code, signals, isOutOfMemory));
  }

  @Test
  void killsForMemoryCountInTheGroupWhereItWasLast() throws IOException {
    MemoryKills kills = new MemoryKills(system);
    write("sys/fs/cgroup/a/memory.events", "low 0\noom 7\noom_kill 7\n");
    write("sys/fs/cgroup/b/memory.events", "low 0\noom 1\noom_kill 1\n");
    write("proc/5/cgroup", "0::/a\n");
    kills.look(5);
    write("proc/5/cgroup", "0::/b\n");
    kills.look(5);
    assertFalse(kills.isAny());
    write("sys/fs/cgroup/a/memory.events", "oom_kill 8\n");
    assertFalse(kills.isAny(), "it is not there any more");
    write("sys/fs/cgroup/b/memory.events", "oom_kill 2\n");
    assertTrue(kills.isAny());
  }

  @Test
  void killsForMemoryAreSeenByTheFormerKindOfGroupsToo() throws IOException {
    MemoryKills kills = new MemoryKills(system);
    write("sys/fs/cgroup/memory/memory.oom_control", "oom_kill_disable 0\noom_kill 0\n");
    write("proc/5/cgroup", "4:memory:/docker/abc\n0::/\n");
    kills.look(5);
    assertFalse(kills.isAny());
    write("sys/fs/cgroup/memory/memory.oom_control", "oom_kill_disable 0\noom_kill 1\n");
    assertTrue(kills.isAny(), "in a container the group itself is what one sees as the root");
  }

  @Test
  void whereThereAreNoGroupsNothingIsSaidOfMemory() {
    MemoryKills kills = new MemoryKills(system);
    kills.look(5);
    assertFalse(kills.isAny());
  }
}
