package pharos.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Optional;

/**
 * What is to be written.
 *
 * @param content empty to delete what is there
 * @param expiry after which it is gone by itself; a second to a year
 */
public record Write(
    String key, Optional<Content> content, Condition condition, Optional<Duration> expiry) {
  /** So many bytes of UTF-8 at most. */
  public static final int MAX_KEY_BYTES = 256;

  private static final Duration MIN_EXPIRY = Duration.ofSeconds(1);
  private static final Duration MAX_EXPIRY = Duration.ofDays(366);

  /** What must be so, or nothing is written. */
  public sealed interface Condition {
    /** Nothing has to be so. */
    record Any() implements Condition {}

    /** There is no value. */
    record Absent() implements Condition {}

    /** There is a value. */
    record Present() implements Condition {}

    /** The value is this one. */
    record Is(Version version) implements Condition {}
  }

  /** Refuses keys that are none. */
  public Write {
    checkKey(key);
    if (expiry.isPresent()
        && (expiry.get().compareTo(MIN_EXPIRY) < 0 || expiry.get().compareTo(MAX_EXPIRY) > 0)) {
      throw new RecordsException(
          RecordsException.Reason.BAD_CONTENT, "a value expires after a second to a year");
    }
  }

  /** This one, which expires. */
  public Write expiringAfter(Duration time) {
    return new Write(key, content, condition, Optional.of(time));
  }

  /** Refuses a key that is none. */
  public static void checkKey(String key) {
    int bytes = key.getBytes(UTF_8).length;
    if (bytes == 0 || bytes > MAX_KEY_BYTES) {
      throw new RecordsException(
          RecordsException.Reason.BAD_KEY,
          "a key has 1 to " + MAX_KEY_BYTES + " bytes of UTF-8, and this one " + bytes);
    }
    if (key.chars().anyMatch(Character::isISOControl)
        || key.codePoints().anyMatch(it -> it >= 0xD800 && it <= 0xDFFF)) {
      throw new RecordsException(
          RecordsException.Reason.BAD_KEY, "a key has no control characters, nor half characters");
    }
  }
}
