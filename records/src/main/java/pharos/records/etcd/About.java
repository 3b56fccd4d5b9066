package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;
import pharos.records.Content;
import pharos.records.RecordsException;

/**
 * What is known of a value beside its bytes. It is written in the same transaction, so it has the
 * same revision; where it has another, somebody else wrote the value, and nothing is known.
 *
 * @param bytes how many the value has; -1 when that is not known
 * @param expiry after how long it was to expire
 * @param lease that of etcd by which it does
 */
record About(
    String type, int bytes, Instant written, Optional<Duration> expiry, Optional<String> lease) {
  static final About NOTHING =
      new About(Content.OCTETS, -1, Instant.EPOCH, Optional.empty(), Optional.empty());

  static About of(Content content, Instant now, Optional<Duration> expiry, Optional<String> lease) {
    return new About(content.type(), content.size(), now, expiry, lease);
  }

  String json() {
    return Json.write(
        Json.object(
            "type",
            type,
            "bytes",
            bytes,
            "written",
            written,
            "expiryMs",
            expiry.map(Duration::toMillis),
            "lease",
            lease));
  }

  /** Reads it; what is not as it should be counts as not known. */
  static About of(@Nullable EtcdValue stored, long revision) {
    if (stored == null || stored.revision() != revision) {
      return NOTHING;
    }
    Map<String, Object> it = Json.members(new String(stored.bytes(), UTF_8));
    try {
      About about =
          new About(
              String.valueOf(it.get("type")),
              ((Number) it.getOrDefault("bytes", -1)).intValue(),
              Instant.parse(String.valueOf(it.get("written"))),
              Optional.ofNullable((Number) it.get("expiryMs"))
                  .map(ms -> Duration.ofMillis(ms.longValue())),
              Optional.ofNullable(it.get("lease")).map(String::valueOf));
      // Throws for a type that is none.
      return new Content(new byte[0], about.type()).size() == 0 ? about : NOTHING;
    } catch (DateTimeException | ClassCastException | RecordsException e) {
      return NOTHING;
    }
  }

  /** How long it has been there by the clocks of who wrote it and who asks. */
  Duration age(Instant now) {
    Duration age = Duration.between(written, now);
    return written.equals(Instant.EPOCH) || age.isNegative() ? Duration.ZERO : age;
  }

  /** How long it will be there, by the same clocks. */
  Optional<Duration> left(Instant now) {
    return expiry.map(
        it -> {
          Duration left = it.minus(age(now));
          return left.isNegative() ? Duration.ZERO : left;
        });
  }

  /** A key and its value as etcd tells them, in base64. */
  record EtcdValue(String key, long revision, String base64) {
    static EtcdValue of(Map<String, Object> kv) {
      return new EtcdValue(
          String.valueOf(kv.get("key")),
          Long.parseLong(String.valueOf(kv.getOrDefault("mod_revision", "0"))),
          String.valueOf(kv.getOrDefault("value", "")));
    }

    byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }
  }
}
