package pharos.demo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.testkit.Browser;
import pharos.testkit.JavaProcess;
import pharos.testkit.Needs;

/** The page of the demo in a real browser, over real processes. Its pictures are in target. */
class ConsoleShowTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path PICTURES = Path.of("target", "console");

  @TempDir Path folder;

  private static String url(JavaProcess demo) {
    await().atMost(PATIENCE).until(() -> link(demo).isPresent());
    return link(demo).orElseThrow();
  }

  private static Optional<String> link(JavaProcess demo) {
    return demo.lines().stream()
        .filter(it -> it.startsWith("The page is at "))
        .map(it -> it.substring("The page is at ".length()))
        .findFirst();
  }

  private static void click(Browser browser, String act, String name) {
    String find = "document.querySelector('[data-does=\"" + act + " " + name + "\"]')";
    browser.awaitTrue(find + " !== null");
    browser.ask(find + ".click()");
  }

  private static void awaitNodes(Browser browser, int count) {
    browser.awaitTrue(
        "document.querySelectorAll('.onring .node:not([data-going], [data-state=GONE])').length ==="
            + " "
            + count);
  }

  private static void awaitRow(Browser browser, String name, String text) {
    browser.awaitTrue(
        "[...document.querySelectorAll('.cast li')].some(it => it.innerText.startsWith('"
            + name
            + "') && it.innerText.includes('"
            + text
            + "'))");
  }

  private static void put(Browser browser, String key, String value) {
    browser.awaitTrue(
        "[...document.querySelectorAll('button')].some(it => it.textContent === 'New record' &&"
            + " !it.hidden)");
    browser.ask(
        "[...document.querySelectorAll('button')].find(it => it.textContent === 'New"
            + " record').click()");
    browser.ask("document.getElementById('key').value = '" + key + "'");
    browser.ask("document.getElementById('value').value = '" + value + "'");
    browser.ask(
        "[...document.querySelectorAll('button')].find(it => it.textContent === 'Save').click()");
    browser.awaitText("Saved as version");
  }

  /** What the agent of the demo says of one that it knows, or knew. */
  private static void awaitWhy(Browser browser, String name, String text) {
    browser.awaitTrue(
        "fetch('/v1/peers/"
            + name
            + "/why').then(it => it.json()).then(it => JSON.stringify(it).includes('"
            + text
            + "'))");
  }

  @Test
  void fiveClicksHaveFiveTrueReasonsAndTheRingFollows() throws IOException, InterruptedException {
    Needs.that(Stage.canPause(), "signals that stop a process");
    try (Browser browser = Browser.open(folder.resolve("profile"));
        JavaProcess demo = JavaProcess.start(Main.class, "--console", "--seconds", "200")) {
      browser.size(1280, 900);
      browser.go(url(demo));
      browser.awaitText("live");
      browser.ask("location.hash = '#/ring'");
      awaitNodes(browser, 4);
      for (String name : List.of("alpha", "beta", "gamma")) {
        awaitRow(browser, name, "runs, process");
      }
      browser.awaitText("all copies are there");
      put(browser, "greeting", "hello");
      // The demo's own agent holds none.
      browser.awaitTrue("document.querySelectorAll('.onring .node.lit').length === 3");
      browser.picture(PICTURES.resolve("demo.png"));

      browser.ask(
          "[...document.querySelectorAll('button')]"
              + ".find(it => it.textContent === 'Start one more').click()");
      browser.awaitText("delta starts");
      awaitNodes(browser, 5);
      awaitRow(browser, "delta", "runs");
      awaitWhy(browser, "delta", "\"state\":\"ALIVE\"");

      click(browser, "pause", "gamma");
      awaitRow(browser, "gamma", "is paused");
      awaitWhy(browser, "gamma", "SUSPECT");
      browser.awaitTrue("document.querySelector('.onring .node[data-state=SUSPECT]') !== null");
      browser.picture(PICTURES.resolve("demo-paused.png"));
      click(browser, "resume", "gamma");
      awaitRow(browser, "gamma", "runs");
      awaitWhy(browser, "gamma", "\"state\":\"ALIVE\"");

      click(browser, "kill", "beta");
      awaitRow(browser, "beta", "killed by SIGKILL");
      awaitWhy(browser, "beta", "\"reason\":\"CRASHED\"");
      awaitNodes(browser, 4);

      click(browser, "leave", "alpha");
      awaitRow(browser, "alpha", "ended: with code 0");
      awaitWhy(browser, "alpha", "\"reason\":\"LEFT\"");
      awaitNodes(browser, 3);
      browser.awaitText("said goodbye", "crashed");
      browser.awaitTrue(
          "fetch('/v1/records/greeting').then(it => it.text()).then(it => it === 'hello')");
      browser.picture(PICTURES.resolve("demo-after.png"));

      click(browser, "pause", "delta");
      awaitWhy(browser, "delta", "\"reason\":\"SILENT\"");
      awaitNodes(browser, 2);
      click(browser, "resume", "delta");
      awaitNodes(browser, 3);
      awaitWhy(browser, "delta", "\"state\":\"ALIVE\"");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void aStrangerPressesNothing() throws IOException, InterruptedException {
    try (JavaProcess demo = JavaProcess.start(Main.class, "--console", "--seconds", "60")) {
      URI page = URI.create(url(demo));
      String token = page.getFragment().replace("token=", "");
      assertEquals("127.0.0.1", page.getHost());
      await()
          .atMost(PATIENCE)
          .until(() -> stage(page, token, "{\"act\":\"start\"}").statusCode() == 202);
      assertEquals(401, stage(page, "another", "{\"act\":\"start\"}").statusCode());
      HttpResponse<String> others = stage(page, token, "{\"act\":\"kill\",\"name\":\"demo\"}");
      assertEquals(409, others.statusCode());
      assertTrue(others.body().contains("no program of this demo is called 'demo'"));
    }
  }

  private static HttpResponse<String> stage(URI page, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(page.resolve("/v1/stage"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aSignalLeavesNoProcessBehind() throws InterruptedException {
    try (JavaProcess demo = JavaProcess.start(Main.class, "--console")) {
      url(demo);
      ProcessHandle handle = ProcessHandle.of(demo.pid()).orElseThrow();
      await().atMost(PATIENCE).until(() -> handle.descendants().count() >= 3);
      List<ProcessHandle> agents = handle.descendants().toList();
      demo.terminate();
      demo.awaitEnd(PATIENCE);
      await().atMost(PATIENCE).until(() -> agents.stream().noneMatch(ProcessHandle::isAlive));
      assertFalse(handle.isAlive());
    }
  }
}
