package pharos.records.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.Agent;
import pharos.records.Conflict;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.testkit.FreePorts;

/** Nodes that began apart, and meet. */
class ConflictArbiterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Agent> agents = new ArrayList<>();
  private final List<EmbeddedRecords> all = new ArrayList<>();

  @AfterEach
  void end() {
    all.forEach(EmbeddedRecords::close);
    agents.forEach(Agent::close);
  }

  /** One that hears nobody; seeds are other agents. */
  private EmbeddedRecords apart(EmbeddedRecords records, Agent... seeds) {
    agents.add(
        Agent.builder()
            .name("node-" + (agents.size() + 1))
            .loopback(true)
            .gateway(true)
            .beaconPort(FreePorts.next())
            .seeds(Stream.of(seeds).map(it -> "127.0.0.1:" + it.port()).toArray(String[]::new))
            .with(records.extension())
            .start());
    all.add(records);
    return records;
  }

  private static Optional<Content> joined(Entry winner, List<Conflict> losers) {
    TreeSet<String> words = new TreeSet<>();
    winner.content().ifPresent(it -> words.addAll(List.of(it.text().split(" "))));
    losers.forEach(
        loser -> loser.content().ifPresent(it -> words.addAll(List.of(it.text().split(" ")))));
    return Optional.of(Content.text(String.join(" ", words)));
  }

  private static EmbeddedRecords deciding() {
    return EmbeddedRecords.inMemory(3, false).deciding(ConflictArbiterTest::joined);
  }

  private static Entry get(EmbeddedRecords records) throws Exception {
    return records.get("workers").get(10, TimeUnit.SECONDS);
  }

  private static String text(EmbeddedRecords records) throws Exception {
    try {
      Entry entry = get(records);
      return entry.content().map(Content::text).orElse("nothing") + ", " + entry.conflicts();
    } catch (ExecutionException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void anArbiterJoinsWhatWasWrittenApart() throws Exception {
    EmbeddedRecords one = apart(deciding());
    EmbeddedRecords other = apart(deciding());
    one.create("workers", Content.text("anna")).get(20, TimeUnit.SECONDS);
    other.create("workers", Content.text("bert")).get(20, TimeUnit.SECONDS);

    apart(deciding(), agents.get(0), agents.get(1));
    await().atMost(PATIENCE).until(() -> text(one), "anna bert, 0"::equals);
    await().atMost(PATIENCE).until(() -> text(other), "anna bert, 0"::equals);
    assertEquals(get(one).version(), get(other).version());
  }

  @Test
  void whatAnArbiterLeavesStaysAConflict() throws Exception {
    EmbeddedRecords one = apart(leaving());
    EmbeddedRecords other = apart(leaving());
    one.create("workers", Content.text("anna")).get(20, TimeUnit.SECONDS);
    other.create("workers", Content.text("bert")).get(20, TimeUnit.SECONDS);

    apart(leaving(), agents.get(0), agents.get(1));
    await().atMost(PATIENCE).until(() -> text(one).endsWith(", 1"));
    await().atMost(PATIENCE).until(() -> text(other).endsWith(", 1"));
    await().atMost(PATIENCE).until(() -> !asked.isEmpty());
    await()
        .during(Duration.ofSeconds(3))
        .atMost(PATIENCE)
        .until(() -> asked.size() <= agents.size());
  }

  private final List<Entry> asked = new CopyOnWriteArrayList<>();

  private EmbeddedRecords leaving() {
    return EmbeddedRecords.inMemory(3, false)
        .deciding(
            (winner, losers) -> {
              asked.add(winner);
              return Optional.empty();
            });
  }

  @Test
  void whoHoldsNothingHasNoArbiter() {
    EmbeddedRecords records = EmbeddedRecords.passing();
    assertThrows(
        IllegalStateException.class, () -> records.deciding((winner, losers) -> Optional.empty()));
  }

  @Test
  void anArbiterComesBeforeTheAgent() {
    EmbeddedRecords records = apart(EmbeddedRecords.inMemory(1, false));
    assertThrows(
        IllegalStateException.class, () -> records.deciding((winner, losers) -> Optional.empty()));
  }
}
