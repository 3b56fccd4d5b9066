package pharos.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PainterTest {
  private static Line line(Line.Kind kind) {
    return new Line(kind, 2, "beta", 1.2345, "knows alpha");
  }

  @Test
  void aLineHasItsTimeAndItsActor() {
    assertEquals(
        "   1.235 s  beta    knows alpha", new Painter(false).paint(line(Line.Kind.EVENT)));
  }

  @ParameterizedTest
  @EnumSource
  void withoutColoursThereIsNoEscape(Line.Kind kind) {
    String plain = new Painter(false).paint(line(kind));
    assertFalse(plain.contains("\u001b"), plain);
    assertTrue(plain.contains("knows alpha"), plain);
  }

  @Test
  void withColoursEachActorHasItsOwn() {
    String coloured = new Painter(true).paint(line(Line.Kind.EVENT));
    assertTrue(coloured.contains("\u001b[35mbeta    \u001b[0m"), coloured);
  }

  @Test
  void longWordsAreBrokenBetweenThem() {
    String words = "one two ".repeat(20) + "end";
    String painted = new Painter(false).paint(Line.of(Line.Kind.WORDS, words));
    painted.lines().forEach(it -> assertTrue(it.length() <= 80 && it.matches(" {3}\\S.*"), it));
    assertEquals(words, painted.replaceAll("\\s+", " ").strip());
  }
}
