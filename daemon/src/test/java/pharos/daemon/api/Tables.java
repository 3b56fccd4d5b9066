package pharos.daemon.api;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import pharos.agent.testing.TestPeers;
import pharos.records.Records;

/** Tables, and what is asked of them, for tests here and of the doors. */
public final class Tables {
  private static final Asker HERE = new Asker(InetAddress.getLoopbackAddress(), true);

  private Tables() {}

  /** One that tells of these peers, and finds these contacts, two at a time. */
  public static Table of(TestPeers peers, Supplier<CompletableFuture<Reply>> contacts) {
    return of(peers, contacts, 1_000);
  }

  /** The same for so many readers of events. */
  public static Table of(
      TestPeers peers, Supplier<CompletableFuture<Reply>> contacts, int readers) {
    PeerTexts texts = new PeerTexts();
    EventHub hub =
        new EventHub(
            "run", texts, InstantSource.fixed(Instant.EPOCH), peers::peers, 4_096, 1 << 20);
    PeerResources resources = new PeerResources(peers, texts);
    hub.afterNews(resources::changed);
    var unused = hub.follow(peers);
    List<Resource> all = new ArrayList<>(resources.resources());
    all.addAll(new Events(hub, readers).resources());
    all.addAll(new Targets(peers).resources());
    all.addAll(new Health(() -> Condition.OK, () -> Condition.OK).resources());
    all.addAll(
        new Contacts(
                new Contacts.Network(
                    id -> contacts.get(),
                    service -> contacts.get(),
                    contact -> contacts.get(),
                    id -> contacts.get()),
                2,
                Duration.ofSeconds(20))
            .resources());
    return new Table(all);
  }

  /** One with a single document, at {@code /large}, and what of a contact never comes. */
  public static Gate large(int bytes) {
    Table rest = of(new TestPeers(), CompletableFuture::new);
    List<Resource> all = new ArrayList<>(rest.resources());
    all.add(Resource.get("/large", Set.of(), call -> Reply.json(200, "x".repeat(bytes))));
    return gate(new Table(all));
  }

  /** One with these records, for two calls at a time that take so long at most. */
  public static Table records(Records records, Duration patience) {
    return records(records, patience, "{}");
  }

  /** The same, and this is the ring. */
  public static Table records(Records records, Duration patience, String ring) {
    List<Resource> all = new ArrayList<>(new RecordResources(records, 2, 2, patience).resources());
    all.add(Resource.get("/v1/ring", Set.of(), call -> Reply.json(200, ring)));
    return new Table(all);
  }

  /** What lets everybody here ask this. */
  public static Gate gate(Table table) {
    return Gate.of(table, List.of(), Optional.empty());
  }

  public static Reply json(String body) {
    return Reply.json(200, body);
  }

  static Asked asked(String method, String target, String... headers) {
    Asked bare = Asked.of(method, target, HERE);
    Map<String, String> all = new java.util.HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i].toLowerCase(java.util.Locale.ROOT), headers[i + 1]);
    }
    return new Asked(method, bare.path(), bare.query(), all, HERE);
  }

  static CompletableFuture<Answer> ask(Table table, Asked asked, String body) {
    return table.answer(asked, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  static Reply get(Table table, String target, String... headers) {
    return (Reply) ask(table, asked("GET", target, headers), "").join();
  }
}
