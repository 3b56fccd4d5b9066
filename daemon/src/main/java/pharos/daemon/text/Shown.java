package pharos.daemon.text;

/**
 * Texts of others, made fit for a line of a terminal or a log: what a terminal would obey instead
 * of show is written as <code>&#92;uXXXX</code>. The wire refuses such characters in names; errors,
 * answers and data of others may still have them.
 */
public final class Shown {
  private Shown() {}

  /** As a line, or a part of one. */
  public static String line(String text) {
    return shown(text, "");
  }

  /** As several lines, whose ends and indents stay. */
  public static String lines(String text) {
    return shown(text, "\n\t");
  }

  private static String shown(String text, String kept) {
    if (text.codePoints().allMatch(it -> isHarmless(it) || kept.indexOf(it) >= 0)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            it -> {
              if (isHarmless(it) || kept.indexOf(it) >= 0) {
                shown.appendCodePoint(it);
              } else {
                shown.append(String.format("\\u%04X", it));
              }
            });
    return shown.toString();
  }

  /** The ranges of docs/PROTOCOL.md: no controls, no ends of lines, no turns of direction. */
  private static boolean isHarmless(int point) {
    return point >= 0x20
        && !(point >= 0x7F && point <= 0x9F)
        && !(point >= 0x2028 && point <= 0x202E)
        && !(point >= 0x2066 && point <= 0x2069)
        && !(point >= 0xD800 && point <= 0xDFFF);
  }
}
