package pharos.simulator.kademlia;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rows of figures under heads. What was measured stands before what others measured: 1.42 (1.43).
 */
final class Rows {
  private final List<String[]> rows = new ArrayList<>();

  Rows(String... heads) {
    rows.add(heads);
  }

  void row(String... cells) {
    rows.add(cells);
  }

  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.2f", 100 * share);
    return (text.endsWith(".00") ? text.substring(0, text.length() - 3) : text) + "%";
  }

  /** A number as it is written with three digits apart. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  @Override
  public String toString() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String space = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? row[i] + space : "  " + space + row[i]);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
