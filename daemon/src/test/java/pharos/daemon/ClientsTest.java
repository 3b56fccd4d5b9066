package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.testkit.Needs;

/** The examples in {@code clients}, each run by its real client, of an agent that wants a token. */
class ClientsTest {
  private static final Path CLIENTS = Path.of("..", "clients").toAbsolutePath().normalize();
  private static final String TOKEN = "a-token-of-sorts";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final Agents agents = new Agents();
  private final List<Example> examples = new ArrayList<>();
  private final int http = Ports.http();

  @AfterEach
  void closeAll() {
    examples.forEach(Example::close);
    agents.close();
  }

  /** One that runs, and what it printed. */
  private record Example(String name, Process process, List<String> lines) {
    /** Who is there by the last line that it printed; nobody before its first. */
    Set<String> members() {
      return lines.stream()
          .filter(it -> it.startsWith("members: "))
          .reduce((earlier, later) -> later)
          .map(it -> Set.of(it.substring("members: ".length()).split(", ")))
          .orElse(Set.of());
    }

    void awaitMembers(String... names) {
      await(name + " sees " + String.join(", ", names) + " in the end")
          .atMost(PATIENCE)
          .until(() -> members().equals(Set.of(names)));
    }

    /** As {@code kill} does it; the process itself would close its streams. */
    void terminate() throws InterruptedException {
      process.toHandle().destroy();
      assertEquals(true, process.waitFor(30, TimeUnit.SECONDS), () -> name + lines);
      assertEquals(0, process.exitValue(), () -> name + lines);
    }

    void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Program agent() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    Program agent =
        agents.start(
            "--name", "agent", "--http", "127.0.0.1:" + http, "--http-token-file", token + "");
    agent.awaitErr("a REQ asks at tcp://127.0.0.1:" + (http + 2));
    return agent;
  }

  private Example start(String name) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command(name)).redirectErrorStream(true);
    builder.environment().keySet().removeIf(it -> it.startsWith("PHAROS_"));
    builder.environment().put("PHAROS_AT", "http://127.0.0.1:" + http);
    builder.environment().put("PHAROS_HTTP_TOKEN", TOKEN);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Example example = new Example(name, builder.start(), new CopyOnWriteArrayList<>());
    examples.add(example);
    BufferedReader read =
        new BufferedReader(
            new InputStreamReader(example.process.getInputStream(), StandardCharsets.UTF_8));
    Thread reader = new Thread(() -> read.lines().forEach(example.lines::add), "lines of " + name);
    reader.setDaemon(true);
    reader.start();
    return example;
  }

  /** What runs it, once it is certain that this machine can. */
  private List<String> command(String name) throws IOException, InterruptedException {
    String file = CLIENTS.resolve(name).resolve("members").toString();
    switch (name) {
      case "shell" -> {
        Needs.that(runs("curl", "--fail-with-body", "--version"), "curl 7.76 or newer");
        Needs.that(runs("jq", "--version"), "jq");
        return List.of("sh", file + ".sh");
      }
      case "node" -> {
        Needs.that(runs("node", "-e", "fetch"), "Node.js 18 or newer");
        return List.of("node", file + ".mjs");
      }
      case "python" -> {
        Needs.that(runs("python3", "--version"), "python3");
        return List.of("python3", file + ".py");
      }
      default -> {
        Path header = Files.writeString(folder.resolve("has.c"), "#include <zmq.h>\n");
        Needs.that(
            runs("cc", "-E", header.toString()), "a C compiler and libzmq (gcc, libzmq3-dev)");
        String made = folder.resolve("members").toString();
        List<String> compiler =
            List.of("cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-o", made);
        List<String> all = new ArrayList<>(compiler);
        all.addAll(List.of(file + ".c", "-lzmq"));
        assertEquals(0, new ProcessBuilder(all).inheritIO().start().waitFor());
        return List.of(made);
      }
    }
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void oneOfEachSeesTheOthersComeAndGo() throws IOException, InterruptedException {
    Program agent = agent();
    Set<String> there = new TreeSet<>(Set.of("agent"));
    for (String name : List.of("shell", "node", "c", "python")) {
      start(name);
      there.add(name);
    }
    while (!examples.isEmpty()) {
      examples.forEach(it -> it.awaitMembers(there.toArray(String[]::new)));
      Example first = examples.remove(0);
      first.terminate();
      there.remove(first.name);
      agent.awaitErr(first.name + " left");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shell", "node", "c", "python"})
  void itSeesAnAgentCrashAndOutlivesItsOwn(String name) throws IOException, InterruptedException {
    Program agent = agent();
    Example example = start(name);
    example.awaitMembers("agent", name);
    Program beta = agents.start("--name", "beta", "--http", "off");
    example.awaitMembers("agent", "beta", name);
    beta.awaitErr(name + " offers nothing");
    beta.kill();
    example.awaitMembers("agent", name);

    agent.kill();
    agent.awaitEnd();
    example.lines.clear();
    agent().awaitErr(name + " offers nothing");
    example.awaitMembers("agent", name);
    example.terminate();
  }
}
