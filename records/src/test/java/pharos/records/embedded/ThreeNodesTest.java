package pharos.records.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsContract;
import pharos.records.RecordsException.Reason;
import pharos.records.Written;

/** What every engine promises, by three nodes with disks, of which the first is asked. */
@Execution(ExecutionMode.CONCURRENT)
class ThreeNodesTest extends RecordsContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Cluster cluster = new Cluster();
  private final List<Records> others = new ArrayList<>();

  @TempDir private Path folder;

  @Override
  protected Records open() throws IOException {
    Records first = onDisk(1);
    others.add(onDisk(2));
    others.add(onDisk(3));
    awaitWhole(first, 3);
    return first;
  }

  private Records onDisk(int number) throws IOException {
    return cluster.node(EmbeddedRecords.onDisk(folder.resolve("n" + number), 3, false, number > 1));
  }

  private static void awaitWhole(Records records, int nodes) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              Overview seen = done(records.overview());
              return seen.isWhole()
                  && seen.nodes().stream()
                          .filter(it -> it.state() == Overview.State.HOLDING)
                          .count()
                      == nodes;
            });
  }

  @AfterEach
  void endAll() {
    cluster.close();
  }

  @Test
  void allNodesHaveAValueAndAnyOfThemTellsIt() {
    Written written = done(records.put("key", Content.text("value")));
    assertEquals(3, written.copies());
    assertTrue(written.agreed() >= 2);
    for (Records each : others) {
      Entry entry = done(each.get("key"));
      assertEquals(Content.text("value"), entry.content().orElseThrow());
      assertEquals(written.version(), entry.version());
      assertEquals(
          "value", done(each.get("key", Records.ReadLevel.LOCAL)).content().orElseThrow().text());
    }
  }

  @Test
  void whoHoldsNoRecordsLetsOthersDoIt() {
    Records guest = cluster.node(EmbeddedRecords.passing());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> done(guest.put("from/outside", Content.text("in"))).isNew());
    assertEquals("in", done(records.get("from/outside")).content().orElseThrow().text());
    assertEquals(1, done(guest.list("from/", "", 10)).items().size());
    assertEquals(3, done(guest.overview()).nodes().size());
    List<Entry> told = new CopyOnWriteArrayList<>();
    guest.watch("from/outside", told::add, failure -> {});
    await().atMost(PATIENCE).until(() -> told.size() == 1);
    done(records.put("from/outside", Content.text("changed")));
    await().atMost(PATIENCE).until(() -> told.size() == 2);
    fails(Reason.NOT_THERE, guest.forget("nobody"));
  }

  @Test
  void whatOneNodeHeldIsAtTheOthersWhenItLeaves() {
    for (int i = 0; i < 50; i++) {
      done(records.put("key" + i, Content.text("value" + i)));
    }
    cluster.leave(others.get(0));
    cluster.leave(others.get(1));
    for (int i = 0; i < 50; i++) {
      assertEquals("value" + i, done(records.get("key" + i)).content().orElseThrow().text());
    }
    Overview seen = done(records.overview());
    assertEquals(1, seen.nodes().size());
    assertEquals(1, seen.majorityOf());
  }

  @Test
  void theWholeClusterComesBackWithAllThatItHad() throws IOException {
    done(records.put("kept", Content.text("over night")));
    done(records.put("deleted", Content.text("x")));
    done(records.delete("deleted"));
    cluster.close();
    Records again = onDisk(1);
    onDisk(2);
    onDisk(3);
    awaitWhole(again, 3);
    assertEquals("over night", done(again.get("kept")).content().orElseThrow().text());
    assertFalse(done(again.get("deleted")).isThere());
  }
}
