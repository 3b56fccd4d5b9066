package pharos.daemon.watch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns a terminal has room for, and how wide each is; one blank is between two. */
record Columns(List<Column> columns) {
  private static final int LEAST_WITH_TIME = 30;
  private static final int LEAST_WITH_ADDRESS = 60;
  private static final int LEAST_WITH_ALL = 80;
  private static final int WIDE = 110;

  private static final int STATE = 8;
  private static final int TIME = 5;
  private static final int ADDRESS = 15;

  /** Of an IPv6 one, most of it. */
  private static final int LONG_ADDRESS = 26;

  private record Column(What what, int width) {}

  private enum What {
    NAME(Sort.NAME),
    STATE(Sort.STATE),
    SERVICE(Sort.SERVICE),
    ADDRESS(Sort.ADDRESS),
    OFFERS(null),
    FOR(Sort.FOR);

    private final @Nullable Sort sort;

    What(@Nullable Sort sort) {
      this.sort = sort;
    }
  }

  static Columns of(int width) {
    int time = width >= LEAST_WITH_TIME ? TIME : 0;
    int address = width < LEAST_WITH_ADDRESS ? 0 : width < WIDE ? ADDRESS : LONG_ADDRESS;
    boolean hasAll = width >= LEAST_WITH_ALL;
    int service = hasAll ? Math.min(16, width / 8) : 0;
    int name = hasAll ? Math.min(32, width / 4) : 0;
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(What.NAME, name));
    columns.add(new Column(What.STATE, STATE));
    columns.add(new Column(What.SERVICE, service));
    columns.add(new Column(What.ADDRESS, address));
    columns.add(new Column(What.OFFERS, 0));
    columns.add(new Column(What.FOR, time));
    What last = hasAll ? What.OFFERS : What.NAME;
    columns.removeIf(it -> it.width() == 0 && it.what() != last);
    int taken = columns.stream().mapToInt(Column::width).sum() + columns.size() - 1;
    columns.replaceAll(it -> it.what() == last ? new Column(last, Math.max(1, width - taken)) : it);
    return new Columns(columns);
  }

  /** The names of the columns, and by which the rows are in order. */
  String titles(Sort sort, boolean isReversed) {
    List<String> cells = new ArrayList<>();
    for (Column column : columns) {
      boolean isSorted = column.what().sort == sort;
      String mark = isSorted ? (isReversed ? "↑" : "↓") : "";
      cells.add(Width.fit(column.what() + mark, column.width()));
    }
    return String.join(" ", cells);
  }

  String line(Row row, String time) {
    List<String> cells = new ArrayList<>();
    for (Column column : columns) {
      String text =
          switch (column.what()) {
            case NAME -> row.name();
            case STATE -> row.state();
            case SERVICE -> row.service();
            case ADDRESS -> row.address();
            case OFFERS -> row.offers();
            case FOR -> time;
          };
      cells.add(Width.fit(text, column.width()));
    }
    return String.join(" ", cells);
  }
}
