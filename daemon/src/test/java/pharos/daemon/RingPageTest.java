package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.testing.TestPeers;
import pharos.daemon.api.AgentTable;
import pharos.daemon.api.Gate;
import pharos.daemon.http.HttpServer;
import pharos.records.Content;
import pharos.records.testing.TestRecords;
import pharos.testkit.Browser;

/** The view of the ring in a real browser. Its pictures are in target/console. */
class RingPageTest {
  private static final Path PICTURES = Path.of("target", "console");
  private static final String CHOOSE =
      "[...document.querySelectorAll('.keys .key')].find(it => it.textContent === '%s').click()";
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\" &amp; \u05E9\u05DC";

  private final TestPeers peers = new TestPeers();
  private final TestRecords records = new TestRecords();
  @TempDir Path folder;
  private Browser browser;
  private HttpServer server;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    browser = Browser.open(folder.resolve("profile"));
    browser.size(1280, 900);
    for (String name : List.of("alpha", "beta", "gamma")) {
      peers.put(TestPeers.peer(name).build());
    }
    Gate gate =
        Gate.of(AgentTable.of(peers, 10, records, Optional.empty()), List.of(), Optional.empty());
    server = HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.serve(gate, gate);
  }

  @AfterEach
  void close() {
    if (browser != null) { // without one the test was skipped
      browser.close();
    }
    if (server != null) {
      server.close();
    }
    records.close();
  }

  private void goToRing() {
    browser.go("http://127.0.0.1:" + server.port() + "/#/ring");
    browser.awaitText("Nodes", "alpha");
  }

  private void fill(String id, String text) {
    browser.ask(
        "(it => { it.value = '"
            + text
            + "'; it.dispatchEvent(new Event('input')); })(document.getElementById('"
            + id
            + "'))");
  }

  private void press(String text) {
    browser.ask(
        "[...document.querySelectorAll('button')].find(it => it.textContent === '"
            + text
            + "').click()");
  }

  private String value(String key) {
    return records.get(key).join().content().map(Content::text).orElse("none");
  }

  @Test
  void axeFindsNothingWrong() throws IOException, InterruptedException {
    Axe axe = Axe.in(folder);
    for (boolean isDark : new boolean[] {false, true}) {
      browser.dark(isDark);
      goToRing();
      axe.load(browser);
      Axe.assertFindsNothing(browser, "nothing on the ring");
      press("New record");
      browser.awaitTrue("document.activeElement.id === 'key'");
      fill("key", "key" + isDark);
      fill("value", "one");
      press("Save");
      browser.awaitText("Saved as version");
      Axe.assertFindsNothing(browser, "a record " + (isDark ? "dark" : "light"));
    }
  }

  @Test
  void aRecordIsAddedChangedAndRemoved() throws IOException {
    goToRing();
    browser.awaitText("There are none yet");
    press("New record");
    browser.awaitTrue("document.activeElement.id === 'key'");
    fill("key", "orders/a b%2F1");
    fill("value", "one");
    press("Save");
    browser.awaitText("Saved as version");
    assertEquals("one", value("orders/a b%2F1"));
    browser.awaitTrue("document.querySelectorAll('.node.lit').length === 1");
    browser.picture(PICTURES.resolve("ring.png"));

    fill("value", "two");
    press("Save");
    browser.awaitText("Saved as version 2");
    assertEquals("two", value("orders/a b%2F1"));

    press("Delete");
    browser.awaitText("Deleted.", "There are none yet");
    assertEquals("none", value("orders/a b%2F1"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void whatOthersChangedMeanwhileIsNotWrittenOver() {
    records.put("k", Content.text("mine")).join();
    goToRing();
    browser.awaitText("k");
    browser.ask(CHOOSE.formatted("k"));
    browser.awaitTrue("document.getElementById('value').value === 'mine'");
    // Not touched here, so it follows.
    records.put("k", Content.text("theirs")).join();
    browser.awaitTrue("document.getElementById('value').value === 'theirs'");
    fill("value", "mine again");
    records.put("k", Content.text("theirs again")).join();
    browser.awaitText("It was changed meanwhile");
    press("Save");
    browser.awaitText("Not saved");
    assertEquals("theirs again", value("k"));
  }

  @Test
  void whoComesIsShownAndWhoGoesGoes() {
    goToRing();
    // With the one of the records.
    browser.awaitTrue("document.querySelectorAll('.onring .node').length === 5");
    Peer delta = TestPeers.peer("delta").build();
    peers.put(delta);
    browser.awaitTrue("document.querySelectorAll('.onring .node').length === 6");
    browser.awaitText("delta", "arrived");
    peers.remove(delta, GoneReason.CRASHED);
    browser.awaitTrue("document.querySelectorAll('.onring .node').length === 5");
    browser.awaitText("crashed");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void keysAndNamesOfOthersAreText() throws IOException {
    records.put(HOSTILE, Content.text("<script>alert(2)</script>")).join();
    peers.put(TestPeers.peer("<b onclick=x>").build());
    goToRing();
    browser.awaitText("<img src=x onerror=alert(1)>", "<b onclick=x>");
    browser.ask("document.querySelector('.keys .key').click()");
    browser.awaitTrue("document.getElementById('value').value.startsWith('<script>')");
    assertEquals("0", browser.ask("document.querySelectorAll('main img, main b[onclick]').length"));
    browser.dark(true);
    browser.size(390, 844);
    browser.picture(PICTURES.resolve("ring-phone-dark.png"));
    assertTrue(
        browser.ask("document.documentElement.scrollWidth <= innerWidth").equals("true"),
        "a phone does not scroll sideways");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void theKeysAreWalkedThroughByTheKeyboardAlone() {
    records.put("a", Content.text("1")).join();
    records.put("b", Content.text("2")).join();
    goToRing();
    browser.awaitTrue("document.querySelectorAll('.keys .key').length === 2");
    String down =
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown',"
            + " bubbles: true}))";
    browser.ask(down);
    browser.ask(down);
    browser.awaitTrue("document.activeElement.textContent === 'b'");
    browser.ask("document.activeElement.click()");
    browser.awaitTrue("document.getElementById('value').value === '2'");
    browser.awaitTrue("document.activeElement.getAttribute('aria-pressed') === 'true'");
    // Where one writes, the arrows are the field's.
    browser.ask("document.getElementById('value').focus()");
    browser.ask(down);
    browser.awaitTrue("document.activeElement.id === 'value'");
  }

  @Test
  void thePictureThatStandsAloneIsDrawnAndRunsNothing() throws IOException {
    records.put(HOSTILE, Content.text("x")).join();
    browser.go("http://127.0.0.1:" + server.port() + "/v1/ring.svg");
    browser.awaitTrue("document.documentElement.tagName === 'svg'");
    browser.awaitTrue("document.documentElement.textContent.includes('<img src=x')");
    browser.picture(PICTURES.resolve("ring-svg.png"));
    browser.dark(true);
    browser.picture(PICTURES.resolve("ring-svg-dark.png"));
  }
}
