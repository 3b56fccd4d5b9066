package pharos.examples.cachepool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.examples.Trial.PATIENCE;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.examples.Trial;
import pharos.testkit.JavaProcess;

class CachePoolTest {
  private static final Pattern MOVED = Pattern.compile("members: \\d+; ([0-9.]+) % of the keys");

  private final Trial trial = new Trial();

  @AfterEach
  void close() {
    trial.close();
  }

  private JavaProcess member() throws InterruptedException {
    JavaProcess member = trial.start(Main.class, "--gets=200");
    member.awaitLine("(Cache) is ", PATIENCE);
    return member;
  }

  private static double moved(String line) {
    Matcher matcher = MOVED.matcher(line);
    assertTrue(matcher.find(), line);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void littleMoreThanTheShareOfWhoComesOrGoesMoves() throws InterruptedException {
    JavaProcess first = member();
    assertEquals(100, moved(first.awaitLine("members: 1;", PATIENCE)));

    JavaProcess second = member();
    String line = first.awaitLine("members: 2;", PATIENCE);
    assertTrue(line.contains("the ideal is 50.0 %"), line);
    assertEquals(50, moved(line), 6, line);
    // A member that is new counts all keys as moved, to those who are there.
    second.awaitLine("members: 2;", PATIENCE);

    JavaProcess third = member();
    line = first.awaitLine("members: 3;", PATIENCE);
    assertTrue(line.contains("the ideal is 33.3 %"), line);
    assertEquals(33.3, moved(line), 6, line);
    second.awaitLine("members: 3;", PATIENCE);

    int before = first.lineCount();
    third.close();
    line = first.awaitLine(before, "members: 2;", PATIENCE);
    assertTrue(line.contains("the ideal is 33.3 %"), line);
    assertEquals(33.3, moved(line), 6, line);
    assertTrue(
        line.matches(".* so far [1-9]\\d* gets, \\d+ failed, and [1-9]\\d* keys loaded"), line);
  }
}
