package pharos.daemon.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class ShownTest {
  @Test
  void whatATerminalWouldObeyIsWrittenOut() {
    assertEquals("\\u001B[2Jgone\\u0007", Shown.line("\u001b[2Jgone\u0007"));
    assertEquals("a\\u000D\\u000Ab\\u0009c", Shown.line("a\r\nb\tc"));
    assertEquals("\\u009B31m\\u007F", Shown.line("\u009b31m\u007f"));
    assertEquals("\\u202Etxt.exe\\u2066\\u2028", Shown.line("\u202etxt.exe\u2066\u2028"));
    assertEquals("\\uD800", Shown.line("\ud800"));
  }

  @Test
  void whatPeopleWriteStaysAsItIs() {
    String text = "Zürich 東京 \ud83d\ude00 \u0645\u06cc\u200c\u062e ~!";
    assertSame(text, Shown.line(text));
  }

  @Test
  void linesKeepTheirEndsAndIndents() {
    assertEquals("a\n\tat b\\u001B", Shown.lines("a\n\tat b\u001b"));
  }
}
