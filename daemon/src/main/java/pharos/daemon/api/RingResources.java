package pharos.daemon.api;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.PeerView;
import pharos.agent.json.Json;
import pharos.daemon.ring.Ring;
import pharos.daemon.ring.RingDot;
import pharos.daemon.ring.RingJson;
import pharos.daemon.ring.RingSvg;
import pharos.kademlia.Contact;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsException;

/** {@code /v1/ring}, also as a graph and as a picture. For any thread. */
final class RingResources {
  private static final long PATIENCE_MS = 5_000;

  /** Where there is an older answer. */
  private static final long SHORT_PATIENCE_MS = 500;

  /** The picture stands alone, and whatever is in a name, nothing of it is run or loaded. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

  private final PeerView view;
  private final Supplier<CompletableFuture<List<Contact>>> table;
  private final Records records;
  private final Optional<Backstage> backstage;
  private @Nullable CompletableFuture<Ring> asking;
  private @Nullable CompletableFuture<Overview> question;
  private volatile Optional<Overview> last = Optional.empty();

  /**
   * For this agent.
   *
   * @param table the nodes of the overlay that it knows
   * @param backstage the programs of a demo
   */
  RingResources(
      PeerView view,
      Supplier<CompletableFuture<List<Contact>>> table,
      Records records,
      Optional<Backstage> backstage) {
    this.view = view;
    this.table = table;
    this.records = records;
    this.backstage = backstage;
  }

  List<Resource> resources() {
    List<Resource> all = new ArrayList<>();
    all.add(resource("/v1/ring", it -> Reply.json(200, Json.write(json(it)))));
    all.add(
        resource(
            "/v1/ring.dot",
            it -> Reply.text(200, "text/vnd.graphviz; charset=utf-8", RingDot.of(it))));
    all.add(
        resource(
            "/v1/ring.svg",
            it ->
                Reply.text(200, "image/svg+xml", RingSvg.of(it))
                    .with("Content-Security-Policy", POLICY)));
    backstage.ifPresent(
        it -> all.add(Resource.withBody("POST", "/v1/stage", Set.of(), call -> act(it, call))));
    return all;
  }

  private Map<String, Object> json(Ring ring) {
    Map<String, Object> all = RingJson.of(ring);
    backstage.ifPresent(it -> all.put("stage", it.programs()));
    return all;
  }

  private static CompletableFuture<Reply> act(Backstage backstage, Resource.Call call) {
    Body body = Body.of(call.body(), "act", "name");
    String act = body.text("act").orElseThrow(() -> Problem.badRequest("'act' is missing"));
    try {
      String done = backstage.act(act, body.text("name").orElse(""));
      return Resource.now(Reply.json(202, Json.write(Json.object("done", done))));
    } catch (IllegalArgumentException e) {
      throw new Problem(409, String.valueOf(e.getMessage()));
    }
  }

  private Resource resource(String path, Function<Ring, Reply> drawing) {
    return Resource.later("GET", path, Set.of(), call -> ring().thenApplyAsync(drawing));
  }

  /** All nodes may be asked for it, so those who want it at the same time get the same one. */
  private synchronized CompletableFuture<Ring> ring() {
    CompletableFuture<Ring> open = asking;
    if (open != null && !open.isDone()) {
      return open;
    }
    CompletableFuture<Ring> begun = table.get().thenCompose(this::ring);
    asking = begun;
    return begun;
  }

  private CompletableFuture<Ring> ring(List<Contact> nodes) {
    Optional<Overview> before = last;
    long patienceMs = before.isPresent() ? SHORT_PATIENCE_MS : PATIENCE_MS;
    CompletableFuture<Optional<Overview>> answer = overview().thenApply(Optional::of);
    // A holder that does not answer holds up the records, and not the sight of everything else.
    return (before.isPresent()
            ? answer.completeOnTimeout(before.map(RingResources::old), patienceMs, MILLISECONDS)
            : answer.orTimeout(patienceMs, MILLISECONDS))
        .handle(
            (it, e) ->
                Ring.of(view, nodes, e == null ? it : Optional.empty(), e == null ? "" : why(e)));
  }

  /** One question at a time, which goes on though somebody waits for it no longer. */
  private synchronized CompletableFuture<Overview> overview() {
    CompletableFuture<Overview> open = question;
    if (open == null || open.isDone()) {
      open = records.overview().whenComplete((it, e) -> last = Optional.ofNullable(it));
      question = open;
    }
    return open;
  }

  private static Overview old(Overview it) {
    return new Overview(
        it.engine(), it.copies(), it.majorityOf(), it.isWhole(), false, it.nodes(), it.records());
  }

  private static String why(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof RecordsException it && it.reason() == RecordsException.Reason.NO_RECORDS) {
      return Ring.NO_RECORDS;
    }
    return "nobody tells of the records: "
        + (cause.getMessage() == null ? "no answer within 5 s" : cause.getMessage());
  }
}
