package pharos.records.etcd;

import static java.util.concurrent.CompletableFuture.completedFuture;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import pharos.agent.json.Json;
import pharos.records.Calls;
import pharos.records.Conflict;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.Write;
import pharos.records.Written;
import pharos.records.etcd.About.EtcdValue;
import pharos.records.etcd.EtcdHttp.Kind;

/**
 * Records that etcd keeps. A version is etcd's revision; of a key that was deleted etcd remembers
 * none. There are as many copies as members that vote, and a majority of them has what was written
 * or read; that etcd does not say, but it answers only when it is so. Any thread may call;
 * call-backs come on one of its own. Made by {@link EtcdBuilder}.
 */
public final class EtcdRecords implements Records {
  private final Calls calls = new Calls("pharos-records-etcd");
  private final EtcdHttp http;
  private final EtcdRequests requests;
  private final EtcdCluster cluster;
  private final EtcdStreams streams;
  private final EtcdLists lists;

  EtcdRecords(EtcdHttp http, EtcdKeys keys) {
    this.http = http;
    requests = new EtcdRequests(keys);
    cluster = new EtcdCluster(http);
    streams = new EtcdStreams(http);
    lists = new EtcdLists(http, keys);
  }

  @Override
  public CompletableFuture<Written> write(Write write) {
    return calls.call(
        true,
        () -> {
          long deadlineNs = http.deadlineNs();
          CompletableFuture<Optional<String>> lease =
              write.expiry().isPresent() && write.content().isPresent()
                  ? grant(write.expiry().get(), deadlineNs)
                  : completedFuture(Optional.empty());
          return lease
              .thenCompose(it -> written(write, it, deadlineNs))
              .thenCombine(cluster.size(), EtcdRecords::agreed);
        });
  }

  private static Written agreed(Written written, int size) {
    return new Written(written.key(), written.version(), written.isNew(), majority(size), size);
  }

  private static int majority(int size) {
    return size / 2 + 1;
  }

  private CompletableFuture<Optional<String>> grant(Duration expiry, long deadlineNs) {
    // One that was granted to nobody's knowledge ends by itself, so it may be asked for twice.
    return http.post(Kind.READ, "lease/grant", EtcdRequests.grant(expiry), deadlineNs)
        .thenApply(it -> Optional.of(String.valueOf(it.get("ID"))));
  }

  private CompletableFuture<Written> written(Write write, Optional<String> lease, long deadlineNs) {
    CompletableFuture<Written> written =
        http.post(Kind.WRITE, "kv/txn", requests.write(write, lease, Instant.now()), deadlineNs)
            .thenApply(answer -> written(write, answer));
    return written.whenComplete(
        (it, failure) -> {
          boolean mayHaveHappened =
              failure == null
                  || !(cause(failure) instanceof RecordsException why)
                  || why.mayHaveHappened();
          if (!mayHaveHappened) {
            lease.ifPresent(this::revoke);
          }
        });
  }

  private static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private Written written(Write write, Map<String, Object> answer) {
    Optional<EtcdValue> before = Answers.value(answer, 0);
    if (!Answers.is(answer, "succeeded")) {
      throw refusal(write, before);
    }
    if (before.isPresent()) {
      String what = write.content().isPresent() ? "put" : "delete_range";
      Map<String, Object> replaced = Answers.response(answer, 2, what);
      Optional<EtcdValue> about =
          write.content().isPresent()
              ? Optional.of(Json.members(replaced.get("prev_kv")))
                  .filter(it -> !it.isEmpty())
                  .map(EtcdValue::of)
              : Answers.values(replaced, "prev_kvs").stream().findFirst();
      // The lease was for that value alone, and would only end in vain.
      About.of(about.orElse(null), before.get().revision()).lease().ifPresent(this::revoke);
    }
    return new Written(
        write.key(), new Version(Answers.revision(answer), 0), before.isEmpty(), 1, 1);
  }

  private static RecordsException refusal(Write write, Optional<EtcdValue> before) {
    String key = "'" + write.key() + "' ";
    if (before.isEmpty()) {
      return new RecordsException(Reason.NOT_THERE, key + "has no value");
    }
    Version version = new Version(before.get().revision(), 0);
    return write.condition() instanceof Write.Condition.Is is
        ? new RecordsException(
            Reason.OTHER_VERSION, key + "is at " + version + ", not at " + is.version())
        : new RecordsException(Reason.ALREADY_THERE, key + "has a value already: " + version);
  }

  private void revoke(String lease) {
    if (http.isBusy()) {
      // It ends by itself, only later.
      return;
    }
    CompletableFuture<Map<String, Object>> unused =
        http.post(Kind.READ, "lease/revoke", Json.object("ID", lease), http.deadlineNs());
  }

