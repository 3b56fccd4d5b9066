package pharos.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one line of a scenario, taken one after the other. */
final class Words {
  private static final Pattern NUMBERED = Pattern.compile("([A-Za-z][A-Za-z-]*)([0-9]{1,6})");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,6}");
  private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]+)?%");

  private final String place;
  private final String[] words;
  private final Set<String> names;
  private int taken;

  /** From one time to another. */
  record Range(long fromNs, long toNs) {}

  /** The words of that line; {@code names} are the agents that may be named. */
  Words(String place, String line, Set<String> names) {
    this.place = place;
    this.words = line.replace(",", " , ").trim().split("\\s+");
    this.names = names;
  }

  ScenarioException error(String what) {
    return new ScenarioException(place + ": " + what);
  }

  private String peek() {
    return taken < words.length ? words[taken] : "the end of the line";
  }

  boolean isDone() {
    return taken == words.length;
  }

  String next(String expected) {
    if (isDone()) {
      throw error("expected " + expected + ", found the end of the line");
    }
    return words[taken++];
  }

  /** Whether the next words are these; then they are taken. */
  boolean take(String phrase) {
    String[] wanted = phrase.split(" ", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (taken + i >= words.length || !words[taken + i].equals(wanted[i])) {
        return false;
      }
    }
    taken += wanted.length;
    return true;
  }

  void need(String phrase) {
    if (!take(phrase)) {
      throw error("expected '" + phrase + "', found " + found());
    }
  }

  void end() {
    if (!isDone()) {
      throw error("expected the end of the line, found '" + peek() + "'");
    }
  }

  /** What is there instead of what was expected. */
  String found() {
    return isDone() ? peek() : "'" + peek() + "'";
  }

  long timeNs() {
    String text = next("a time such as 20s");
    long timeNs = signedTimeNs(text);
    if (timeNs < 0) {
      throw error("a time before now: '" + text + "'");
    }
    return timeNs;
  }

  long signedTimeNs() {
    return signedTimeNs(next("a time such as -1h"));
  }

  private long signedTimeNs(String text) {
    return TimeText.parse(text)
        .orElseThrow(
            () ->
                error(
                    "expected a time such as 250us, 20ms, 1.5s, 3min or 1h, found '" + text + "'"));
  }

  /** {@code 1s..20s}, or one time for both. */
  Range range() {
    String text = next("a range of times such as 1s..20s");
    int dots = text.indexOf("..");
    String from = dots < 0 ? text : text.substring(0, dots);
    String to = dots < 0 ? text : text.substring(dots + 2);
    Range range = new Range(signedTimeNs(from), signedTimeNs(to));
    if (range.fromNs() < 0 || range.toNs() < range.fromNs()) {
      throw error("a range goes from the shorter time to the longer, found '" + text + "'");
    }
    return range;
  }

  double percent() {
    String text = next("a percentage such as 10%");
    if (PERCENT.matcher(text).matches()) {
      double share = Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
      if (share <= 1) {
        return share;
      }
    }
    throw error("expected a percentage such as 10%, found '" + text + "'");
  }

  int count(int max) {
    String text = next("a number");
    int count = COUNT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (count < 1 || count > max) {
      throw error("expected a number from 1 to " + max + ", found '" + text + "'");
    }
    return count;
  }

  /**
   * {@code all}, {@code any}, {@code any 3}, {@code a1}, {@code a1..a16}, or several with commas.
   */
  Cast.Choice agents() {
    if (take("all")) {
      return Cast::running;
    }
    if (take("any")) {
      int number = COUNT.matcher(peek()).matches() ? count(100_000) : 1;
      return cast -> cast.any(number);
    }
    List<String> chosen = new ArrayList<>();
    do {
      chosen.addAll(namesOf(next("an agent")));
    } while (take(","));
    return cast -> cast.named(chosen);
  }

  /** One agent by its name. */
  String agent() {
    return known(next("an agent"));
  }

  private List<String> namesOf(String text) {
    int dots = text.indexOf("..");
    if (dots < 0) {
      return List.of(known(text));
    }
    Matcher from = NUMBERED.matcher(text.substring(0, dots));
    Matcher to = NUMBERED.matcher(text.substring(dots + 2));
    if (!from.matches() || !to.matches() || !from.group(1).equals(to.group(1))) {
      throw error("expected agents such as a1..a16, found '" + text + "'");
    }
    List<String> chosen = new ArrayList<>();
    int last = Integer.parseInt(to.group(2));
    for (int number = Integer.parseInt(from.group(2)); number <= last; number++) {
      chosen.add(known(from.group(1) + number));
    }
    if (chosen.isEmpty()) {
      throw error("a range goes from the lower number to the higher, found '" + text + "'");
    }
    return chosen;
  }

  private String known(String name) {
    if (names.contains(name)) {
      return name;
    }
    if (names.isEmpty()) {
      throw error("'" + name + "' is named before any agents are started");
    }
    String first = names.iterator().next();
    throw error(
        "there is no agent '" + name + "' yet, only " + names.size() + " such as '" + first + "'");
  }
}
