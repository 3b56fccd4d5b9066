package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.etcd.EtcdHttp.Kind;

/** Who is in the cluster, and how each of them is. For any thread. */
final class EtcdCluster {
  private static final long KNOWN_FOR_NS = 30_000_000_000L;

  /** So many addresses are asked for an overview at most. */
  private static final int MOST_ASKED = 32;

  private final EtcdHttp http;
  private @Nullable CompletableFuture<List<Member>> members;
  private long askedNs;

  EtcdCluster(EtcdHttp http) {
    this.http = http;
  }

  /** One that votes. */
  record Member(String id, String name, List<String> urls) {
    private static Member of(Map<String, Object> it) {
      List<String> urls = new ArrayList<>();
      if (it.get("clientURLs") instanceof List<?> list) {
        list.forEach(url -> urls.add(String.valueOf(url)));
      }
      // As etcdctl writes it.
      String id = Long.toHexString(Long.parseUnsignedLong(String.valueOf(it.get("ID"))));
      return new Member(id, String.valueOf(it.getOrDefault("name", "")), urls);
    }
  }

  /**
   * How many members vote, as was known some time in the last half minute: any of them tells it.
   * Where none does, as many as there are endpoints. Never fails.
   */
  CompletableFuture<Integer> size() {
    return members()
        .handle(
            (known, failure) ->
                failure != null || known.isEmpty() ? http.endpoints().size() : known.size());
  }

  private synchronized CompletableFuture<List<Member>> members() {
    long nowNs = System.nanoTime();
    if (members == null
        || members.isCompletedExceptionally()
        || (members.isDone() && nowNs - askedNs > KNOWN_FOR_NS)) {
      CompletableFuture<List<Member>> asked = ask();
      // What was known holds until more is.
      members = members == null || members.isCompletedExceptionally() ? asked : members;
      askedNs = nowNs;
      CompletableFuture<List<Member>> unused =
          asked.whenComplete((known, failure) -> learned(asked, failure));
    }
    return members;
  }

  private synchronized void learned(
      CompletableFuture<List<Member>> asked, @Nullable Throwable failure) {
    if (failure == null) {
      members = asked;
    }
  }

  private CompletableFuture<List<Member>> ask() {
    return http.post(Kind.LOCAL, "cluster/member/list", Map.of(), http.deadlineNs())
        .thenApply(
            answer ->
                Answers.objects(answer, "members").stream()
                    .filter(it -> !Answers.is(it, "isLearner"))
                    .map(Member::of)
                    .toList());
  }

  /** How all of them are, and where these keys lie: at each of them. */
  CompletableFuture<Overview> overview(Listing listing, long count) {
    return ask()
        .thenCompose(
            known ->
                statuses(known).thenApply(statuses -> overview(known, statuses, listing, count)));
  }

  /** What each member says of itself, by its id; those that say nothing are left out. */
  private CompletableFuture<Map<String, Map<String, Object>>> statuses(List<Member> known) {
    Set<URI> urls = new TreeSet<>(http.endpoints().all());
    for (Member member : known) {
      for (String url : member.urls()) {
        // What members say of their addresses may hold for themselves alone; we are where we are.
        if (url.startsWith(http.endpoints().current().getScheme() + "://")
            && urls.size() < MOST_ASKED) {
          urls.add(URI.create(url));
        }
      }
    }
    Map<String, Map<String, Object>> statuses = new ConcurrentHashMap<>();
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (URI url : urls) {
      all.add(
          http.wire()
              .status(url)
              .thenAccept(it -> it.ifPresent(status -> statuses.put(memberOf(status), status))));
    }
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
        .thenApply(nothing -> statuses);
  }

  private static String memberOf(Map<String, Object> status) {
    Object id = Json.members(status.get("header")).getOrDefault("member_id", "0");
    return Long.toHexString(Long.parseUnsignedLong(id.toString()));
  }

  private Overview overview(
      List<Member> known, Map<String, Map<String, Object>> statuses, Listing listing, long count) {
    Map<String, Overview.Node> nodes = new LinkedHashMap<>();
    for (Member member : known) {
      Map<String, Object> status = statuses.get(member.id());
      double place = (double) nodes.size() / known.size();
      nodes.put(member.id(), node(member, status, place, count));
    }
    List<String> all = List.copyOf(nodes.keySet());
    List<String> holders =
        nodes.values().stream()
            .filter(it -> it.state() == Overview.State.HOLDING)
            .map(Overview.Node::id)
            .toList();
    boolean isWhole = holders.size() == known.size();
    List<Overview.Placed> placed =
        listing.items().stream()
            .map(
                it ->
                    new Overview.Placed(
                        it.key(), it.version(), place(it.key()), it.bytes(), holders, all))
            .toList();
    return new Overview(
        "etcd at " + http.endpoints(),
        known.size(),
        known.size(),
        isWhole,
        isWhole,
        List.copyOf(nodes.values()),
        placed);
  }

  private Overview.Node node(
      Member member, @Nullable Map<String, Object> status, double place, long count) {
    String address = member.urls().isEmpty() ? "" : member.urls().get(0);
    boolean hasLeader = status != null && Answers.unsigned(status, "leader") != 0;
    return new Overview.Node(
        member.id(),
        member.name(),
        address,
        place,
        hasLeader ? Overview.State.HOLDING : Overview.State.MISSING,
        address.endsWith("://" + http.endpoints().current().getAuthority()),
        true,
        true,
        status == null ? 0 : count,
        status == null ? 0 : Answers.number(status, "dbSizeInUse"));
  }

  /** Etcd has no ring. So that the picture is always the same, keys are spread over it. */
  private static double place(String key) {
    CRC32 sum = new CRC32();
    sum.update(key.getBytes(UTF_8));
    return sum.getValue() / 4_294_967_296.0;
  }
}
