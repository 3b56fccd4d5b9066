package pharos.records.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.records.RecordsContract.done;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.Written;

/** Three members, some of which fail. */
class EtcdClusterTest {
  @TempDir Path folder;

  private EtcdMembers etcd;
  private Records records;

  @BeforeEach
  void start() throws IOException {
    etcd = EtcdMembers.start(folder, 3);
    records = EtcdBuilder.at(etcd.url()).build();
  }

  @AfterEach
  void stop() {
    if (records != null) {
      records.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  private static Content text(String text) {
    return Content.text(text);
  }

  private static RecordsException failure(CompletableFuture<?> call) {
    return assertThrows(RecordsException.class, () -> done(call));
  }

  private static ConditionFactory soon() {
    return Awaitility.await().atMost(Duration.ofSeconds(40)).ignoreExceptions();
  }

  @Test
  void withOneOfThreeKilledItGoesOn() {
    Written written = done(records.put("key", text("0")));
    assertEquals(3, written.copies());
    assertEquals(2, written.agreed());
    etcd.kill(0);
    // A write that was under way, or comes during the election, may fail; the next does not.
    soon().until(() -> done(records.put("key", text("1"))).copies() == 3);
    for (int i = 2; i < 20; i++) {
      done(records.put("key", text("" + i)));
    }
    Entry entry = done(records.get("key"));
    assertEquals("19", entry.content().orElseThrow().text());
    assertEquals(2, entry.agreed());
    assertEquals(1, done(records.get("key", Records.ReadLevel.LOCAL)).agreed());
    Overview overview = done(records.overview());
    assertFalse(overview.isWhole() || overview.isComplete(), overview::toString);
    assertEquals(
        List.of("m0"),
        overview.nodes().stream()
            .filter(it -> it.state() == Overview.State.MISSING)
            .map(Overview.Node::name)
            .toList());
    assertEquals(2, overview.records().get(0).holders().size());
    assertEquals(3, overview.records().get(0).meant().size());
  }

  @Test
  void withTwoOfThreeKilledItSaysSoWithinSecondsAndThenGoesOn() throws IOException {
    done(records.put("key", text("before")));
    etcd.kill(0);
    etcd.kill(1);
    long beganNs = System.nanoTime();
    RecordsException write = failure(records.put("key", text("perhaps")));
    assertEquals(Reason.NO_MAJORITY, write.reason(), write::getMessage);
    soon()
        .untilAsserted(
            () -> {
              RecordsException why = failure(records.put("key", text("no")));
              assertEquals(Reason.NO_MAJORITY, why.reason());
              assertTrue(String.valueOf(why.getMessage()).contains("no leader"), why::toString);
              assertFalse(why.mayHaveHappened());
            });
    assertEquals(Reason.NO_MAJORITY, failure(records.get("key")).reason());
    assertTrue(System.nanoTime() - beganNs < TimeUnit.SECONDS.toNanos(40));
    // What the one that is left has can be read all the same.
    Entry entry = done(records.get("key", Records.ReadLevel.LOCAL));
    assertTrue(entry.isThere());
    assertEquals(1, entry.agreed());
    etcd.run(0);
    soon().until(() -> done(records.put("key", text("after"))).agreed() == 2);
    assertEquals("after", done(records.get("key")).content().orElseThrow().text());
  }

  @Test
  void aWatchGoesOnWhileItsMemberRestartsOrIsPaused() throws IOException {
    List<String> seen = new CopyOnWriteArrayList<>();
    records.watch("key", it -> seen.add(it.content().map(Content::text).orElse("none")), it -> {});
    soon().until(() -> seen.equals(List.of("none")));
    try (Records other = EtcdBuilder.at(etcd.url(1, 2)).build()) {
      etcd.kill(0);
      soon().until(() -> done(other.put("key", text("without 0"))).agreed() == 2);
      soon().until(() -> seen.get(seen.size() - 1).equals("without 0"));
      etcd.run(0);
      soon().until(() -> done(records.overview()).isWhole());
    }
    try (Records other = EtcdBuilder.at(etcd.url(0, 2)).build()) {
      // It was the next, and now holds the stream.
      etcd.signal(1, "STOP");
      soon().until(() -> done(other.put("key", text("past 1"))).agreed() == 2);
      soon().until(() -> seen.get(seen.size() - 1).equals("past 1"));
      etcd.signal(1, "CONT");
    }
  }

  @Test
  void aWriteToAMemberThatSaysNothingMayHaveHappenedAndTheNextGoesElsewhere() throws IOException {
    done(records.put("key", text("before")));
    etcd.signal(0, "STOP");
    RecordsException failure = failure(records.put("key", text("perhaps")));
    assertEquals(Reason.NO_MAJORITY, failure.reason(), failure::getMessage);
    assertTrue(failure.mayHaveHappened());
    soon().until(() -> done(records.put("key", text("after"))).agreed() == 2);
    assertEquals("after", done(records.get("key")).content().orElseThrow().text());
    etcd.signal(0, "CONT");
  }

  @Test
  void theEndFailsAWriteThatMayHaveHappened() throws IOException {
    done(records.put("key", text("before")));
    etcd.signal(0, "STOP");
    CompletableFuture<Written> write = records.put("key", text("perhaps"));
    CompletableFuture<Entry> read = records.get("key");
    records.close();
    RecordsException failure = failure(write);
    assertEquals(Reason.CLOSED, failure.reason());
    assertTrue(failure.mayHaveHappened());
    assertEquals(Reason.CLOSED, failure(read).reason());
    etcd.signal(0, "CONT");
  }

  @Test
  void anEndpointWhereNobodyIsCostsNothingButATry() throws IOException {
    String url = etcd.url().replace("etcd://", "etcd://127.0.0.1:1,");
    try (Records it = EtcdBuilder.at(url).build()) {
      done(it.put("key", text("one")));
      assertEquals("one", done(it.get("key")).content().orElseThrow().text());
    }
    try (Records it = EtcdBuilder.at("etcd://127.0.0.1:1").timeout(Duration.ofSeconds(1)).build()) {
      RecordsException failure = failure(it.put("key", text("one")));
      assertEquals(Reason.NO_MAJORITY, failure.reason());
      assertFalse(failure.mayHaveHappened());
      assertTrue(
          String.valueOf(failure.getMessage()).contains("127.0.0.1:1 cannot be reached"),
          failure::toString);
    }
  }
}
