package pharos.records;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of the values of a key this is: a counter, then who wrote it. The later one is greater,
 * whatever the clocks say. Of etcd it is the revision alone.
 *
 * @param counter 0 for a key that never had a value
 * @param writer told apart by this alone; 0 where the counter is enough
 */
public record Version(long counter, long writer) implements Comparable<Version> {
  /** That of a key that never had a value. */
  public static final Version NONE = new Version(0, 0);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})(?:-([0-9a-f]{16}))?");

  /** Refuses what no version has. */
  public Version {
    if (counter < 0) {
      throw new IllegalArgumentException("a version counts from 0, not from " + counter);
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static Version of(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no version: it is a number, or a number, - and 16 digits of hex");
    }
    String writer = matcher.group(2);
    return new Version(
        Long.parseLong(matcher.group(1)), writer == null ? 0 : Long.parseUnsignedLong(writer, 16));
  }

  /** Whether there never was a value. */
  public boolean isNone() {
    return counter == 0;
  }

  @Override
  public int compareTo(Version other) {
    int order = Long.compare(counter, other.counter);
    return order != 0 ? order : Long.compareUnsigned(writer, other.writer);
  }

  @Override
  public String toString() {
    return writer == 0 ? "" + counter : counter + "-" + HexFormat.of().toHexDigits(writer);
  }
}
