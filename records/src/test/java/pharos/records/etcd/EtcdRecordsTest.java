package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Records;
import pharos.records.RecordsContract;
import pharos.records.RecordsException.Reason;
import pharos.records.Write;

class EtcdRecordsTest extends RecordsContract {
  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir static Path folder;

  private static EtcdMembers etcd;

  private String prefix = "";

  @BeforeAll
  static void startEtcd() throws IOException {
    etcd = EtcdMembers.start(folder, 1);
  }

  @AfterAll
  static void stopEtcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @Override
  protected Records open() throws IOException {
    prefix = "test" + TESTS.incrementAndGet() + "/";
    return EtcdBuilder.at(etcd.url()).prefix(prefix).build();
  }

  @Test
  void etcdctlReadsWhatWasPut() {
    done(records.put("a/b", Content.text("as it is")));
    assertEquals("as it is\n", etcd.ctl("get", "--print-value-only", prefix + "records/a/b"));
    done(records.delete("a/b"));
    assertEquals("", etcd.ctl("get", "--prefix", prefix));
  }

  @Test
  void whatOthersWroteIsReadAndListed() {
    for (int i = 10; i < 50; i++) {
      etcd.ctl("put", prefix + "records/" + i, "x".repeat(i));
    }
    done(records.put("50", Content.text("ours")));
    Entry entry = done(records.get("10"));
    assertEquals(
        Optional.of(new Content("x".repeat(10).getBytes(UTF_8), Content.OCTETS)), entry.content());
    assertEquals(Instant.EPOCH, entry.written());
    assertEquals(Duration.ZERO, entry.age());
    Listing listing = done(records.list("", "", 100));
    assertEquals(41, listing.items().size());
    listing.items().stream()
        .filter(it -> !it.key().equals("50"))
        .forEach(it -> assertEquals(Integer.parseInt(it.key()), it.bytes()));
    // One of ours that somebody else wrote over is of no known type any more.
    etcd.ctl("put", prefix + "records/50", "theirs");
    assertEquals(Content.OCTETS, done(records.get("50")).content().orElseThrow().type());
    done(records.replace("50", done(records.get("50")).version(), Content.text("ours again")));
  }

  @Test
  void keysThatAreNoneOfOursAreNotListed() {
    done(records.put("key", Content.text("one")));
    etcd.ctl("put", prefix + "records/a\nb", "one");
    etcd.ctl("put", prefix + "records/" + "y".repeat(300), "one");
    assertEquals(
        List.of("key"),
        done(records.list("", "", 100)).items().stream().map(Listing.Item::key).toList());
  }

  @Test
  void aValueOfOthersThatIsTooLargeIsSaidToBe() {
    etcd.ctl("put", prefix + "records/large", "x".repeat(70_000));
    fails(Reason.TOO_LARGE, records.get("large"));
    assertEquals(70_000, done(records.list("", "", 100)).items().get(0).bytes());
  }

  @Test
  void leasesOfValuesThatAreGoneAreGivenBack() {
    Write.Condition any = new Write.Condition.Any();
    for (int i = 0; i < 5; i++) {
      done(
          records.write(
              new Write(
                  "key",
                  Optional.of(Content.text("" + i)),
                  any,
                  Optional.of(Duration.ofHours(1)))));
    }
    fails(
        Reason.ALREADY_THERE,
        records.write(
            new Write(
                "key",
                Optional.of(Content.text("no")),
                new Write.Condition.Absent(),
                Optional.of(Duration.ofHours(1)))));
    Awaitility.await().until(() -> etcd.ctl("lease", "list").contains("found 1 leases"));
    Duration left = done(records.get("key")).expiresIn().orElseThrow();
    assertTrue(left.toMinutes() >= 58, left::toString);
    done(records.delete("key"));
    Awaitility.await().until(() -> etcd.ctl("lease", "list").contains("found 0 leases"));
  }

  @Test
  void aWatchGoesOnPastACompaction() {
    List<String> seen = new CopyOnWriteArrayList<>();
    watch("key", it -> seen.add(it.content().map(Content::text).orElse("none")));
    Awaitility.await().until(() -> seen.equals(List.of("none")));
    done(records.put("key", Content.text("1")));
    Awaitility.await().until(() -> seen.size() == 2);
    long revision = done(records.put("key", Content.text("2"))).version().counter();
    etcd.ctl("compact", "" + revision);
    done(records.put("key", Content.text("3")));
    Awaitility.await().until(() -> seen.get(seen.size() - 1).equals("3"));
  }

  @Test
  void forgettingAMemberIsRefusedAndSaysHowItIsDone() {
    assertTrue(
        String.valueOf(fails(Reason.REFUSED, records.forget("abc")).getMessage())
            .contains("etcdctl member remove abc"));
  }
}