  @Override
  public CompletableFuture<Entry> get(String key, ReadLevel level) {
    Write.checkKey(key);
    return calls.call(
        false,
        () -> {
          long deadlineNs = http.deadlineNs();
          boolean isLocal = level == ReadLevel.LOCAL;
          return read(key, isLocal, deadlineNs)
              .thenCompose(
                  it -> isLocal ? completedFuture(it.entry()) : withTimeLeft(it, deadlineNs))
              .thenCombine(
                  cluster.size(),
                  (entry, size) -> agreed(entry, isLocal ? 1 : majority(size), size));
        });
  }

  /**
   * A key as it was read.
   *
   * @param revision of all of etcd, when it was
   */
  record Reading(Entry entry, long revision, Optional<String> lease) {}

  private CompletableFuture<Reading> read(String key, boolean isLocal, long deadlineNs) {
    return http.post(
            isLocal ? Kind.LOCAL : Kind.READ, "kv/txn", requests.read(key, isLocal), deadlineNs)
        .thenApply(answer -> reading(key, answer));
  }

  private static Reading reading(String key, Map<String, Object> answer) {
    Optional<EtcdValue> value = Answers.value(answer, 0);
    long revision = value.map(EtcdValue::revision).orElse(0L);
    About about = About.of(Answers.value(answer, 1).orElse(null), revision);
    Instant now = Instant.now();
    Entry entry =
        new Entry(
            key,
            new Version(revision, 0),
            value.map(it -> new Content(it.bytes(), about.type())),
            about.written(),
            about.age(now),
            about.left(now),
            1,
            1,
            0);
    return new Reading(entry, Answers.revision(answer), about.lease());
  }

  /**
   * Clocks may be wrong, but etcd knows how long the lease still is; should it not say, they do.
   */
  private CompletableFuture<Entry> withTimeLeft(Reading reading, long deadlineNs) {
    if (reading.lease().isEmpty()) {
      return completedFuture(reading.entry());
    }
    return http.post(
            Kind.READ, "lease/timetolive", Json.object("ID", reading.lease().get()), deadlineNs)
        .handle(
            (answer, failure) -> {
              Entry it = reading.entry();
              if (failure != null) {
                return it;
              }
              Duration left = Duration.ofSeconds(Math.max(0, Answers.number(answer, "TTL")));
              return new Entry(
                  it.key(),
                  it.version(),
                  it.content(),
                  it.written(),
                  it.age(),
                  Optional.of(left),
                  1,
                  1,
                  0);
            });
  }

  private static Entry agreed(Entry it, int agreed, int copies) {
    return new Entry(
        it.key(),
        it.version(),
        it.content(),
        it.written(),
        it.age(),
        it.expiresIn(),
        agreed,
        copies,
        0);
  }

  @Override
  public CompletableFuture<Listing> list(String prefix, String after, int most) {
    Listing.check(prefix, after, most);
    return calls.call(
        false, () -> lists.page(prefix, after, Math.min(most, Listing.MOST), http.deadlineNs()));
  }

  /** There are none: etcd refuses a write that does not stand on what is there. */
  @Override
  public CompletableFuture<List<Conflict>> conflicts(String key) {
    return calls.call(false, () -> completedFuture(List.of()));
  }

  @Override
  public Watch watch(String key, Consumer<Entry> listener, Consumer<RecordsException> failed) {
    Write.checkKey(key);
    Calls.Telling telling = calls.telling(listener, failed);
    EtcdWatch watch =
        new EtcdWatch(
            http,
            streams,
            requests.watch(key),
            () -> read(key, false, http.deadlineNs()),
            (entry, size) -> telling.tell(agreed(entry, majority(size), size)),
            cluster::size);
    watch.start();
    return () -> {
      telling.close();
      watch.close();
    };
  }

  /**
   * The members. Each has every record; how many bytes are those of its whole store. That they
   * force what they write is taken for granted: etcd does, unless told not to, and does not say.
   */
  @Override
  public CompletableFuture<Overview> overview() {
    return calls.call(
        false,
        () -> {
          long deadlineNs = http.deadlineNs();
          return lists
              .page("", "", Overview.MOST_RECORDS, deadlineNs)
              .thenCombine(lists.count(deadlineNs), OverviewOf::new)
              .thenCompose(it -> cluster.overview(it.listing(), it.count()));
        });
  }

  private record OverviewOf(Listing listing, long count) {}

  /** Refused: of etcd, its own tools decide who is a member. */
  @Override
  public CompletableFuture<Void> forget(String node) {
    return calls.call(
        true,
        () -> {
          throw new RecordsException(
              Reason.REFUSED,
              "members of etcd are removed by its own tool: etcdctl member remove " + node);
        });
  }

  @Override
  public void close() {
    calls.close();
    streams.close();
    http.close();
  }
}
