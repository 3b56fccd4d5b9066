package pharos.daemon.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines that a terminal shows: as many as it has, none wider than it is.
 *
 * @param screen what they show, moved to what there is
 */
public record Frame(List<Line> lines, Screen screen) {
  /** Of a page; more is cut, and it shows. */
  static final int MOST_LINES = 2_000;

  /** What is no row: the head, the titles and the foot. */
  private static final int AROUND = 3;

  private static final int MINUTE = 60;
  private static final int HOUR = 3_600;
  private static final int DAY = 86_400;

  /** How a line looks. */
  public enum Style {
    PLAIN,
    HEAD,
    TITLES,
    SELECTED,
    DOUBT,
    GONE,
    FOOT
  }

  /** A line, filled with blanks to the width of the terminal. */
  public record Line(String text, Style style) {}

  /** Copies the lines. */
  public Frame {
    lines = List.copyOf(lines);
  }

  /** How many rows are in sight in a terminal of that height. */
  public static int visible(int height) {
    return Math.max(1, height - AROUND);
  }

  /** What a terminal of that size shows of this. */
  public static Frame of(Screen screen, Board board, Around around, int width, int height) {
    int visible = visible(height);
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(head(board, around), around.trouble().isEmpty() ? Style.HEAD : Style.DOUBT));
    Screen settled =
        screen.mode() == Screen.Mode.TABLE
            ? table(screen, board, around, width, visible, lines)
            : page(screen, board, around, width, visible, lines);
    while (lines.size() < height - 1) {
      lines.add(new Line("", Style.PLAIN));
    }
    lines.subList(Math.min(lines.size(), Math.max(1, height - 1)), lines.size()).clear();
    if (height > 1) {
      lines.add(new Line(foot(settled, width), Style.FOOT));
    }
    lines.replaceAll(line -> new Line(Width.fit(line.text(), width), line.style()));
    return new Frame(lines, settled);
  }

  private static String head(Board board, Around around) {
    if (!around.trouble().isEmpty()) {
      return Width.plain(around.trouble());
    }
    int suspects = board.suspects();
    return board.size()
        + (board.size() == 1 ? " peer" : " peers")
        + (suspects > 0 ? ", " + suspects + " in doubt" : "")
        + " · seen by "
        + Width.plain(around.agent());
  }

  private static String foot(Screen screen, int width) {
    if (screen.isTyping()) {
      return "/" + Width.plain(screen.filter()) + "_";
    }
    boolean isTable = screen.mode() == Screen.Mode.TABLE;
    String filter =
        isTable && !screen.filter().isEmpty() ? "/" + Width.plain(screen.filter()) + "  " : "";
    String keys =
        switch (screen.mode()) {
          case TABLE -> "/ filter  s sort  ⏎ page  w why  ? help  q quit";
          case PAGE -> "w why  esc back  ? help  q quit";
          case WHY -> "⏎ page  esc back  ? help  q quit";
          case HELP -> "esc back  q quit";
        };
    boolean isNarrow = Width.of(filter + keys) > width && isTable;
    return isNarrow ? filter + "/ s ⏎ w · ? help  q quit" : filter + keys;
  }

  // The table.

  private static Screen table(
      Screen screen, Board board, Around around, int width, int visible, List<Line> lines) {
    List<Row> rows = screen.rows(board);
    Columns columns = Columns.of(width);
    lines.add(new Line(columns.titles(screen.sort(), screen.isReversed()), Style.TITLES));
    if (rows.isEmpty()) {
      String nobody = screen.filter().isEmpty() ? "nobody heard yet" : "nobody says that";
      lines.add(new Line(nobody, Style.PLAIN));
      return screen.scroll(0);
    }
    int index = screen.index(rows);
    int most = Math.max(0, rows.size() - visible);
    int top = Math.min(Math.min(screen.scroll(), index), most);
    top = Math.max(top, index - visible + 1);
    for (int i = top; i < Math.min(rows.size(), top + visible); i++) {
      Row row = rows.get(i);
      Style style =
          i == index
              ? Style.SELECTED
              : row.isGone() ? Style.GONE : row.isDoubtful() ? Style.DOUBT : Style.PLAIN;
      lines.add(new Line(columns.line(row, ago(row, around)), style));
    }
    return screen.settled(index, top);
  }

  /** How long it stands there, in few letters. */
  static String ago(Row row, Around around) {
    long seconds = Math.max(0, Duration.between(row.since(), around.now()).toSeconds());
    if (seconds < MINUTE) {
      return seconds + "s";
    } else if (seconds < HOUR) {
      return seconds / MINUTE + "m";
    }
    return seconds < DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
  }

  // Pages.

  private static Screen page(
      Screen screen, Board board, Around around, int width, int visible, List<Line> lines) {
    List<Line> all = new ArrayList<>();
    Optional<Row> row = Optional.ofNullable(screen.selected()).flatMap(board::find);
    String title = row.map(it -> it.name() + " (" + it.state() + ")").orElse("it is not kept");
    switch (screen.mode()) {
      case PAGE -> row.ifPresent(it -> Page.of(it, ago(it, around), width).forEach(all::add));
      case WHY -> story(screen, around, width).forEach(all::add);
      default -> {
        title = "keys";
        Page.help(width).forEach(all::add);
      }
    }
    if (all.size() > MOST_LINES) {
      all.subList(0, all.size() - MOST_LINES).clear();
      all.set(0, new Line("…", Style.PLAIN));
    }
    int most = Math.max(0, all.size() - visible);
    int scroll = Math.min(screen.scroll(), most);
    int top = screen.mode() == Screen.Mode.WHY ? most - scroll : scroll;
    String more = most > 0 ? "  " + (top + 1) + "–" + Math.min(all.size(), top + visible) : "";
    String of = most > 0 ? " of " + all.size() : "";
    lines.add(new Line(title + more + of, Style.TITLES));
    lines.addAll(all.subList(top, Math.min(all.size(), top + visible)));
    return screen.scroll(scroll);
  }

  private static List<Line> story(Screen screen, Around around, int width) {
    List<Line> lines = new ArrayList<>();
    boolean isIts = screen.isSelected(around.storyOf());
    for (String told : isIts ? around.story() : List.of("asking …")) {
      for (String each : Width.wrap(Width.plain(told), width, 4)) {
        lines.add(new Line(each, Style.PLAIN));
      }
    }
    return lines;
  }
}
