package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import pharos.testkit.Browser;
import pharos.testkit.Needs;

/** axe-core, which finds what keeps people from using a page. */
final class Axe {
  private final String script;

  private Axe(String script) {
    this.script = script;
  }

  /** From where npm has it; nothing of it is kept. */
  static Axe in(Path folder) throws IOException, InterruptedException {
    Path log = folder.resolve("npm.log");
    Process npm;
    try {
      npm =
          new ProcessBuilder("npm", "install", "--prefix", folder.toString(), "axe-core@4.10.3")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      Needs.that(false, "npm, for axe-core");
      throw e;
    }
    boolean isDone = npm.waitFor(120, TimeUnit.SECONDS) && npm.exitValue() == 0;
    Needs.that(isDone, "axe-core from npm: " + Files.readString(log));
    return new Axe(Files.readString(folder.resolve("node_modules/axe-core/axe.min.js")));
  }

  /** Once for each page that a browser went to. */
  void load(Browser browser) {
    browser.run(script);
  }

  static void assertFindsNothing(Browser browser, String view) {
    assertEquals(
        "",
        browser.ask(
            "axe.run().then(found => found.violations.map(it => it.id + ': '"
                + " + it.nodes.map(node => node.html).join(' ')).join('; '))"),
        view);
  }
}
