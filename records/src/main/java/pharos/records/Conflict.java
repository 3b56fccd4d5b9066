package pharos.records;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A value that another one of the same key won over, since both stood on the same one. It is kept
 * for a day.
 *
 * @param content empty when it was a deletion that lost
 * @param written by the clock of who wrote it
 * @param age for how long it has been known
 * @param winner the version that won
 */
public record Conflict(
    String key,
    Version version,
    Optional<Content> content,
    Instant written,
    Duration age,
    Version winner) {}
