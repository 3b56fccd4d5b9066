package pharos.daemon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys as terminals send them. */
class KeysTest {
  private static final int NONE = -2;

  /** A dot is a pause. */
  private static List<String> keys(String sent) throws IOException {
    Deque<Integer> letters = new ArrayDeque<>();
    sent.chars().forEach(letters::add);
    Keys keys =
        new Keys(
            withinMs -> {
              Integer next = letters.poll();
              boolean isPause = next != null && next == '.';
              if (isPause && withinMs == 0) {
                next = letters.poll();
              } else if (isPause) {
                return NONE;
              }
              return next == null ? (withinMs == 0 ? -1 : NONE) : next;
            });
    List<String> read = new ArrayList<>();
    for (Optional<Key> key = keys.next(); key.isPresent(); key = keys.next()) {
      Key one = key.get();
      read.add(one.name() == Key.Name.LETTER ? Character.toString(one.point()) : one.name().name());
    }
    return read;
  }

  @ParameterizedTest
  @CsvSource({
    "[A, UP",
    "OA, UP",
    "[B, DOWN",
    "OB, DOWN",
    "[H, HOME",
    "[1~, HOME",
    "OF, END",
    "[4~, END",
    "[5~, PAGE_UP",
    "[6~, PAGE_DOWN",
    "[3~, OTHER",
    "[1;5A, OTHER",
    "x, OTHER"
  })
  void aSequenceIsOneKey(String sequence, String name) throws IOException {
    assertEquals(List.of(name, "q"), keys("\u001b" + sequence + "q"));
  }

  @Test
  void escapeAloneIsAKeyAndSoAreTwoOfThem() throws IOException {
    assertEquals(List.of("ESCAPE", "q"), keys("\u001b.q"));
    assertEquals(List.of("ESCAPE", "ESCAPE", "q"), keys("\u001b\u001b.q"));
    assertEquals(List.of("ESCAPE", "UP"), keys("\u001b\u001b[A"));
    assertEquals(List.of("ESCAPE"), keys("\u001b"));
  }

  @Test
  void lettersAreWholeWhateverTheyAreMadeOf() throws IOException {
    assertEquals(List.of("a", "ö", "漢", "🚀", "ENTER"), keys("aö漢🚀\r"));
    assertEquals(List.of("?"), keys("\ud83d"));
    assertEquals(List.of("BACKSPACE", "BACKSPACE", "OTHER"), keys("\b\u007f\u0001"));
  }

  @Test
  void aSequenceWithoutAnEndTakesNoMoreThanItMay() throws IOException {
    assertEquals(List.of("OTHER", "1", "1"), keys("\u001b[" + "1".repeat(16) + "11"), "16 at most");
  }
}
