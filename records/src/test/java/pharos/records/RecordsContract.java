package pharos.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.records.RecordsException.Reason;
import pharos.records.Write.Condition;

/** What {@link Records} promises, whatever is behind it. */
public abstract class RecordsContract {
  private static final Content ONE = Content.text("one");
  private static final Content TWO = Content.text("two");

  /** Records without a key in them, which the test closes. */
  protected abstract Records open() throws Exception;

  protected Records records;

  protected RecordsContract() {}

  /** Ends with the records. */
  protected Records.Watch watch(String key, Consumer<Entry> listener) {
    return records.watch(key, listener, it -> {});
  }

  @BeforeEach
  void begin() throws Exception {
    records = open();
  }

  @AfterEach
  void end() {
    if (records != null) {
      records.close();
    }
  }

  /** Waits for it, as long as any call may take. */
  public static <T> T done(CompletableFuture<T> call) {
    try {
      return call.get(30, SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordsException failure) {
        throw failure;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for it to fail for this reason. */
  public static RecordsException fails(Reason reason, CompletableFuture<?> call) {
    RecordsException failure = assertThrows(RecordsException.class, () -> done(call));
    assertEquals(reason, failure.reason(), failure::getMessage);
    return failure;
  }

  private static Write write(String key, Content content, Condition condition) {
    return new Write(key, Optional.of(content), condition, Optional.empty());
  }

  private static Write deletion(String key, Condition condition) {
    return new Write(key, Optional.empty(), condition, Optional.empty());
  }

  private void assertIs(String key, Version version, Content content) {
    Entry entry = done(records.get(key));
    assertEquals(version, entry.version());
    assertEquals(Optional.of(content), entry.content());
  }

  private void assertNothingAt(String key) {
    assertFalse(done(records.get(key)).isThere());
  }

  // One key.

  @Test
  void aKeyThatNeverHadAValueHasNone() {
    Entry entry = done(records.get("none"));
    assertEquals("none", entry.key());
    assertEquals(Version.NONE, entry.version());
    assertEquals(Optional.empty(), entry.content());
    assertEquals(Optional.empty(), entry.expiresIn());
  }

  @Test
  void whatWasPutIsRead() {
    Instant before = Instant.now().minusSeconds(5);
    Written written = done(records.put("key", ONE));
    assertTrue(written.isNew());
    assertEquals("key", written.key());
    Entry entry = done(records.get("key"));
    assertEquals(written.version(), entry.version());
    assertEquals(Optional.of(ONE), entry.content());
    assertTrue(entry.written().isAfter(before), () -> "written " + entry.written());
    assertFalse(entry.age().isNegative());
    assertEquals(Optional.empty(), entry.expiresIn());
    assertEquals(0, entry.conflicts());
    assertTrue(entry.agreed() >= 1 && entry.agreed() <= entry.copies(), entry::toString);
    assertTrue(written.agreed() >= 1 && written.agreed() <= written.copies(), written::toString);
  }

  @Test
  void aLocalReadIsOfAVersionThatThereWas() {
    Version version = done(records.put("key", ONE)).version();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> done(records.get("key", Records.ReadLevel.LOCAL)).version().equals(version));
  }

  @Test
  void eachWriteHasAGreaterVersion() {
    Version first = done(records.put("key", ONE)).version();
    Written second = done(records.put("key", ONE));
    assertFalse(second.isNew());
    assertTrue(second.version().compareTo(first) > 0);
    Version third = done(records.delete("key")).version();
    assertTrue(third.compareTo(second.version()) > 0);
    Written fourth = done(records.create("key", TWO));
    assertTrue(fourth.version().compareTo(third) > 0);
    assertTrue(fourth.isNew());
    assertIs("key", fourth.version(), TWO);
    assertEquals(fourth.version(), Version.of(fourth.version().toString()));
  }

  @Test
  void aDeletedKeyIsLikeOneThatNeverWas() {
    Version written = done(records.put("key", ONE)).version();
    Written deleted = done(records.delete("key"));
    assertFalse(deleted.isNew());
    Entry entry = done(records.get("key"));
    assertFalse(entry.isThere());
    // An engine that remembers deletions tells their version.
    assertTrue(entry.version().isNone() || entry.version().equals(deleted.version()));
    fails(Reason.NOT_THERE, records.delete("key"));
    fails(Reason.NOT_THERE, records.replace("key", written, TWO));
    fails(Reason.NOT_THERE, records.replace("key", deleted.version(), TWO));
    assertNothingAt("key");
  }

  // Conditions.

  @Test
  void aConditionThatDoesNotHoldChangesNothing() {
    Version version = done(records.create("key", ONE)).version();
    Version later = new Version(version.counter() + 1, version.writer());
    Version before = new Version(version.counter() - 1, version.writer());
    fails(Reason.ALREADY_THERE, records.create("key", TWO));
    fails(Reason.ALREADY_THERE, records.write(deletion("key", new Condition.Absent())));
    for (Version other : List.of(later, before, Version.NONE, new Version(version.counter(), 77))) {
      fails(Reason.OTHER_VERSION, records.replace("key", other, TWO));
      fails(Reason.OTHER_VERSION, records.write(deletion("key", new Condition.Is(other))));
    }
    assertIs("key", version, ONE);
    for (Condition condition :
        List.of(
            new Condition.Present(), new Condition.Is(version), new Condition.Is(Version.NONE))) {
      fails(Reason.NOT_THERE, records.write(write("none", ONE, condition)));
      fails(Reason.NOT_THERE, records.write(deletion("none", condition)));
    }
    assertNothingAt("none");
    RecordsException failure = fails(Reason.ALREADY_THERE, records.create("key", TWO));
    assertFalse(failure.mayHaveHappened());
    assertTrue(failure.toString().contains("'key'"), failure::toString);
  }

  @Test
  void aConditionThatHoldsWrites() {
    Version first = done(records.write(write("key", ONE, new Condition.Absent()))).version();
    Written second = done(records.write(write("key", TWO, new Condition.Present())));
    assertFalse(second.isNew());
    Version third =
        done(records.write(write("key", ONE, new Condition.Is(second.version())))).version();
    fails(Reason.OTHER_VERSION, records.replace("key", first, TWO));
    assertIs("key", third, ONE);
    done(records.write(deletion("key", new Condition.Is(third))));
    assertNothingAt("key");
    done(records.write(deletion("key", new Condition.Any())));
    assertNothingAt("key");
  }

  @Test
  void ofAHundredReplacesOfOneVersionOneWins() {
    Version version = done(records.create("key", ONE)).version();
    List<CompletableFuture<Written>> all =
        IntStream.range(0, 100)
            .mapToObj(i -> records.replace("key", version, Content.text("by " + i)))
            .toList();
    List<Integer> winners = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      try {
        done(all.get(i));
        winners.add(i);
      } catch (RecordsException e) {
        assertEquals(Reason.OTHER_VERSION, e.reason(), e::getMessage);
      }
    }
    assertEquals(1, winners.size(), winners::toString);
    assertEquals("by " + winners.get(0), done(records.get("key")).content().orElseThrow().text());
  }

  @Test
  void countersThatManyReplaceLoseNothing() throws InterruptedException {
    done(records.create("count", Content.text("0")));
    int each = 25;
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<Thread> threads =
        IntStream.range(0, 8).mapToObj(i -> new Thread(() -> countUp(each, failures))).toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(120_000);
    }
    assertEquals(List.of(), failures);
    assertEquals("" + 8 * each, done(records.get("count")).content().orElseThrow().text());
  }

