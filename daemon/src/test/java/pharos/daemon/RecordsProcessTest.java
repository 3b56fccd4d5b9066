package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records as a user meets them: agents in processes of their own, curl, and etcd behind them. */
class RecordsProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final Agents agents = new Agents();
  private final List<Process> others = new ArrayList<>();

  @AfterEach
  void closeAll() {
    agents.close();
    others.forEach(Process::destroyForcibly);
  }

  /** One member, empty. */
  private String etcd() throws IOException {
    String client = "127.0.0.1:" + Ports.tcp();
    String peer = "http://127.0.0.1:" + Ports.tcp();
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "etcd",
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=http://" + client,
                "--advertise-client-urls=http://" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer)
            .redirectOutput(log.toFile());
    others.add(Program.tool(builder));
    await().atMost(PATIENCE).until(() -> Files.readString(log).contains("ready to serve"));
    return "etcd://" + client;
  }

  private String curl(String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-si", "--max-time", "30"));
    command.addAll(List.of(args));
    Process process = Program.tool(command);
    others.add(process);
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void whereNobodyHoldsThemOrEtcdIsAwayBothAreTold() throws Exception {
    String none = agents.start("--name", "alpha", "--http", "0").http();
    Ran get = Ran.of("records", "get", "a", "--at", none);
    assertEquals(1, get.code());
    assertTrue(get.err().contains("no records here"), get::err);
    String answer = curl(none + "/v1/records/a");
    assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
    assertTrue(answer.contains("Retry-After: 1\r\n"), answer);
    String nowhere = "etcd://127.0.0.1:" + Ports.tcp();
    Program agent = agents.start("--name", "beta", "--http", "0", "--records", nowhere);
    agent.awaitErr("records are kept by " + nowhere + "; every program of this host may write");
    Ran put = Ran.of("records", "put", "a", "x", "--at", agent.http());
    assertEquals(1, put.code());
    assertTrue(curl("-X", "PUT", "-d", "x", agent.http() + "/v1/records/a").contains(" 503 "));
  }

  @Test
  void whatIsPutByCurlIsReadByTheCommandOfAnotherAgentAndBack() throws Exception {
    String etcd = etcd();
    String alpha = agents.start("--name", "alpha", "--http", "0", "--records", etcd).http();
    String beta = agents.start("--name", "beta", "--http", "0", "--records", etcd).http();
    String url = alpha + "/v1/records/web/one";
    String put = curl("-X", "PUT", "-H", "Content-Type: text/plain", "-d", "10.0.0.7", url);
    assertTrue(put.startsWith("HTTP/1.1 201 "), put);
    assertTrue(put.contains("Location: /v1/records/web/one\r\n"), put);
    Ran get = Ran.of("records", "get", "web/one", "--at", beta);
    assertEquals("10.0.0.7", get.out(), get::err);
    Ran taken = Ran.of("records", "put", "web/one", "x", "--create", "--at", beta);
    assertEquals(1, taken.code());
    assertTrue(taken.err().contains(" is there"), taken::err);
    Program watch = Program.start("records", "watch", "web/one", "--at", beta);
    await().atMost(PATIENCE).until(() -> watch.out().size() == 1);
    assertEquals(0, Ran.of("records", "put", "web/one", "new", "--at", beta).code());
    await().atMost(PATIENCE).until(() -> watch.out().size() == 2);
    assertTrue(watch.out().get(1).endsWith("  new"), watch.out().get(1));
    watch.close();
    byte[] bytes = {0, 1, (byte) 0xFF, 13, 10, 0};
    Path file = Files.write(folder.resolve("bytes"), bytes);
    String made = curl("-X", "POST", "--data-binary", "@" + file, alpha + "/v1/records/bytes");
    assertTrue(made.startsWith("HTTP/1.1 201 "), made);
    Path read = folder.resolve("read");
    curl("-o", read.toString(), "-H", "Connection: close", beta + "/v1/records/bytes");
    byte[] all = Files.readAllBytes(read);
    // Its head is before it.
    assertEquals(
        List.of(0, 1, 0xFF, 13, 10, 0),
        java.util.stream.IntStream.range(all.length - bytes.length, all.length)
            .mapToObj(it -> all[it] & 0xFF)
            .toList());
    assertEquals(0, Ran.of("records", "rm", "bytes", "--at", beta).code());
    assertTrue(curl(alpha + "/v1/records/bytes").startsWith("HTTP/1.1 404 "));
    assertTrue(curl("-X", "DELETE", alpha + "/v1/records/bytes").startsWith("HTTP/1.1 404 "));
  }
}
