package pharos.daemon;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What somebody meant who mistyped a name. */
final class Nearest {
  private Nearest() {}

  /** The known one that this is most likely to be; empty when none is near. */
  static Optional<String> to(String typed, Collection<String> known) {
    if (typed.isEmpty()) {
      return Optional.empty();
    }
    String small = typed.toLowerCase(Locale.ROOT);
    int most = Math.max(1, typed.length() / 3);
    String nearest = "";
    int least = most + 1;
    for (String one : known) {
      int distance = distance(small, one.toLowerCase(Locale.ROOT));
      boolean isSooner = distance == least && one.compareTo(nearest) < 0;
      if (distance < least || (isSooner && distance <= most)) {
        least = distance;
        nearest = one;
      }
    }
    return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
  }

  /** As a part of a message. */
  static String hint(String typed, Collection<String> known) {
    return to(typed, known).map(it -> ": did you mean '" + it + "'?").orElse("");
  }

  /** How many letters are wrong, missing, too many, or two in the wrong order. */
  private static int distance(String one, String other) {
    int[][] at = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          at[i][j] = i + j;
          continue;
        }
        int wrong = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        at[i][j] = Math.min(at[i - 1][j - 1] + wrong, 1 + Math.min(at[i - 1][j], at[i][j - 1]));
        boolean isSwapped =
            i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1);
        if (isSwapped) {
          at[i][j] = Math.min(at[i][j], at[i - 2][j - 2] + 1);
        }
      }
    }
    return at[one.length()][other.length()];
  }
}
