package pharos.daemon.watch;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.Peer;
import pharos.beacon.NodeId;

/**
 * What is looked at, and how: a value, which each key changes into another.
 *
 * @param isTyping whether letters go into the filter
 * @param selected whose row it is; a row that moves stays selected
 * @param at in which row that was last
 * @param scroll how far a page was moved: a story from its end, all else from the top
 * @param isOver whether it was left
 */
public record Screen(
    Mode mode,
    String filter,
    boolean isTyping,
    Sort sort,
    boolean isReversed,
    boolean showsGone,
    @Nullable NodeId selected,
    int at,
    int scroll,
    boolean isOver) {
  private static final int MOST_FILTER = 100;

  /** What is shown. */
  public enum Mode {
    TABLE,
    PAGE,
    WHY,
    HELP
  }

  /** The table, by name. */
  public static Screen first() {
    return new Screen(Mode.TABLE, "", false, Sort.NAME, false, true, null, 0, 0, false);
  }

  List<Row> rows(Board board) {
    return board.rows(filter, sort, isReversed, showsGone);
  }

  boolean isSelected(NodeId id) {
    return selected != null && selected.equals(id);
  }

  /** Where the selected one is; else the row that is in its place. */
  int index(List<Row> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (isSelected(rows.get(i).peer().id())) {
        return i;
      }
    }
    return Math.max(0, Math.min(at, rows.size() - 1));
  }

  /** Whose page or story it is. */
  public Optional<NodeId> asked() {
    return mode == Mode.WHY ? Optional.ofNullable(selected) : Optional.empty();
  }

  /** What it is after this key, where so many rows of the table are in sight. */
  public Screen on(Key key, Board board, int visible) {
    if (isTyping) {
      return typed(key);
    }
    if (key.is('q')) {
      return over();
    } else if (key.is('?')) {
      return mode(mode == Mode.HELP ? Mode.TABLE : Mode.HELP);
    } else if (key.is('/')) {
      return mode(Mode.TABLE).typing(true);
    }
    return mode == Mode.TABLE ? onTable(key, board, visible) : onPage(key, visible);
  }

  private Screen typed(Key key) {
    return switch (key.name()) {
      case ENTER -> typing(false);
      case ESCAPE -> filter("").typing(false);
      case BACKSPACE ->
          filter.isEmpty()
              ? typing(false)
              : filter(filter.substring(0, filter.offsetByCodePoints(filter.length(), -1)));
      case LETTER ->
          filter.length() >= MOST_FILTER ? this : filter(filter + Character.toString(key.point()));
      default -> this;
    };
  }

  private Screen onTable(Key key, Board board, int visible) {
    List<Row> rows = rows(board);
    int index = index(rows);
    if (key.is('s')) {
      return sort(sort.next(), false);
    } else if (key.is('r')) {
      return sort(sort, !isReversed);
    } else if (key.is('d')) {
      return showsGone(!showsGone);
    } else if (key.is('w')) {
      return select(rows, index).mode(rows.isEmpty() ? mode : Mode.WHY);
    }
    return switch (key.name()) {
      case ENTER -> select(rows, index).mode(rows.isEmpty() ? mode : Mode.PAGE);
      case ESCAPE -> filter("");
      default -> select(rows, index + step(key, visible, rows.size()));
    };
  }

  private Screen onPage(Key key, int visible) {
    if (key.is('w') && selected != null) {
      return mode(mode == Mode.WHY ? Mode.PAGE : Mode.WHY);
    }
    if (key.name() == Key.Name.ESCAPE || key.name() == Key.Name.BACKSPACE) {
      return mode(Mode.TABLE);
    } else if (key.name() == Key.Name.ENTER) {
      return mode == Mode.WHY ? mode(Mode.PAGE) : this;
    }
    int step = step(key, visible, Frame.MOST_LINES);
    return scroll(mode == Mode.WHY ? scroll - step : scroll + step);
  }

  /** By how much a key moves. */
  private static int step(Key key, int visible, int all) {
    if (key.is('k')) {
      return -1;
    } else if (key.is('j')) {
      return 1;
    } else if (key.is('g')) {
      return -all;
    } else if (key.is('G')) {
      return all;
    }
    return switch (key.name()) {
      case UP -> -1;
      case DOWN -> 1;
      case PAGE_UP -> -Math.max(1, visible - 1);
      case PAGE_DOWN -> Math.max(1, visible - 1);
      case HOME -> -all;
      case END -> all;
      default -> 0;
    };
  }

  private Screen select(List<Row> rows, int index) {
    if (rows.isEmpty()) {
      return this;
    }
    int within = Math.max(0, Math.min(index, rows.size() - 1));
    Peer peer = rows.get(within).peer();
    return new Screen(
        mode, filter, isTyping, sort, isReversed, showsGone, peer.id(), within, scroll, isOver);
  }

  private Screen mode(Mode next) {
    return new Screen(next, filter, isTyping, sort, isReversed, showsGone, selected, at, 0, isOver);
  }

  private Screen filter(String next) {
    return new Screen(
        mode, next, isTyping, sort, isReversed, showsGone, selected, at, scroll, isOver);
  }

  private Screen typing(boolean next) {
    return new Screen(
        mode, filter, next, sort, isReversed, showsGone, selected, at, scroll, isOver);
  }

  private Screen sort(Sort next, boolean isOtherWay) {
    return new Screen(
        mode, filter, isTyping, next, isOtherWay, showsGone, selected, at, scroll, isOver);
  }

  private Screen showsGone(boolean next) {
    return new Screen(mode, filter, isTyping, sort, isReversed, next, selected, at, scroll, isOver);
  }

  /** Within what there is: whoever draws it knows how much. */
  Screen scroll(int next) {
    int within = Math.max(0, Math.min(next, Frame.MOST_LINES));
    return new Screen(
        mode, filter, isTyping, sort, isReversed, showsGone, selected, at, within, isOver);
  }

  /** The table as it was drawn: the selected row is there, and the first one in sight. */
  Screen settled(int index, int top) {
    return new Screen(
        mode, filter, isTyping, sort, isReversed, showsGone, selected, index, top, isOver);
  }

  private Screen over() {
    return new Screen(
        mode, filter, isTyping, sort, isReversed, showsGone, selected, at, scroll, true);
  }
}