  private void countUp(int times, List<Throwable> failures) {
    try {
      for (int done = 0; done < times; ) {
        Entry entry = done(records.get("count"));
        int next = Integer.parseInt(entry.content().orElseThrow().text()) + 1;
        try {
          done(records.replace("count", entry.version(), Content.text("" + next)));
          done++;
        } catch (RecordsException e) {
          if (e.reason() != Reason.OTHER_VERSION) {
            throw e;
          }
        }
      }
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  // What is kept.

  static Stream<Content> contents() {
    byte[] all = new byte[256];
    IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
    byte[] large = new byte[Content.MAX_BYTES];
    IntStream.range(0, large.length).forEach(i -> large[i] = (byte) (i * 31 + (i >> 8)));
    return Stream.of(
        new Content(new byte[0], Content.OCTETS),
        new Content(new byte[1], "application/json"),
        new Content(all, "image/png"),
        new Content(large, "x/" + "y".repeat(Content.MAX_TYPE_BYTES - 2)),
        new Content("100 % or %20, %s\n\"quoted\" \\".getBytes(UTF_8), "text/plain; a=\"b %\\\""),
        Content.text("größer, 猫, 🐈"));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void bytesAndTypesAreKeptAsTheyAre(Content content) {
    Version version = done(records.put("key", content)).version();
    assertIs("key", version, content);
    Listing.Item item = done(records.list("", "", 10)).items().get(0);
    assertEquals(content.size(), item.bytes());
    assertEquals(content.type(), item.type());
    assertEquals(version, item.version());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "/",
        "//",
        "a/b/c",
        "a//b/",
        "/a",
        ".",
        "../a",
        " ",
        "a b ",
        "a?b=c&d#e",
        "100%",
        "%2F",
        "%00",
        "a+b",
        "\"a\\b\"",
        "größe",
        "猫/🐈",
        "\uFFFD",
        "{}[]",
        "~"
      })
  void aKeyIsAnyText(String key) {
    Version version = done(records.create(key, ONE)).version();
    assertIs(key, version, ONE);
    assertEquals(key, done(records.get(key)).key());
    assertEquals(List.of(key), keys(done(records.list(key, "", 10))));
    assertEquals(List.of(key), keys(done(records.list("", "", 10))));
    done(records.delete(key));
    assertNothingAt(key);
  }

  @Test
  void aKeyHas256BytesAtMost() {
    String longest = "ü".repeat(128);
    Version version = done(records.put(longest, ONE)).version();
    assertIs(longest, version, ONE);
    done(records.put("a".repeat(256), TWO));
    assertEquals(List.of("a".repeat(256), longest), keys(done(records.list("", "", 10))));
  }

  @Test
  void whatIsNoKeyIsRefusedAtOnce() {
    for (String key : List.of("", "a".repeat(257), "ü".repeat(129), "a\nb", "\u0000", "\uD800")) {
      Throwing[] calls = {
        () -> records.put(key, ONE), () -> records.get(key), () -> records.delete(key)
      };
      for (Throwing call : calls) {
        assertEquals(
            Reason.BAD_KEY, assertThrows(RecordsException.class, call::call, key).reason());
      }
    }
    assertThrows(RecordsException.class, () -> watch("a\nb", it -> {}));
    assertThrows(RecordsException.class, () -> records.list("a\nb", "", 10));
    assertThrows(RecordsException.class, () -> records.list("", "a".repeat(257), 10));
    assertThrows(IllegalArgumentException.class, () -> records.list("", "", 0));
  }

  private interface Throwing {
    CompletableFuture<?> call();
  }

  @Test
  void aValueThatIsTooLargeIsRefusedAtOnce() {
    RecordsException failure =
        assertThrows(
            RecordsException.class,
            () -> records.put("key", new Content(new byte[Content.MAX_BYTES + 1], "a/b")));
    assertEquals(Reason.TOO_LARGE, failure.reason());
  }

  // Expiry.

  @Test
  void aValueExpires() {
    Write write = write("key", ONE, new Condition.Any()).expiringAfter(Duration.ofSeconds(2));
    done(records.write(write));
    done(records.put("stays", ONE));
    Entry entry = done(records.get("key"));
    assertTrue(entry.isThere());
    Duration left = entry.expiresIn().orElseThrow();
    assertTrue(!left.isNegative() && left.toMillis() <= 3_000, left::toString);
    await().atMost(Duration.ofSeconds(20)).until(() -> !done(records.get("key")).isThere());
    assertEquals(List.of("stays"), keys(done(records.list("", "", 10))));
    done(records.create("key", TWO));
  }

  @Test
  void aValueThatWasWrittenAnewDoesNotExpireWithTheOldOne() {
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    Condition any = new Condition.Any();
    done(records.write(write("sentinel", ONE, any).expiringAfter(Duration.ofSeconds(2))));
    done(records.write(write("key", ONE, any).expiringAfter(Duration.ofSeconds(1))));
    Version version = done(records.put("key", TWO)).version();
    records.watch("key", it -> seen.add(it.isThere()), it -> {});
    assertEquals(Optional.empty(), done(records.get("key")).expiresIn());
    await().atMost(Duration.ofSeconds(20)).until(() -> !done(records.get("sentinel")).isThere());
    assertIs("key", version, TWO);
    assertFalse(seen.contains(false));
  }

  // Lists.

  private static List<String> keys(Listing listing) {
    return listing.items().stream().map(Listing.Item::key).toList();
  }

  @Test
  void aListHasTheKeysThatBeginSoInTheOrderOfTheirBytes() {
    List<String> all =
        List.of("a", "a/", "a/1", "a/10", "a/2", "a0", "b", "z", "\uFB01", "🐈", "🐈/1");
    List<CompletableFuture<Written>> puts =
        all.stream().map(it -> records.put(it, Content.text(it))).toList();
    puts.forEach(RecordsContract::done);
    done(records.put("a/gone", ONE));
    done(records.delete("a/gone"));
    assertEquals(all, keys(done(records.list("", "", 1_000))));
    assertEquals(List.of("a/", "a/1", "a/10", "a/2"), keys(done(records.list("a/", "", 1_000))));
    assertEquals(List.of("a/10", "a/2"), keys(done(records.list("a/", "a/1", 1_000))));
    assertEquals(List.of("🐈", "🐈/1"), keys(done(records.list("🐈", "", 1_000))));
    assertEquals(List.of(), keys(done(records.list("none", "", 1_000))));
    assertEquals(List.of(), keys(done(records.list("a/", "b", 1_000))));
    assertEquals(4, keys(done(records.list("a/", "a", 1_000))).size());
  }

  @Test
  void aListComesInPages() {
    // Two pages of the largest size, and one key more.
    List<String> all =
        IntStream.range(0, 2 * Listing.MOST + 1).mapToObj("page/%05d"::formatted).toList();
    // A slow machine forces no more than so many to disk in the time of a call.
    for (int from = 0; from < all.size(); from += 100) {
      all.subList(from, Math.min(all.size(), from + 100)).stream()
          .map(it -> records.put(it, ONE))
          .toList()
          .forEach(RecordsContract::done);
    }
    done(records.put("pageless", ONE));
    List<String> seen = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    Optional<String> after = Optional.of("");
    for (int pages = 0; after.isPresent() && pages < 10; pages++) {
      Listing page = done(records.list("page/", after.get(), 5_000));
      assertTrue(page.isComplete());
      seen.addAll(keys(page));
      sizes.add(page.items().size());
      after = page.next();
    }
    assertEquals(all, seen);
    assertEquals(List.of(Listing.MOST, Listing.MOST, 1), sizes);
    Listing small = done(records.list("page/", "page/00001", 3));
    assertEquals(List.of("page/00002", "page/00003", "page/00004"), keys(small));
    assertEquals(Optional.of("page/00004"), small.next());
    assertEquals(Optional.empty(), done(records.list("page/", "page/01997", 3)).next());
  }

  // Watches.

  @Test
  void aWatchTellsHowItIsAndEachChange() {
    List<Entry> seen = new CopyOnWriteArrayList<>();
    Records.Watch watch = watch("key", seen::add);
    await().until(() -> seen.size() == 1);
    assertFalse(seen.get(0).isThere());
    Version created = done(records.create("key", ONE)).version();
    await().until(() -> seen.size() == 2);
    assertEquals(created, seen.get(1).version());
    assertEquals(Optional.of(ONE), seen.get(1).content());
    done(records.put("key/other", TWO));
    Version replaced = done(records.replace("key", created, TWO)).version();
    await().until(() -> seen.size() == 3);
    assertEquals(replaced, seen.get(2).version());
    assertEquals(Optional.of(TWO), seen.get(2).content());
    done(records.delete("key"));
    await().until(() -> seen.size() == 4);
    assertFalse(seen.get(3).isThere());
    watch.close();
    done(records.put("key", ONE));
    done(records.get("key"));
    assertEquals(4, seen.size());
  }

  @Test
  void aWatchBeginsWithWhatIsThereAndTellsOfExpiry() {
    done(
        records.write(write("key", ONE, new Condition.Any()).expiringAfter(Duration.ofSeconds(2))));
    List<Entry> seen = new CopyOnWriteArrayList<>();
    watch("key", seen::add);
    await().until(() -> seen.size() == 1);
    assertEquals(Optional.of(ONE), seen.get(0).content());
    assertTrue(seen.get(0).expiresIn().isPresent());
    await().atMost(Duration.ofSeconds(20)).until(() -> seen.size() == 2);
    assertFalse(seen.get(1).isThere());
  }

  @Test
  void aWatchEndsWithTheLastOfManyChanges() {
    List<String> seen = new CopyOnWriteArrayList<>();
    watch("key", it -> seen.add(it.content().map(Content::text).orElse("none")));
    for (int i = 0; i < 200; i++) {
      done(records.put("key", Content.text("" + i)));
    }
    await().until(() -> seen.get(seen.size() - 1).equals("199"));
    List<Integer> numbers =
        seen.stream().filter(it -> !it.equals("none")).map(Integer::valueOf).toList();
    assertEquals(numbers.stream().sorted().distinct().toList(), numbers);
  }

  @Test
  void aListenerThatThrowsIsToldOfTheNextChange() {
    List<Version> seen = new CopyOnWriteArrayList<>();
    watch(
        "key",
        it -> {
          seen.add(it.version());
          throw new IllegalStateException("thrown by a test");
        });
    await().until(() -> seen.size() == 1);
    done(records.put("key", ONE));
    await().until(() -> seen.size() == 2);
  }

  // Threads, bounds and the end.

  @Test
  void waitingOnTheCallBackThreadThrows() {
    for (Waiting waiting :
        List.<Waiting>of(
            CompletableFuture::join,
            CompletableFuture::get,
            it -> it.get(1, SECONDS),
            it -> it.thenApply(entry -> entry).join())) {
      CompletableFuture<Object> inWatch = new CompletableFuture<>();
      watch("key", it -> inWatch.complete(thrownBy(() -> waiting.on(records.get("key")))));
      assertInstanceOf(IllegalStateException.class, done(inWatch));
    }
    // One that is done may be asked.
    CompletableFuture<Object> same = new CompletableFuture<>();
    CompletableFuture<Entry> get = records.get("key");
    done(get.thenAccept(it -> same.complete(thrownBy(get::join))));
    assertEquals("nothing", done(same));
  }

  private interface Waiting {
    Object on(CompletableFuture<Entry> call) throws Exception;
  }

  private static Object thrownBy(Callable<?> call) {
    try {
      call.call();
      return "nothing";
    } catch (Exception e) {
      return e;
    }
  }

  @Test
  void callsBeyondTheBoundFailAtOnceAndTheOthersAreDone() {
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch isHeld = new CountDownLatch(1);
    watch(
        "key",
        it -> {
          isHeld.countDown();
          awaitUninterrupted(hold);
        });
    try {
      awaitUninterrupted(isHeld);
      List<CompletableFuture<Entry>> open =
          IntStream.range(0, Calls.MOST).mapToObj(i -> records.get("key")).toList();
      CompletableFuture<Entry> more = records.get("key");
      assertTrue(more.isCompletedExceptionally());
      fails(Reason.TOO_MANY, more);
      assertFalse(fails(Reason.TOO_MANY, records.put("key", TWO)).mayHaveHappened());
      hold.countDown();
      open.forEach(RecordsContract::done);
      done(records.put("key", ONE));
    } finally {
      hold.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEndFailsWhatIsOpenAndWhatComesAfter() {
    List<RecordsException> failed = new CopyOnWriteArrayList<>();
    List<Entry> seen = new CopyOnWriteArrayList<>();
    records.watch("key", seen::add, failed::add);
    records.watch("key", seen::add, failed::add).close();
    await().until(() -> !seen.isEmpty());
    List<CompletableFuture<Written>> open =
        IntStream.range(0, 200).mapToObj(i -> records.put("key", Content.text("" + i))).toList();
    records.close();
    for (CompletableFuture<Written> call : open) {
      try {
        done(call);
      } catch (RecordsException e) {
        assertEquals(Reason.CLOSED, e.reason(), e::getMessage);
      }
    }
    await().until(() -> failed.size() == 1);
    assertEquals(Reason.CLOSED, failed.get(0).reason());
    assertFalse(fails(Reason.CLOSED, records.put("key", ONE)).mayHaveHappened());
    fails(Reason.CLOSED, records.get("key"));
    fails(Reason.CLOSED, records.list("", "", 1));
    fails(Reason.CLOSED, records.overview());
    assertEquals(
        Reason.CLOSED,
        assertThrows(RecordsException.class, () -> records.watch("key", seen::add, failed::add))
            .reason());
    records.close();
    assertEquals(1, failed.size());
  }

  @Test
  void theEndMayComeFromACallBack() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    watch(
        "key",
        it -> {
          records.close();
          closed.complete(true);
        });
    assertTrue(done(closed));
    fails(Reason.CLOSED, records.get("key"));
  }

  // All of them.

  @Test
  void withoutConflictsThereAreNone() {
    done(records.put("key", ONE));
    assertEquals(List.of(), done(records.conflicts("key")));
    assertEquals(List.of(), done(records.conflicts("")));
  }

  @Test
  void theOverviewTellsWhereEachRecordIs() {
    Version version = done(records.put("key", ONE)).version();
    done(records.put("key/2", ONE));
    Overview overview = done(records.overview());
    assertTrue(overview.isComplete() && overview.isWhole(), overview::toString);
    assertFalse(overview.nodes().isEmpty());
    assertEquals(1, overview.nodes().stream().filter(Overview.Node::isHere).count());
    assertEquals(List.of("key", "key/2"), placed(overview));
    Overview.Placed placed =
        overview.records().stream().filter(it -> it.key().equals("key")).findFirst().get();
    assertEquals(version, placed.version());
    assertEquals(3, placed.bytes());
    assertFalse(placed.holders().isEmpty());
    placed.holders().forEach(it -> assertTrue(overview.node(it).isPresent()));
    for (Overview.Node node : overview.nodes()) {
      assertTrue(node.place() >= 0 && node.place() < 1, node::toString);
    }
  }

  private static List<String> placed(Overview overview) {
    return overview.records().stream().map(Overview.Placed::key).sorted().toList();
  }

  @Test
  void aNodeThatNobodyKnowsIsNotForgotten() {
    RecordsException failure =
        assertThrows(RecordsException.class, () -> done(records.forget("nobody")));
    assertTrue(
        failure.reason() == Reason.REFUSED || failure.reason() == Reason.NOT_THERE,
        failure::getMessage);
    assertThrows(CompletionException.class, () -> records.forget("nobody").join());
  }
}
