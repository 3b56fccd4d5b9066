package pharos.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Chromium without a window, driven by its DevTools protocol. */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Map<String, Object>>> open =
      new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Browser(Process process, String page) {
    this.process = process;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(page), new Ear())
            .join();
    call("Runtime.enable");
    call("Log.enable");
    call("Page.enable");
  }

  /** Opens one with an empty profile in this folder. */
  public static Browser open(Path profile) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program().map(Path::toString).orElse(""));
    Needs.that(!command.get(0).isEmpty(), "Chromium");
    command.addAll(
        List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank"));
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    int port = port(process);
    String page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return new Browser(
        process, String.valueOf(PlainJson.members(page).get("webSocketDebuggerUrl")));
  }

  private static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int port(Process process) throws IOException {
    BufferedReader err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith("DevTools listening on ws://")) {
        Thread drain = new Thread(() -> drain(err), "chromium");
        drain.setDaemon(true);
        drain.start();
        return URI.create(line.substring(line.indexOf("ws://"))).getPort();
      }
    }
    throw new IOException("Chromium did not start");
  }

  /** To its end, which is ours too. */
  private static void drain(BufferedReader err) {
    try {
      while (err.readLine() != null) {
        // What it says there is of no interest.
      }
    } catch (IOException e) {
      // It was closed while it spoke.
    }
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
      text.append(part);
      if (isLast) {
        hear(PlainJson.members(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void hear(Map<String, Object> message) {
    if (message.get("id") instanceof Number number) {
      CompletableFuture<Map<String, Object>> asked = open.remove(number.intValue());
      if (asked != null) {
        asked.complete(message);
      }
    } else if (String.valueOf(message.get("method"))
        .matches("Runtime.exceptionThrown|Log.entryAdded")) {
      complaints.add(String.valueOf(message.get("params")));
    }
  }

  private Map<String, Object> call(String method, Object... parameters) {
    int number = numbers.incrementAndGet();
    CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    open.put(number, answer);
    socket
        .sendText(
            PlainJson.write(
                PlainJson.object(
                    "id", number, "method", method, "params", PlainJson.object(parameters))),
            true)
        .join();
    return PlainJson.members(
        answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().get("result"));
  }

  /** Opens this. */
  public void go(String url) {
    call("Page.navigate", "url", url);
  }

  /** How large its window is, in pixels. */
  public void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        false);
  }

  /** Whether whoever looks likes it dark. */
  public void dark(boolean isDark) {
    call(
        "Emulation.setEmulatedMedia",
        "features",
        List.of(
            PlainJson.object("name", "prefers-color-scheme", "value", isDark ? "dark" : "light")));
  }

  /** What this expression is, as a text; a promise is waited for. */
  public String ask(String expression) {
    Map<String, Object> answer =
        call(
            "Runtime.evaluate",
            "expression",
            "Promise.resolve(" + expression + ").then(it => String(it))",
            "awaitPromise",
            true,
            "returnByValue",
            true);
    if (answer.containsKey("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return String.valueOf(PlainJson.members(answer.get("result")).get("value"));
  }

  /** Runs a script, whatever the page allows. */
  public void run(String script) {
    call("Runtime.evaluate", "expression", script);
  }

  /** Waits until the page says all of this. */
  public void awaitText(String... texts) {
    for (String text : texts) {
      Awaitility.await(text)
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> ask("document.body.innerText").contains(text));
    }
  }

  /** Waits until this is so. */
  public void awaitTrue(String expression) {
    Awaitility.await(expression)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> ask(expression).equals("true"));
  }

  /** What scripts threw, and what the browser refused. */
  public List<String> complaints() {
    return complaints;
  }

  /** Keeps a picture of the page, to be looked at. */
  public void picture(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    String png = String.valueOf(call("Page.captureScreenshot").get("data"));
    Files.write(file, Base64.getDecoder().decode(png));
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }
}
