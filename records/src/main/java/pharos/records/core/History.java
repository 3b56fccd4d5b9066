package pharos.records.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import pharos.records.Version;

/**
 * Which versions a value stands on, the latest first: who reads the value has seen what came of
 * them. One writer counts once for a row of versions, so that a key that one program writes has a
 * short history for ever. What is older than the last {@link #MOST} rows is not known any more.
 *
 * @param rows the latest first, without a gap that is a version of this history
 * @param isWhole whether it goes back to the first version
 */
public record History(List<Row> rows, boolean isWhole) {
  /** Of a value that stands on none. */
  public static final History NONE = new History(List.of(), true);

  /** So many rows are kept. */
  public static final int MOST = 64;

  /** Every version of this writer from one counter to another that counts for this key. */
  public record Row(long from, long to, long writer) {
    /** Refuses what is no row. */
    public Row {
      if (from < 1 || to < from) {
        throw new IllegalArgumentException(from + " to " + to + " are no versions");
      }
    }

    private boolean touches(Row other) {
      return writer == other.writer && from <= other.to && other.from <= to;
    }

    private Row and(Row other) {
      return new Row(Math.min(from, other.from), Math.max(to, other.to), writer);
    }

    boolean has(Version version) {
      return writer == version.writer() && from <= version.counter() && version.counter() <= to;
    }
  }

  /** What is known of a version. */
  public enum Place {
    /** It is in here. */
    IN,
    /** It is not. */
    OUT,
    /** It is older than all that is known. */
    UNKNOWN
  }

  /** Keeps a copy. */
  public History {
    rows = List.copyOf(rows);
    if (rows.size() > MOST) {
      throw new IllegalArgumentException("a history has at most " + MOST + " rows");
    }
  }

  /** Whether a version is in here; the one before all is. */
  public Place place(Version version) {
    if (version.isNone()) {
      return Place.IN;
    }
    for (Row row : rows) {
      if (row.has(version)) {
        return Place.IN;
      }
    }
    boolean isOlder = rows.isEmpty() || version.counter() < rows.get(rows.size() - 1).from();
    return isOlder && !isWhole ? Place.UNKNOWN : Place.OUT;
  }

  /** This one, and a version that stands on it. */
  public History with(Version version) {
    if (version.isNone()) {
      return this;
    }
    List<Row> longer = new ArrayList<>(rows);
    Row last = longer.isEmpty() ? null : longer.get(0);
    boolean goesOn =
        last != null && last.writer == version.writer() && last.to + 1 == version.counter();
    if (last != null && goesOn) {
      longer.set(0, new Row(last.from, version.counter(), last.writer));
    } else {
      longer.add(0, new Row(version.counter(), version.counter(), version.writer()));
    }
    return cut(longer, isWhole);
  }

  /** All that either of them has. */
  public History and(History other) {
    List<Row> all = new ArrayList<>(rows);
    for (Row row : other.rows) {
      Row more = row;
      for (Row known : List.copyOf(all)) {
        if (known.touches(more)) {
          all.remove(known);
          more = known.and(more);
        }
      }
      all.add(more);
    }
    all.sort(Comparator.comparingLong(Row::to).reversed());
    return cut(all, isWhole && other.isWhole);
  }

  private static History cut(List<Row> all, boolean isWhole) {
    boolean isCut = all.size() > MOST;
    return new History(isCut ? all.subList(0, MOST) : all, isWhole && !isCut);
  }
}
