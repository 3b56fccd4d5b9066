package pharos.demo;

import java.util.List;
import java.util.Locale;
import pharos.daemon.text.Shown;

/** Writes lines for a terminal, in colours, or for anything else, without. */
final class Painter {
  private static final String ESCAPE = "\u001b[";
  private static final String PLAIN = ESCAPE + "0m";
  private static final String BOLD = ESCAPE + "1m";
  private static final String FAINT = ESCAPE + "2m";
  private static final String RED = ESCAPE + "31m";

  /** One for each actor in turn: legible on light and on dark. */
  private static final List<String> COLOURS =
      List.of("36", "35", "33", "32", "34", "31", "96", "95", "92");

  private static final String INDENT = "   ";
  private static final int COLUMNS = 80;

  private final boolean isColoured;

  Painter(boolean isColoured) {
    this.isColoured = isColoured;
  }

  String paint(Line line) {
    // Another program of this host may have joined the play, by a name of its own.
    String text = Shown.line(line.text());
    return switch (line.kind()) {
      case TITLE -> "\n" + in(BOLD, "== " + text);
      case WORDS -> in(FAINT, wrapped(text));
      case ACT -> time(line) + name(line) + in(BOLD, text);
      case EVENT -> time(line) + name(line) + text;
      case RESULT -> in(BOLD, "   -> " + text);
      case WARNING -> in(RED, "   !! " + text);
      case PROMPT -> "   " + text;
    };
  }

  /** Indented, and broken between words where a terminal of 80 columns would break anywhere. */
  private static String wrapped(String text) {
    StringBuilder wrapped = new StringBuilder(INDENT);
    int column = INDENT.length();
    for (String word : text.split("(?= )", -1)) {
      if (column + word.length() > COLUMNS) {
        wrapped.append('\n').append(INDENT).append(word.stripLeading());
        column = INDENT.length() + word.length() - 1;
      } else {
        wrapped.append(word);
        column += word.length();
      }
    }
    return wrapped.toString();
  }

  private String time(Line line) {
    return in(FAINT, String.format(Locale.ROOT, "%8.3f s  ", line.seconds()));
  }

  private String name(Line line) {
    String padded = String.format(Locale.ROOT, "%-8s", line.actor());
    int number = Math.floorMod(line.number() - 1, COLOURS.size());
    return in(ESCAPE + COLOURS.get(number) + "m", padded);
  }

  private String in(String style, String text) {
    return isColoured ? style + text + PLAIN : text;
  }
}
