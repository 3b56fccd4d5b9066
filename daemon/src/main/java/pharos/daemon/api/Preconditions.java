package pharos.daemon.api;

import java.util.Optional;
import pharos.records.Version;
import pharos.records.Write;

/** What a request wants to be so, by {@code If-Match} and {@code If-None-Match}. */
final class Preconditions {
  private static final String MATCH = "If-Match";
  private static final String NONE_MATCH = "If-None-Match";
  private static final String ANY = "*";

  private Preconditions() {}

  /** The tag of a version. */
  static String tag(Version version) {
    return "\"" + version + "\"";
  }

  /** Whether the asker has this version already. */
  static boolean isKnown(Asked asked, Version version) {
    for (String each : asked.header(NONE_MATCH).orElse("").split(",", -1)) {
      String tag = each.strip().replaceFirst("^W/", "");
      if (tag.equals(ANY) || tag.equals(tag(version))) {
        return true;
      }
    }
    return false;
  }

  /** Of what is to be written whether it is there or not. */
  static Write.Condition ofWrite(Asked asked) {
    Optional<String> match = asked.header(MATCH);
    Optional<String> noneMatch = asked.header(NONE_MATCH);
    if (match.isPresent() && noneMatch.isPresent()) {
      throw Problem.badRequest(MATCH + " and " + NONE_MATCH + " cannot both be so");
    }
    if (noneMatch.isPresent()) {
      checkAny(noneMatch.get());
      return new Write.Condition.Absent();
    }
    return match.map(Preconditions::matching).orElse(new Write.Condition.Any());
  }

  /** What creates has its condition, and may say so. */
  static void ofCreation(Asked asked) {
    if (asked.header(MATCH).isPresent()) {
      throw Problem.badRequest(MATCH + ": POST creates what is not there; PUT replaces");
    }
    asked.header(NONE_MATCH).ifPresent(Preconditions::checkAny);
  }

  /** Of what is to be deleted. */
  static Write.Condition ofDeletion(Asked asked) {
    if (asked.header(NONE_MATCH).isPresent()) {
      throw Problem.badRequest(NONE_MATCH + ": what is not there cannot be deleted");
    }
    return asked.header(MATCH).map(Preconditions::matching).orElse(new Write.Condition.Present());
  }

  private static void checkAny(String text) {
    if (!text.strip().equals(ANY)) {
      throw Problem.badRequest(NONE_MATCH + ": what writes may say * there, not " + text);
    }
  }

  private static Write.Condition matching(String text) {
    String tag = text.strip();
    if (tag.equals(ANY)) {
      return new Write.Condition.Present();
    }
    // People type it without the quotes that belong to it.
    boolean isQuoted = tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"");
    try {
      return new Write.Condition.Is(
          Version.of(isQuoted ? tag.substring(1, tag.length() - 1) : tag));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(MATCH + ": one version as an ETag told it, or *; " + e.getMessage());
    }
  }
}
