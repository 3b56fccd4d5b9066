package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.agent.json.Json;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Tables;
import pharos.daemon.http.HttpServer;
import pharos.records.Content;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.testing.TestRecords;

/** {@code pharos records}, as a shell calls it, over HTTP and records in memory. */
class RecordsCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String RING =
      "{\"records\":{\"engine\":\"agents\",\"copies\":3,\"majorityOf\":2,\"whole\":false,"
          + "\"complete\":true},\"nodes\":[{\"name\":\"alpha\",\"address\":\"10.0.0.7:5671\","
          + "\"holds\":\"holding\",\"records\":2,\"bytes\":17,\"durable\":true,\"forced\":false},"
          + "{\"name\":\"beta\",\"address\":\"10.0.0.8:5671\"}]}";

  @TempDir private Path folder;

  private final TestRecords records = new TestRecords();
  private final HttpServer server;
  private final String url;

  RecordsCommandTest() throws IOException {
    server = HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Gate gate = Tables.gate(Tables.records(records, PATIENCE, RING));
    server.serve(gate, gate);
    url = "http://127.0.0.1:" + server.port();
  }

  @AfterEach
  void stop() {
    server.close();
    records.close();
  }

  private Ran run(String... args) {
    return Ran.of(args(args));
  }

  private String[] args(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "records";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--at";
    all[args.length + 2] = url;
    return all;
  }

  private static void assertOk(String out, Ran ran) {
    assertEquals(0, ran.code(), ran::toString);
    assertEquals(out, ran.out());
    assertTrue(ran.err().startsWith("pharos records: "), ran::err);
  }

  private static void assertFailed(String why, Ran ran) {
    assertEquals(1, ran.code(), ran::toString);
    assertEquals(1, ran.err().lines().count(), ran::err);
    assertTrue(ran.err().contains(why), ran::err);
  }

  @Test
  void aValueIsPutReadListedAndRemoved() {
    assertOk("web/one is there: version 1, 1 of 1 copies\n", run("put", "web/one", "10.0.0.7"));
    Ran read = run("get", "web/one");
    assertOk("10.0.0.7", read);
    assertTrue(read.err().contains("version 1, 1 of 1 copies agree, 0 s old"), read::err);
    assertOk(
        "web/one is replaced: version 2, 1 of 1 copies\n",
        run("put", "web/one", "10.0.0.8", "--if-version", "1"));
    assertOk("10.0.0.8", run("get", "web/one", "--read", "local"));
    Ran list = run("list", "web/");
    assertTrue(
        list.out().matches("(?s)KEY +VERSION +BYTES +TYPE +WRITTEN\nweb/one +2 +8 .*"), list::out);
    assertOk("web/one is gone: version 3, 1 of 1 copies\n", run("rm", "web/one"));
    assertFailed("there is no value at 'web/one'", run("get", "web/one"));
    assertFailed("no value", run("rm", "web/one"));
    assertFailed("no key begins with 'web/'", run("list", "web/"));
  }

  @Test
  void whoMeantAnotherValueIsToldWhichThereIs() {
    assertOk("a is there: version 1, 1 of 1 copies\n", run("put", "a", "x", "--create"));
    assertFailed("; version 1 is there", run("put", "a", "y", "--create"));
    assertFailed("; version 1 is there", run("put", "a", "y", "--if-version", "7"));
    assertFailed("; version 1 is there", run("rm", "a", "--if-version", "7"));
    assertOk("x", run("get", "a"));
  }

  @Test
  void keysAreWhatTheyAre() {
    for (String key : new String[] {"..", "a/../b", "/", "ä b+c%2F?#", "a//b", "\\"}) {
      assertEquals(0, run("put", key, "x").code(), key);
      assertOk("x", run("get", key));
      assertEquals(key, Json.members(run("get", key, "--json").out()).get("key"));
    }
  }

  @Test
  void bytesOfAFileComeBackAsTheyWere() throws IOException {
    byte[] all = new byte[Content.MAX_BYTES];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Path file = Files.write(folder.resolve("value"), all);
    assertEquals(0, run("put", "b", "--file", file.toString(), "--type", "image/png").code());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, String> nowhere = Map.of("HOME", "/nowhere");
    PrintStream printed = new PrintStream(out, true, UTF_8);
    assertEquals(
        0,
        Main.run(
            new Caller(
                printed,
                new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                nowhere,
                folder),
            args("get", "b")));
    assertArrayEquals(all, out.toByteArray());
    String json = run("get", "b", "--json").out();
    assertTrue(json.contains("\"type\":\"image/png\"") && json.contains("\"base64\":"), json);
    Files.write(file, new byte[Content.MAX_BYTES + 1]);
    assertFailed("it has more than 65536 bytes", run("put", "b", "--file", file.toString()));
    assertFailed("there is none", run("put", "b", "--file", folder.resolve("no").toString()));
  }

  @Test
  void jsonIsWhatHttpTells() {
    Ran put = run("put", "a", "x", "--json", "--expiry", "30s");
    assertEquals("1", Json.members(put.out()).get("version"), put::toString);
    Map<String, Object> got = Json.members(run("get", "a", "--json").out());
    assertEquals("x", got.get("text"));
    assertEquals("text/plain; charset=utf-8", got.get("type"));
    Map<String, Object> list = Json.members(run("list", "--json").out());
    assertEquals(true, list.get("complete"));
    assertOk("{\"conflicts\":[]}\n", run("conflicts", "a", "--json"));
    assertOk("", run("conflicts"));
  }

  @Test
  void whatFailedIsToldAndWhetherItMayHaveHappened() {
    records.failWith(new RecordsException(Reason.NO_MAJORITY, "1 of 2 answers", true));
    assertFailed(
        "1 of 2 answers; what was to be written may be there all the same, or come",
        run("put", "a", "x"));
    records.failWith(new RecordsException(Reason.NO_RECORDS, "no records here"));
    assertFailed("no records here", run("get", "a"));
    assertFailed("no records here", run("list"));
    records.failWith(null);
    assertFailed("'gamma'", run("forget", "gamma"));
  }

  @Test
  void theStatusTellsWhoHoldsThemAndWhetherAllIsWhole() {
    Ran ran = run();
    assertOk(
        """
        Kept by agents: copies are missing, or under way
        Copies: 3, and a majority is of 2
        NODE   ADDRESS        STATE    RECORDS  BYTES  DISK
        alpha  10.0.0.7:5671  holding  2        17     not forced
        """,
        ran);
    assertOk(RING + "\n", run("status", "--json"));
  }

  @Test
  void whoWatchesSeesEachChange() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Caller caller =
        new Caller(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), Map.of(), folder);
    CompletableFuture<Integer> ended =
        CompletableFuture.supplyAsync(() -> Main.run(caller, args("watch", "a")));
    await().atMost(PATIENCE).until(() -> out.toString(UTF_8).equals("0  no value\n"));
    run("put", "a", "one\ntwo");
    await().atMost(PATIENCE).until(() -> out.toString(UTF_8).endsWith("1  one\\u000Atwo\n"));
    records.close();
    assertEquals(1, ended.join());
    assertTrue(err.toString(UTF_8).startsWith("pharos records: "), err.toString(UTF_8));
  }
}
