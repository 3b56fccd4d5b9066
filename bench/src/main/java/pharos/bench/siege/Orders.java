package pharos.bench.siege;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a siege shall be.
 *
 * @param isAlone each attack by itself, instead of all at once
 * @param time for how long all attack at once
 * @param pace how often each strikes, in percent of what it does alone
 * @param attacks which ones; all, when none was named
 */
public record Orders(boolean isAlone, Duration time, int pace, List<String> attacks) {
  /** What can be written. */
  public static final String USAGE =
      "siege [--quick] [--minutes N] [--pace PERCENT] [--alone] [ATTACK...]";

  private static final int MINUTES = 20;
  private static final int QUICK_MINUTES = 2;
  private static final int FULL_PACE = 100;
  private static final int MAX_MINUTES = 24 * 60;

  /** Copies the names. */
  public Orders {
    attacks = List.copyOf(attacks);
  }

  /** Reads them; an {@link IllegalArgumentException} says what makes no sense. */
  public static Orders of(List<String> args) {
    boolean isAlone = false;
    int minutes = MINUTES;
    int pace = FULL_PACE;
    List<String> names = new ArrayList<>();
    List<String> known = Attack.all().stream().map(Attack::name).toList();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      switch (arg) {
        case "--alone" -> isAlone = true;
        case "--quick" -> minutes = QUICK_MINUTES;
        case "--minutes" ->
            minutes = number(arg, i + 1 < args.size() ? args.get(++i) : "", MAX_MINUTES);
        case "--pace" -> pace = number(arg, i + 1 < args.size() ? args.get(++i) : "", FULL_PACE);
        default -> {
          if (!known.contains(arg)) {
            throw new IllegalArgumentException(
                "no attack '" + arg + "', there are " + String.join(" ", known));
          }
          names.add(arg);
        }
      }
    }
    return new Orders(isAlone, Duration.ofMinutes(minutes), pace, names);
  }

  private static int number(String option, String text, int most) {
    if (text.matches("[0-9]{1,4}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(option + " '" + text + "' is not 1 to " + most);
  }

  /** Those that were named, or all, in the order of the table. */
  List<Attack> chosen() {
    return Attack.all().stream()
        .filter(it -> attacks.isEmpty() || attacks.contains(it.name()))
        .toList();
  }
}
