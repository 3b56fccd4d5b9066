package pharos.records.store;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What was found, in words: each once, and at most so many. */
final class Damages {
  private static final int MOST = 200;
  private static final int MOST_KEY_CHARS = 300;

  private final Set<String> told = new LinkedHashSet<>();
  private boolean isMissingSome;

  void add(String what) {
    if (told.size() < MOST) {
      told.add(what);
    } else {
      told.add("and there is more, which is not told");
    }
  }

  /** Something of which not even the key is sure. */
  void addMissing(String what) {
    isMissingSome = true;
    add(what);
  }

  /** A piece that does not hold. */
  void add(SegmentScan.Piece piece, Segment segment) {
    Frame frame = piece.frame();
    if (frame != null) {
      addValue(piece.key(), segment, piece.at());
      return;
    }
    addMissing(
        segment.name()
            + ": octets "
            + piece.at()
            + " to "
            + piece.end()
            + " are damaged"
            + (piece.key().isEmpty() ? "" : "; the first key in them seems " + shown(piece.key())));
  }

  /** A value that does not hold, while key and head do. Tells what it says. */
  String addValue(String key, Segment segment, long at) {
    String what =
        segment.name() + ": the value of " + shown(key) + " in the entry at " + at + " is damaged";
    add(what);
    return what;
  }

  boolean isMissingSome() {
    return isMissingSome;
  }

  List<String> all() {
    return List.copyOf(told);
  }

  /** A key, so that it can be shown. */
  static String shown(String key) {
    String text =
        key.codePoints()
            .limit(MOST_KEY_CHARS)
            .mapToObj(it -> Character.isISOControl(it) ? "?" : Character.toString(it))
            .collect(Collectors.joining());
    return "\"" + text + "\"";
  }
}
