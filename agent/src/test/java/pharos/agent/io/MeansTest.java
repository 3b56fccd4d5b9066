package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pharos.testkit.JavaProcess;
import pharos.testkit.Needs;
import pharos.testkit.stranger.Stranger;

/** What there is for strangers, and what happens where there is hardly anything. */
class MeansTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MEBI = 1024 * 1024;

  @Test
  void connectionsAndOctetsAreInProportionToTheHeap() {
    assertEquals(new Means(1_024, 8 * MEBI), Means.of(64 * MEBI, Long.MAX_VALUE));
    assertEquals(new Means(256, 2 * MEBI), Means.of(16 * MEBI, Long.MAX_VALUE));
    assertEquals(new Means(4_096, 256 * MEBI), Means.of(64_000 * MEBI, Long.MAX_VALUE));
  }

  @Test
  void halfOfTheFreeDescriptorsAreLeftForWhoElseNeedsThem() {
    assertEquals(new Means(100, 8 * MEBI), Means.of(64 * MEBI, 200));
    assertEquals(new Means(4, 8 * MEBI), Means.of(64 * MEBI, 0));
  }

  @Test
  void theLimitIsReadAsLinuxWritesIt() {
    String line = "Max open files            1024                 1048576              files     ";
    assertEquals(1_024, Means.limit(List.of("Max processes 1 2 processes", line)));
    assertEquals(Long.MAX_VALUE, Means.limit(List.of("Max open files unlimited unlimited files")));
    assertEquals(Long.MAX_VALUE, Means.limit(List.of()));
  }

  private static JavaProcess start(int limit) {
    List<String> before = limit == 0 ? List.of() : List.of("prlimit", "--nofile=" + limit);
    return JavaProcess.start(before, List.of(), PortVictim.class, "" + Loops.freePort());
  }

  private static InetSocketAddress port(JavaProcess victim) throws InterruptedException {
    String port = victim.awaitLine("port ", PATIENCE).substring("port ".length());
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  private static int used() throws InterruptedException, IOException {
    try (JavaProcess victim = start(0)) {
      victim.awaitLine("OWN_QUESTIONS_MISSED", PATIENCE);
      try (Stream<Path> open = Files.list(Path.of("/proc/" + victim.pid() + "/fd"))) {
        return (int) open.count();
      }
    }
  }

  @Test
  void withFewDescriptorsAcceptingWaitsAndNothingSpinsOrFloodsTheLog() throws Exception {
    Needs.that(Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit (Debian: util-linux)");
    int used = used();
    List<Stranger> strangers = new ArrayList<>();
    try (JavaProcess victim = start(used + 6)) {
      InetSocketAddress to = port(victim);
      for (int i = 0; i < 100; i++) {
        strangers.add(Stranger.connect(to));
      }
      int calm = 0;
      for (int states = 0; calm < 4 && states < 60; states++) {
        String state = victim.awaitLine(victim.lineCount(), "state cpu=", PATIENCE);
        calm = state.matches("state cpu=(1?\\d|2[0-4]) .*") ? calm + 1 : 0;
      }
      assertEquals(4, calm, "it is never calm");
      assertTrue(victim.lines().size() < 300, () -> victim.lines().size() + " lines");
      strangers.forEach(Stranger::close);
      try (Stranger honest = Stranger.shaken(to, "REQ")) {
        assertTrue(honest.ask("HELLO".getBytes(StandardCharsets.US_ASCII), PATIENCE).length > 5);
      }
    } finally {
      strangers.forEach(Stranger::close);
    }
    try (JavaProcess victim = start(used - 12)) {
      victim.awaitLine("too few file descriptors: the limit is " + (used - 12), PATIENCE);
    }
  }
}
