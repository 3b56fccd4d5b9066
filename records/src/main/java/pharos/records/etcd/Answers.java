package pharos.records.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.json.Json;
import pharos.records.etcd.About.EtcdValue;

/** Reads what etcd answers: whole numbers come as texts, and zero, false and empty are left out. */
final class Answers {
  private Answers() {}

  static long number(Map<String, Object> object, String name) {
    return Long.parseLong(String.valueOf(object.getOrDefault(name, "0")));
  }

  /** An id, which takes all 64 bits. */
  static long unsigned(Map<String, Object> object, String name) {
    return Long.parseUnsignedLong(String.valueOf(object.getOrDefault(name, "0")));
  }

  static boolean is(Map<String, Object> object, String name) {
    return Boolean.TRUE.equals(object.get(name));
  }

  /** At which revision the answer was given. */
  static long revision(Map<String, Object> answer) {
    return number(Json.members(answer.get("header")), "revision");
  }

  /** The objects of a list. */
  static List<Map<String, Object>> objects(Map<String, Object> object, String name) {
    List<Map<String, Object>> all = new ArrayList<>();
    if (object.get(name) instanceof List<?> list) {
      list.forEach(it -> all.add(Json.members(it)));
    }
    return all;
  }

  /** What a part of a transaction answered: put, range or delete_range. */
  static Map<String, Object> response(Map<String, Object> txn, int index, String what) {
    List<Map<String, Object>> all = objects(txn, "responses");
    return index < all.size() ? Json.members(all.get(index).get("response_" + what)) : Map.of();
  }

  /** The keys and values of a range, or those before that of a deletion. */
  static List<EtcdValue> values(Map<String, Object> response, String name) {
    return objects(response, name).stream().map(EtcdValue::of).toList();
  }

  /** The one that this part of a transaction read. */
  static Optional<EtcdValue> value(Map<String, Object> txn, int index) {
    return values(response(txn, index, "range"), "kvs").stream().findFirst();
  }
}
