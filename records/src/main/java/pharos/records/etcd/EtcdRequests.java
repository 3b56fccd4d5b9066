package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.json.Json;
import pharos.records.Content;
import pharos.records.Version;
import pharos.records.Write;
import pharos.records.Write.Condition;

/** What etcd is asked, as its JSON gateway wants it. */
final class EtcdRequests {
  private final EtcdKeys keys;

  EtcdRequests(EtcdKeys keys) {
    this.keys = keys;
  }

  static Map<String, Object> grant(Duration expiry) {
    // Rounded up: no value ends before its time.
    return Json.object("TTL", String.valueOf(expiry.plusMillis(999).toSeconds()));
  }

  /**
   * Writes or deletes if the condition holds. The first answer is the key as it was, without its
   * value; the third is what was known of it.
   */
  Map<String, Object> write(Write write, Optional<String> lease, Instant now) {
    String key = keys.value(write.key());
    String about = keys.about(write.key());
    Map<String, Object> before = range(Json.object("key", key, "keys_only", true));
    List<Map<String, Object>> does =
        write.content().isPresent()
            ? puts(write, write.content().get(), lease, now, before)
            : List.of(
                before,
                Json.object("request_delete_range", Json.object("key", key)),
                Json.object("request_delete_range", Json.object("key", about, "prev_kv", true)));
    return Json.object(
        "compare", compares(key, write.condition()), "success", does, "failure", List.of(before));
  }

  private List<Map<String, Object>> puts(
      Write write,
      Content content,
      Optional<String> lease,
      Instant now,
      Map<String, Object> before) {
    About about = About.of(content, now, write.expiry(), lease);
    return List.of(
        before,
        Json.object(
            "request_put",
            Json.object(
                "key",
                keys.value(write.key()),
                "value",
                EtcdKeys.base64(content.bytes()),
                "lease",
                lease)),
        Json.object(
            "request_put",
            Json.object(
                "key",
                keys.about(write.key()),
                "value",
                EtcdKeys.base64(about.json().getBytes(UTF_8)),
                "lease",
                lease,
                "prev_kv",
                true)));
  }

  private static List<Map<String, Object>> compares(String key, Condition condition) {
    if (condition instanceof Condition.Any) {
      return List.of();
    }
    if (condition instanceof Condition.Absent) {
      return List.of(compare(key, "CREATE", "EQUAL", "create_revision", 0));
    }
    Map<String, Object> isThere = compare(key, "CREATE", "GREATER", "create_revision", 0);
    if (condition instanceof Condition.Is is) {
      Version version = is.version();
      // No value is at revision 0: one of another engine is never met.
      long revision = version.writer() == 0 ? version.counter() : 0;
      return List.of(isThere, compare(key, "MOD", "EQUAL", "mod_revision", revision));
    }
    return List.of(isThere);
  }

  private static Map<String, Object> compare(
      String key, String target, String result, String name, long revision) {
    return Json.object(
        "key", key, "target", target, "result", result, name, String.valueOf(revision));
  }

  static Map<String, Object> range(Map<String, Object> of) {
    return Json.object("request_range", of);
  }

  /** A key, and what is known of it, at one moment. */
  Map<String, Object> read(String key, boolean isLocal) {
    return Json.object(
        "success",
        List.of(
            range(Json.object("key", keys.value(key), "serializable", isLocal)),
            range(Json.object("key", keys.about(key), "serializable", isLocal))));
  }

  /** The key that is watched. */
  String watch(String key) {
    return keys.value(key);
  }
}
