package pharos.daemon;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;
import pharos.daemon.text.Shown;

/** The JSON of a story as lines for people. */
final class WhyLines {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

  private WhyLines() {}

  static List<String> of(String body, Instant now, ZoneId zone, Paint paint) {
    Map<String, Object> story = Json.members(body);
    List<String> lines = new ArrayList<>();
    lines.add(head(story, now));
    String summary = text(story, "summary");
    if (!summary.isEmpty()) {
      lines.add(summary);
    }
    lines.addAll(remarks(story));
    List<Map<String, Object>> entries = list(story, "story");
    if (!entries.isEmpty()) {
      lines.add("");
    }
    boolean isOfToday = entries.stream().allMatch(it -> isToday(it, now, zone));
    DateTimeFormatter format = (isOfToday ? TIME : DAY).withZone(zone);
    entries.forEach(it -> lines.add(line(it, format)));
    lines.replaceAll(Shown::line);
    lines.set(0, paint.bold(lines.get(0)));
    return lines;
  }

  private static String head(Map<String, Object> story, Instant now) {
    Map<String, Object> peer = Json.members(story.get("peer"));
    String who = text(peer, "name") + " (" + text(peer, "short") + ")";
    String since = time(story.get("since")).map(it -> since(story, it, now)).orElse("");
    return who + " " + state(story) + since + ", as " + text(story, "seenBy") + " noticed it";
  }

  private static String since(Map<String, Object> story, Instant since, Instant now) {
    String time = Ago.of(Duration.between(since, now));
    return text(story, "state").equals("GONE") ? " " + time + " ago" : ", for " + time;
  }

  private static String state(Map<String, Object> story) {
    return switch (text(story, "state")) {
      case "ALIVE" -> "is here";
      case "SUSPECT" -> "does not answer";
      case "UNREACHABLE_FROM_HERE" -> "does not answer here, but others hear it";
      case "ASKING" -> "is heard, and not met yet";
      case "HEARD_ONLY" -> "is heard, and cannot be asked";
      case "GONE" ->
          switch (text(story, "reason")) {
            case "LEFT" -> "left";
            case "CRASHED" -> "crashed";
            case "SILENT" -> "fell silent";
            case "REPLACED" -> "was replaced";
            default -> "is gone";
          };
      default -> "was heard of, and never met";
    };
  }

  /** Why the story is not whole, and who else has that name. */
  private static List<String> remarks(Map<String, Object> story) {
    List<String> remarks = new ArrayList<>();
    List<Map<String, Object>> others = list(story, "others");
    if (!others.isEmpty()) {
      List<String> named = new ArrayList<>();
      for (Map<String, Object> other : others) {
        named.add(text(other, "short") + " " + state(other) + ", id " + text(other, "id"));
      }
      remarks.add(
          "Others have or had that name, and this is the newest: " + String.join("; ", named));
    }
    if (Boolean.FALSE.equals(story.get("whole"))) {
      remarks.add("What was noticed before the first line is not kept.");
    }
    if (story.get("lost") instanceof Number lost && lost.longValue() > 0) {
      remarks.add(lost + " things of some peers came too fast to be noted, some of this perhaps.");
    }
    return remarks;
  }

  private static String line(Map<String, Object> entry, DateTimeFormatter format) {
    String at = time(entry.get("at")).map(format::format).orElse("");
    String until =
        time(entry.get("until")).map(it -> " (until " + format.format(it) + ")").orElse("");
    return at + "  " + text(entry, "text") + until;
  }

  private static boolean isToday(Map<String, Object> entry, Instant now, ZoneId zone) {
    return time(entry.get("at"))
        .map(it -> LocalDate.ofInstant(it, zone).equals(LocalDate.ofInstant(now, zone)))
        .orElse(true);
  }

  private static String text(Map<String, Object> object, String name) {
    return String.valueOf(object.getOrDefault(name, ""));
  }

  private static List<Map<String, Object>> list(Map<String, Object> object, String name) {
    return object.get(name) instanceof List<?> all
        ? all.stream().map(Json::members).toList()
        : List.of();
  }

  private static Optional<Instant> time(@Nullable Object text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Instant.parse(text.toString()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
