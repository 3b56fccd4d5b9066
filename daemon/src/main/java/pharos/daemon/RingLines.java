package pharos.daemon;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import pharos.daemon.ring.Ring;
import pharos.daemon.ring.RingWords;
import pharos.daemon.watch.Width;

/** A ring as lines of a terminal: at most 24 of 80 columns for a few nodes and records. */
final class RingLines {
  private static final int WIDE = 76;
  private static final int FEWEST_COLUMNS = 20;
  private static final int HEIGHT = 15;
  private static final int LOW_HEIGHT = 11;
  private static final int CANVAS = 37;
  private static final int MOST_KEYS = 4;
  private static final int NAME = 16;

  /** Each node has one; those beyond have none of their own. */
  private static final String MARKS = "123456789abcdefghijklmnopqrstuvwxyz";

  private static final String BEYOND = "*";

  private final Ring ring;
  private final int columns;
  private final Paint paint;
  private final List<String> lines = new ArrayList<>();

  private RingLines(Ring ring, int columns, Paint paint) {
    this.ring = ring;
    this.columns = Math.max(FEWEST_COLUMNS, columns);
    this.paint = paint;
  }

  static List<String> of(Ring ring, int columns, Paint paint) {
    return new RingLines(ring, columns, paint).draw();
  }

  private List<String> draw() {
    wrap(RingWords.headline(ring)).forEach(it -> lines.add(paint.bold(it)));
    lines.addAll(wrap(RingWords.records(ring)));
    if (columns >= WIDE) {
      beside();
    } else {
      lines.addAll(canvas(Math.min(CANVAS, columns - 1), LOW_HEIGHT));
      lines.addAll(nodes(columns, MARKS.length()));
    }
    keys();
    return lines;
  }

  private List<String> wrap(String text) {
    return Width.wrap(Width.plain(text), columns, 2);
  }

  private void beside() {
    List<String> left = canvas(CANVAS, HEIGHT);
    List<String> right = nodes(columns - CANVAS - 2, MARKS.length());
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String drawn = i < left.size() ? left.get(i) : " ".repeat(CANVAS);
      String told = i < right.size() ? "  " + right.get(i) : "";
      lines.add((drawn + told).stripTrailing());
    }
  }

  // The drawing.

  private List<String> canvas(int width, int height) {
    String[][] cells = new String[height][width];
    Arrays.stream(cells).forEach(row -> Arrays.fill(row, " "));
    for (int i = 0; i < 4 * width; i++) {
      put(cells, i / (4.0 * width), 1, "·");
    }
    ring.keys().forEach(it -> put(cells, it.place(), 0.72, "+"));
    Map<Integer, Integer> taken = new HashMap<>();
    for (int i = 0; i < ring.nodes().size(); i++) {
      Ring.Node node = ring.nodes().get(i);
      String mark = mark(i);
      String painted =
          node.isDoubtful() ? paint.doubtful(mark) : node.isHere() ? paint.bold(mark) : mark;
      place(cells, node.place(), painted, taken);
    }
    return Arrays.stream(cells).map(row -> String.join("", row)).toList();
  }

  /** In its place, or in the next one on the way around that is free; the ring may be full. */
  private static void place(
      String[][] cells, double place, String mark, Map<Integer, Integer> taken) {
    int width = cells[0].length;
    for (int step = 0; step < 4 * width; step++) {
      double at = place + step / (4.0 * width);
      int cell = row(cells, at, 1) * width + column(cells, at, 1);
      if (taken.putIfAbsent(cell, 1) == null) {
        put(cells, at, 1, mark);
        return;
      }
    }
  }

  private static void put(String[][] cells, double place, double part, String sign) {
    cells[row(cells, place, part)][column(cells, place, part)] = sign;
  }

  private static int row(String[][] cells, double place, double part) {
    double middle = (cells.length - 1) / 2.0;
    return (int) Math.round(middle - part * middle * Math.cos(2 * Math.PI * place));
  }

  private static int column(String[][] cells, double place, double part) {
    double middle = (cells[0].length - 1) / 2.0;
    return (int) Math.round(middle + part * middle * Math.sin(2 * Math.PI * place));
  }

  private static String mark(int index) {
    return index < MARKS.length() ? MARKS.substring(index, index + 1) : BEYOND;
  }

  // What is told beside it.

  private List<String> nodes(int width, int most) {
    Map<String, Integer> at = new HashMap<>();
    ring.nodes().forEach(it -> at.put(it.id(), at.size()));
    List<String> told = new ArrayList<>();
    for (int i = 0; i < Math.min(most, ring.nodes().size()); i++) {
      Ring.Node node = ring.nodes().get(i);
      String name = Width.fit(Width.plain(node.label()), Math.min(NAME, width - 2));
      String line = Width.fit(mark(i) + " " + name + " " + Width.plain(about(node, at)), width);
      line = line.stripTrailing();
      told.add(node.isDoubtful() ? paint.doubtful(line) : node.isHere() ? paint.bold(line) : line);
    }
    int more = ring.nodes().size() + ring.moreNodes() - told.size();
    if (more > 0) {
      told.add(Width.fit("and " + more + " more: --json", width).stripTrailing());
    }
    return told;
  }

  /** {@code >3 4} is whom it watches, {@code ~} that it is in the table of who was asked. */
  private static String about(Ring.Node node, Map<String, Integer> at) {
    List<String> words = new ArrayList<>();
    if (node.isHolder()) {
      String state =
          node.holds().equals("HOLDING") ? "" : node.holds().toLowerCase(Locale.ROOT) + " ";
      words.add(state + node.records() + (node.isDurable() && !node.isForced() ? "!" : ""));
    }
    if (node.seen().equals("SUSPECT") || node.seen().equals("UNREACHABLE_FROM_HERE")) {
      words.add("silent");
    }
    List<String> watched =
        node.watches().stream()
            .flatMap(it -> Optional.ofNullable(at.get(it)).stream())
            .map(RingLines::mark)
            .toList();
    if (!watched.isEmpty()) {
      words.add(">" + String.join(" ", watched));
    }
    if (node.isInTable()) {
      words.add("~");
    }
    if (node.isHere()) {
      words.add("asked");
    }
    return String.join(" ", words);
  }

  private void keys() {
    int most = Math.min(MOST_KEYS, ring.keys().size());
    for (Ring.Key key : ring.keys().subList(0, most)) {
      String at = String.join(" ", key.holders().stream().map(RingLines::mark).toList());
      String missing = key.isWhole() ? "" : " of " + key.meant().size();
      String told = " " + key.bytes() + " B at " + (at.isEmpty() ? "nobody" : at) + missing;
      int room = Math.max(4, columns - 2 - told.length());
      String name = Width.plain(key.key());
      String cut = Width.fit(name, room).stripTrailing();
      String line = "+ " + cut + told;
      lines.add(key.isWhole() ? line : paint.doubtful(line));
    }
    if (ring.keys().size() > most) {
      lines.addAll(wrap("and " + (ring.keys().size() - most) + " records more: --json"));
    }
  }
}
