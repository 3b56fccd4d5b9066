package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerBuilder;
import pharos.agent.PeerHearing;
import pharos.agent.PeerHearing.Fault;
import pharos.agent.testing.TestPeers;
import pharos.daemon.api.AgentTable;
import pharos.daemon.api.Gate;
import pharos.daemon.http.HttpServer;
import pharos.testkit.Browser;

/** The console as people see it, in a real browser. Its pictures are in target/console. */
class ConsoleTest {
  private static final Path PICTURES = Path.of("target", "console");

  private final Agents agents = new Agents();
  private final int http = Ports.tcp();
  @TempDir Path folder;
  private Browser browser;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    browser = Browser.open(folder.resolve("profile"));
    browser.size(1280, 800);
  }

  @AfterEach
  void closeAll() {
    if (browser != null) { // without one the test was skipped
      browser.close();
    }
    agents.close();
  }

  private Program lighthouse() {
    Program program = agents.start("--name", "lighthouse", "--http", "127.0.0.1:" + http);
    program.awaitErr("lighthouse");
    return program;
  }

  private String page() {
    return "http://127.0.0.1:" + http + "/";
  }

  private void isQuiet() {
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void whoIsThereIsShownAndAKillIsSeen() throws IOException {
    lighthouse();
    Program web =
        agents.start(
            "--name",
            "web-1",
            "--service",
            "Web",
            "--offer",
            "Web=8080,protocol=http,zone=north",
            "--http",
            "off");
    agents.start(
        "--name", "orders-1", "--service", "Orders", "--offer", "Orders=7001", "--http", "off");
    browser.go(page());
    browser.awaitText("web-1", "orders-1", "Web :8080", "2 peers", "live");
    assertEquals(
        "http://127.0.0.1:8080",
        browser.ask("document.querySelector('a.chip').getAttribute('href')"));
    browser.picture(PICTURES.resolve("peers.png"));

    browser.ask(
        "[...document.querySelectorAll('.row a')].find(it => it.textContent === 'web-1').click()");
    browser.awaitText("What it offers", "http://127.0.0.1:8080", "zone", "north", "arrived");
    browser.awaitText("heard for the first time, from 127.0.0.1:", "seen by lighthouse");
    browser.picture(PICTURES.resolve("peer.png"));

    web.kill();
    browser.awaitText("gone", "crashed");
    browser.awaitText("· refused at 127.0.0.1:", "· gone CRASHED, ", "it is not running");
    browser.picture(PICTURES.resolve("why.png"));
    browser.ask("location.hash = '#/timeline'");
    browser.awaitText("web-1 crashed".split(" "));
    browser.picture(PICTURES.resolve("timeline.png"));
    browser.ask("location.hash = '#/'");
    browser.awaitText("1 peer");
    browser.ask("location.hash = '#/network'");
    browser.awaitText("127.0.0.0/24", "2 agents", "orders-1");
    browser.dark(true);
    browser.picture(PICTURES.resolve("network-dark.png"));
    browser.size(390, 844);
    browser.awaitTrue("document.querySelector('.ring .self').getBoundingClientRect().width > 0");
    browser.picture(PICTURES.resolve("network-phone-dark.png"));
    isQuiet();
  }

  @Test
  void aLostConnectionIsToldAndComesBack() {
    Program first = lighthouse();
    agents.start("--name", "web-1", "--http", "off");
    browser.go(page());
    browser.awaitText("web-1");
    first.kill();
    browser.awaitText("The connection is lost", "Trying again");
    browser.awaitTrue("document.body.hasAttribute('data-lost')");
    lighthouse();
    browser.awaitTrue("!document.body.hasAttribute('data-lost')");
    browser.awaitText("web-1");
  }

  @Test
  void aLockedPageAsksForItsTokenWhateverIsClickedAndALinkWithItOpensIt() throws IOException {
    String token = "0123456789abcdef";
    Path file = Files.writeString(folder.resolve("token"), token);
    String at = "127.0.0.1:" + http;
    agents
        .start("--name", "lighthouse", "--http", at, "--http-token-file", file.toString())
        .awaitErr("lighthouse");
    browser.go(page());
    browser.awaitText("This agent wants its token", "locked");
    browser.size(390, 844);
    browser.picture(PICTURES.resolve("locked-phone.png"));
    browser.ask("document.querySelector('[data-view=timeline]').click()");
    browser.awaitTrue("location.hash === '#/timeline'");
    browser.ask(
        "(it => { it.value = 'another'; it.form.requestSubmit(); })"
            + "(document.getElementById('token'))");
    browser.awaitText("That is not its token.");
    // The whole link, in a window that has the page already.
    browser.ask("location.hash = '#token=" + token + "'");
    browser.awaitText("Nobody heard yet", "live");
    browser.awaitTrue("!location.href.includes('token')");
  }

  @Test
  void oneFindsAPeerByTheKeyboardAlone() {
    lighthouse();
    agents.start("--name", "web-1", "--service", "Web", "--http", "off");
    agents.start("--name", "orders-1", "--service", "Orders", "--http", "off");
    browser.go(page());
    browser.awaitText("web-1", "orders-1");
    browser.ask("document.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}))");
    browser.awaitTrue("document.activeElement.id === 'filter'");
    browser.ask(
        "(i => { i.value = 'orders'; i.dispatchEvent(new Event('input')); i.blur(); })"
            + "(document.activeElement)");
    browser.awaitTrue("document.querySelectorAll('.row').length === 1");
    browser.ask(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}))");
    browser.awaitTrue("document.activeElement.textContent === 'orders-1'");
    isQuiet();
  }

  @Test
  void axeFindsNothingWrongInAnyView() throws IOException, InterruptedException {
    Axe axe = Axe.in(folder);
    lighthouse();
    agents.start(
        "--name",
        "web-1",
        "--service",
        "Web",
        "--offer",
        "Web=8080,protocol=http",
        "--http",
        "off");
    for (boolean isDark : new boolean[] {false, true}) {
      browser.dark(isDark);
      browser.go(page());
      browser.awaitText("web-1");
      axe.load(browser);
      String peer = browser.ask("document.querySelector('.row a').getAttribute('href')");
      for (String view : List.of("#/", "#/timeline", "#/network", peer)) {
        browser.ask("location.hash = '" + view + "'");
        browser.awaitTrue("document.querySelector('h1') !== null");
        Axe.assertFindsNothing(browser, view + (isDark ? " dark" : " light"));
      }
    }
  }

  @Test
  void aPageFromElsewhereChangesNothing() throws IOException {
    lighthouse();
    browser.go(page());
    browser.awaitText("Nobody heard yet");
    // The same browser, from another place: a page that is written to disk has none at all.
    Path evil = Files.writeString(folder.resolve("evil.html"), "<h1>elsewhere</h1>");
    browser.go(evil.toUri().toString());
    browser.awaitText("elsewhere");
    for (String method : List.of("PUT", "POST", "DELETE")) {
      for (String mode : List.of("cors", "no-cors")) {
        browser.ask(
            "fetch('"
                + page()
                + "v1/contacts?id=evil', {method: '"
                + method
                + "', mode: '"
                + mode
                + "', body: '{}'}).then(() => 'sent', () => 'refused')");
      }
    }
    browser.go(page());
    browser.awaitText("Nobody heard yet");
    assertTrue(
        browser.ask("fetch('/v1/contacts?id=evil').then(it => it.status)").matches("404|503|504"));
  }

  /** How long frames took is in target/console/frames.txt, and no reason to fail. */
  @Test
  void aThousandPeersAreShownFilteredAndScrolled() throws IOException, InterruptedException {
    TestPeers crowd = new TestPeers();
    for (int i = 0; i < 1_000; i++) {
      crowd.put(worker(i, 0));
    }
    Gate gate = Gate.of(AgentTable.of(crowd, 10), List.of(), Optional.empty());
    try (HttpServer server =
        HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), http))) {
      server.serve(gate, gate);
      browser.go(page());
      browser.awaitText("1000 peers", "worker-0000");
      browser.run(
          "window.frames_ = []; let last = performance.now(); requestAnimationFrame(function f(at)"
              + " { frames_.push(at - last); last = at; scrollBy(0, 40); if (frames_.length < 120)"
              + " requestAnimationFrame(f); })");
      int change = 0;
      while (!browser.ask("frames_.length >= 120").equals("true")) {
        crowd.put(worker(change % 1_000, ++change));
        TimeUnit.MILLISECONDS.sleep(50);
      }
      Files.createDirectories(PICTURES);
      Files.writeString(
          PICTURES.resolve("frames.txt"),
          browser.ask(
              "(f => `median ${f[60].toFixed(1)} ms, longest ${f[119].toFixed(1)} ms`)"
                  + "(frames_.slice(0, 120).sort((one, other) => one - other))"));
      browser.picture(PICTURES.resolve("thousand.png"));
      crowd.remove(worker(7, 0), GoneReason.CRASHED);
      browser.awaitText("999 peers");
      browser.ask(
          "(i => { i.value = 'worker-0123'; i.dispatchEvent(new Event('input')); })"
              + "(document.getElementById('filter'))");
      browser.awaitTrue("document.querySelectorAll('.row').length === 1");
      browser.ask("location.hash = '#/network'");
      browser.awaitText("256 agents");
      browser.picture(PICTURES.resolve("thousand-network.png"));
      isQuiet();
    }
  }

  @Test
  void whoHearsWhomIsATable() throws IOException {
    TestPeers some = new TestPeers();
    some.put(worker(1, 0));
    Peer second = worker(2, 0);
    some.put(second);
    some.put(hearing(3, new PeerHearing(Fault.DEAF, 0, 0, 20, Map.of())));
    some.put(hearing(4, new PeerHearing(Fault.LOSSY, 80, 0, 100, Map.of(second.id(), 70))));
    some.put(hearing(5, new PeerHearing(Fault.ONE_WAY, 0, 100, 100, Map.of())));
    Gate gate = Gate.of(AgentTable.of(some, 10), List.of(), Optional.empty());
    try (HttpServer server =
        HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), http))) {
      server.serve(gate, gate);
      browser.go(page());
      browser.awaitText("worker-0003 deaf worker-0004 lossy worker-0005 one way".split(" "));
      browser.ask("location.hash = '#/network'");
      browser.awaitText("worker-0003 hears 20 % of the others", "70 %", "80 %", "100 %");
      assertEquals("3", browser.ask("document.querySelectorAll('.hearing tbody tr').length"));
      assertEquals("3", browser.ask("document.querySelectorAll('.hearing td[data-lost]').length"));
      browser.picture(PICTURES.resolve("hearing.png"));
      some.put(worker(3, 0));
      some.put(worker(4, 0));
      some.put(worker(5, 0));
      browser.awaitText("Everybody hears everybody");
      isQuiet();
    }
  }

  private static Peer hearing(int number, PeerHearing hearing) throws IOException {
    return describe(number, 0).hearing(hearing).lossPercent(hearing.lossIn()).build();
  }

  private static Peer worker(int number, int load) throws IOException {
    return describe(number, load).build();
  }

  private static PeerBuilder describe(int number, int load) throws IOException {
    return TestPeers.peer("worker-%04d".formatted(number))
        .service("Worker")
        .addresses(
            InetAddress.getByAddress(new byte[] {10, 1, (byte) (number >> 8), (byte) number}))
        .port(40_000)
        .times(Instant.now(), Instant.now())
        .offer("Work", 7_001, "tcp", Map.of("load", "" + load));
  }

  @Test
  void nobodyIsShownWhoIsNotThere() {
    lighthouse();
    browser.go(page());
    browser.awaitText("Nobody heard yet", "pharos agent --name alpha");
    await().until(() -> browser.ask("document.title").contains("lighthouse"));
  }
}
