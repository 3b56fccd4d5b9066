package pharos.records;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A key as it was read.
 *
 * @param version also of one that was deleted; {@link Version#NONE} where there never was a value
 * @param content empty where there is no value
 * @param written when, by the clock of who wrote it, for people; nothing is decided by it
 * @param age for how long whoever answered has had it
 * @param expiresIn how long it will be there
 * @param agreed how many copies said so
 * @param copies how many there are meant to be
 * @param conflicts how many values are kept beside it, that another one won over
 */
public record Entry(
    String key,
    Version version,
    Optional<Content> content,
    Instant written,
    Duration age,
    Optional<Duration> expiresIn,
    int agreed,
    int copies,
    int conflicts) {
  /** Whether there is a value. */
  public boolean isThere() {
    return content.isPresent();
  }
}
