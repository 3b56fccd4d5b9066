package pharos.daemon.watch;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;
import pharos.daemon.text.Shown;

/**
 * How many columns a text takes in a terminal, where a letter may take two or none. Signs that join
 * others are left out: terminals do not agree on what they take.
 */
public final class Width {
  private static final int JOINER = 0x200D;
  private static final int FIRST_VARIATION = 0xFE00;
  private static final int LAST_VARIATION = 0xFE0F;
  private static final String CUT = "…";

  private Width() {}

  /** The text as it can be shown; whoever wrote it may have meant to harm the terminal. */
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    Shown.line(text)
        .codePoints()
        .filter(it -> it != JOINER && (it < FIRST_VARIATION || it > LAST_VARIATION))
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  static int of(String plain) {
    return plain.codePoints().map(Width::of).sum();
  }

  private static int of(int point) {
    return Math.max(0, WCWidth.wcwidth(point));
  }

  /** Just so wide: blanks are added, or the end is cut, and it shows. */
  public static String fit(String plain, int columns) {
    int width = of(plain);
    if (width <= columns) {
      return plain + " ".repeat(columns - width);
    }
    if (columns <= 0) {
      return "";
    }
    String begin = begin(plain, columns - 1);
    return begin + CUT + " ".repeat(columns - 1 - of(begin));
  }

  /** As much of it as has room. */
  private static String begin(String plain, int columns) {
    int width = 0;
    int end = 0;
    while (end < plain.length()) {
      int point = plain.codePointAt(end);
      width += of(point);
      if (width > columns) {
        break;
      }
      end += Character.charCount(point);
    }
    return plain.substring(0, end);
  }

  /** In lines of at most so many columns, broken at blanks; what goes on is indented. */
  public static List<String> wrap(String plain, int columns, int indent) {
    int most = Math.max(2, columns);
    List<String> lines = new ArrayList<>();
    String rest = plain;
    String prefix = "";
    while (of(prefix + rest) > most) {
      String begin = begin(rest, most - prefix.length());
      int blank = begin.lastIndexOf(' ');
      int end =
          blank > 0 ? blank : Math.max(begin.length(), Character.charCount(rest.codePointAt(0)));
      lines.add(prefix + rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
      prefix = " ".repeat(Math.min(indent, most / 2));
    }
    if (!rest.isEmpty() || lines.isEmpty()) {
      lines.add(prefix + rest);
    }
    return lines;
  }
}
