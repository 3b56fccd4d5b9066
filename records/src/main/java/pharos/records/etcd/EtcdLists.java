package pharos.records.etcd;

import static java.util.concurrent.CompletableFuture.completedFuture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import pharos.agent.json.Json;
import pharos.records.Listing;
import pharos.records.Version;
import pharos.records.etcd.About.EtcdValue;
import pharos.records.etcd.EtcdHttp.Kind;

/**
 * Pages of keys. Values are not fetched for them: how large they are is known beside them. Only
 * those that others wrote are, some at a time.
 */
final class EtcdLists {
  private static final int FETCHED_AT_ONCE = 16;

  private final EtcdHttp http;
  private final EtcdKeys keys;

  EtcdLists(EtcdHttp http, EtcdKeys keys) {
    this.http = http;
    this.keys = keys;
  }

  /** How many keys there are. */
  CompletableFuture<Long> count(long deadlineNs) {
    String[] range = keys.range(true, "", "").orElseThrow();
    return http.post(
            Kind.READ,
            "kv/range",
            Json.object("key", range[0], "range_end", range[1], "count_only", true),
            deadlineNs)
        .thenApply(it -> Answers.number(it, "count"));
  }

  CompletableFuture<Listing> page(String prefix, String after, int most, long deadlineNs) {
    Optional<String[]> values = keys.range(true, prefix, after);
    Optional<String[]> abouts = keys.range(false, prefix, after);
    if (values.isEmpty() || abouts.isEmpty()) {
      return completedFuture(new Listing(List.of(), true, Optional.empty()));
    }
    Map<String, Object> txn =
        Json.object(
            "success", List.of(range(values.get(), most, true), range(abouts.get(), most, false)));
    return http.post(Kind.READ, "kv/txn", txn, deadlineNs)
        .thenCompose(answer -> page(answer, deadlineNs));
  }

  private static Map<String, Object> range(String[] of, int most, boolean isKeysOnly) {
    return EtcdRequests.range(
        Json.object(
            "key",
            of[0],
            "range_end",
            of[1],
            "limit",
            String.valueOf(most),
            "keys_only",
            isKeysOnly));
  }

  private CompletableFuture<Listing> page(Map<String, Object> answer, long deadlineNs) {
    Map<String, Object> first = Answers.response(answer, 0, "range");
    Map<String, EtcdValue> abouts = new HashMap<>();
    for (EtcdValue it : Answers.values(Answers.response(answer, 1, "range"), "kvs")) {
      abouts.put(it.key(), it);
    }
    List<Listing.Item> items = new ArrayList<>();
    for (EtcdValue it : Answers.values(first, "kvs")) {
      Optional<String> key = keys.key(it.key());
      if (key.isPresent()) {
        About about = About.of(abouts.get(keys.about(key.get())), it.revision());
        items.add(
            new Listing.Item(
                key.get(),
                new Version(it.revision(), 0),
                about.bytes(),
                about.type(),
                about.written(),
                0));
      }
    }
    boolean hasMore = Answers.is(first, "more");
    Optional<String> next =
        hasMore && !items.isEmpty()
            ? Optional.of(items.get(items.size() - 1).key())
            : Optional.empty();
    // A page full of what are no keys of ours cannot be gone past.
    boolean isComplete = !hasMore || next.isPresent();
    return sized(items, 0, deadlineNs).thenApply(it -> new Listing(it, isComplete, next));
  }

  /** Fetches the values of which is not known how large they are, from this place on. */
  private CompletableFuture<List<Listing.Item>> sized(
      List<Listing.Item> items, int from, long deadlineNs) {
    List<Integer> at = new ArrayList<>();
    for (int i = from; i < items.size() && at.size() < FETCHED_AT_ONCE; i++) {
      if (items.get(i).bytes() < 0) {
        at.add(i);
      }
    }
    if (at.isEmpty()) {
      return completedFuture(items);
    }
    List<Map<String, Object>> ranges =
        at.stream()
            .map(it -> EtcdRequests.range(Json.object("key", keys.value(items.get(it).key()))))
            .toList();
    return http.post(Kind.READ, "kv/txn", Json.object("success", ranges), deadlineNs)
        .thenCompose(
            answer -> {
              for (int i = 0; i < at.size(); i++) {
                int size = Answers.value(answer, i).map(it -> it.bytes().length).orElse(0);
                items.set(at.get(i), sized(items.get(at.get(i)), size));
              }
              return sized(items, at.get(at.size() - 1) + 1, deadlineNs);
            });
  }

  private static Listing.Item sized(Listing.Item it, int bytes) {
    return new Listing.Item(it.key(), it.version(), bytes, it.type(), it.written(), it.conflicts());
  }
}
