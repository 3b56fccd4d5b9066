package pharos.daemon.watch;

import java.util.Comparator;

/** By what the table is in order; those that are alike are by name and id. */
public enum Sort {
  NAME,
  STATE,
  SERVICE,
  ADDRESS,
  /** The latest first. */
  FOR;

  /** That order, or the other way round. */
  Comparator<Row> order(boolean isReversed) {
    Comparator<Row> order =
        switch (this) {
          case NAME -> Comparator.comparing(Row::name);
          case STATE -> Comparator.comparing(Row::isGone).thenComparing(Row::state);
          case SERVICE -> Comparator.comparing(Row::service);
          case ADDRESS -> Comparator.comparing(Row::address);
          case FOR -> Comparator.comparing(Row::since).reversed();
        };
    return (isReversed ? order.reversed() : order)
        .thenComparing(Row::name)
        .thenComparing(Row::peer);
  }

  /** The one of the next column. */
  Sort next() {
    return switch (this) {
      case NAME -> STATE;
      case STATE -> SERVICE;
      case SERVICE -> ADDRESS;
      case ADDRESS -> FOR;
      case FOR -> NAME;
    };
  }
}
