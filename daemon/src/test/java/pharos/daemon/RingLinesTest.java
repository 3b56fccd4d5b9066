package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Test;
import pharos.daemon.ring.Ring;

class RingLinesTest {
  private static Ring.Node node(String name, double place, String holds, boolean isHere) {
    return new Ring.Node(
        name,
        "abcd",
        name,
        "10.0.0.1:1",
        place,
        isHere,
        "ALIVE",
        holds,
        true,
        true,
        3,
        9,
        true,
        List.of());
  }

  private static Ring ring(int nodes, int keys, String suffix) {
    List<Ring.Node> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String holds = i == 1 ? "MISSING" : "HOLDING";
      all.add(node("node-" + i + suffix, i / (double) nodes, holds, i == 0));
    }
    List<Ring.Key> placed = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      List<Integer> holders = nodes == 0 ? List.of() : List.of(i % nodes);
      placed.add(new Ring.Key("key/" + i + suffix, "1", i / (double) keys, 5, holders, holders));
    }
    Ring.Holding holding = new Ring.Holding("embedded", 3, 3, true, true);
    return new Ring("node-0", Optional.of(holding), "", all, placed, 0);
  }

  private static int width(String line) {
    return line.codePoints().map(it -> Math.max(0, WCWidth.wcwidth(it))).sum();
  }

  @Test
  void sevenNodesAndManyRecordsFitIn24LinesOf80() {
    List<String> lines = RingLines.of(ring(7, 100, ""), 80, Paint.NONE);
    assertTrue(lines.size() <= 23, String.join("\n", lines));
    lines.forEach(line -> assertTrue(width(line) <= 80, line));
    String all = String.join("\n", lines);
    assertTrue(all.contains("7 node-6"), all);
    assertTrue(all.contains("+ key/0 5 B at 1"), all);
    assertTrue(all.contains("and 96 records more"), all);
    assertTrue(all.contains("missing"), all);
  }

  @Test
  void noTerminalIsTooNarrow() {
    for (int columns : new int[] {1, 20, 33, 50, 75, 76, 200}) {
      for (String suffix : List.of("", " with a name that is long", "\u001b[31m\u202E 中文名字")) {
        for (String line : RingLines.of(ring(40, 10, suffix), columns, Paint.NONE)) {
          assertTrue(width(line) <= Math.max(20, columns), columns + ": " + line);
          assertFalse(line.contains("\u001b") || line.contains("\u202E"), line);
        }
      }
    }
  }

  @Test
  void eachNodeHasItsMarkOnTheRingThoughAllStandInOnePlace() {
    List<Ring.Node> all = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      all.add(node("n" + i, 0.5, "", false));
    }
    Ring ring = new Ring("n0", Optional.empty(), Ring.NO_RECORDS, all, List.of(), 0);
    List<String> lines = RingLines.of(ring, 80, Paint.NONE);
    String drawn =
        String.join(
            "",
            lines.stream().skip(2).map(it -> it.substring(0, Math.min(37, it.length()))).toList());
    for (int i = 1; i <= 9; i++) {
      assertTrue(drawn.contains("" + i), i + " in\n" + String.join("\n", lines));
    }
    assertTrue(lines.get(1).contains("nobody here holds records"));
  }

  @Test
  void coloursAreThereOnATerminalAlone() {
    String plain = String.join("\n", RingLines.of(ring(3, 1, ""), 80, Paint.NONE));
    String painted = String.join("\n", RingLines.of(ring(3, 1, ""), 80, Paint.TERMINAL));
    assertFalse(plain.contains("\u001b"));
    assertEquals(plain, painted.replaceAll("\u001b\\[\\d+m", ""));
    assertTrue(painted.contains("\u001b[33m2"), "who is missing is doubtful");
  }

  @Test
  void anEmptyRingIsDrawnToo() {
    assertTrue(RingLines.of(ring(0, 0, ""), 80, Paint.NONE).get(0).contains("0 nodes"));
  }
}
