package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.testkit.Needs;

/** Commands find the agents with HTTP of their user, and ask them instead of listening. */
class DaemonFileTest {
  private final Agents agents = new Agents();

  @TempDir private Path folder;

  @AfterEach
  void closeAll() {
    agents.close();
  }

  private Program daemon(String name, String... more) {
    List<String> args = new ArrayList<>(List.of("--http", "0", "--name", name));
    args.addAll(List.of(more));
    Program program = agents.start(args.toArray(String[]::new));
    await().until(() -> Files.exists(file(program)) || !program.process().isAlive());
    assertTrue(program.process().isAlive(), () -> program.err().toString());
    return program;
  }

  /** The command on the same network. */
  private Ran ran(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--loopback", "--beacon-port", agents.beaconPort));
    return Ran.of(all.toArray(String[]::new));
  }

  private static Path file(Program program) {
    return Program.RUNTIME.resolve("pharos").resolve(program.process().pid() + ".json");
  }

  @Test
  void aCommandAsksTheDaemonThatIsThereAndSeesItToo() throws Exception {
    Program alpha = daemon("alpha", "--offer", "Alpha.Orders=7001");
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file(alpha)));
    assertEquals(
        PosixFilePermissions.fromString("rwx------"),
        Files.getPosixFilePermissions(file(alpha).getParent()));
    agents.start("--name", "beta", "--service", "Beta", "--http", "off");
    alpha.awaitErr("beta offers nothing");

    String asked = "asked alpha (process " + alpha.process().pid() + ")";
    Ran peers = ran("peers");
    assertEquals("pharos peers: " + asked, peers.err().strip(), peers::toString);
    assertEquals(3, peers.out().lines().count(), peers::toString);
    assertTrue(peers.out().contains("Alpha.Orders:7001"), peers::toString);
    Ran json = ran("peers", "--json");
    assertTrue(json.out().startsWith("{\"peers\":[{"), json::toString);
    assertTrue(json.out().contains("\"name\":\"alpha\""), json::toString);
    assertTrue(json.out().contains("\"name\":\"beta\""), json::toString);

    Ran self = ran("find", "alpha");
    assertEquals(0, self.code(), self::toString);
    assertTrue(self.out().contains("Alpha.Orders:7001"), self::toString);
    Ran other = ran("find", "beta", "--json");
    assertEquals(0, other.code(), other::toString);
    assertTrue(other.out().contains("\"name\":\"beta\""), other::toString);
    Ran nobody = ran("find", "nobody");
    assertEquals(1, nobody.code(), nobody::toString);
    assertTrue(nobody.err().contains(asked), nobody::toString);

    assertEquals(0, ran("wait", "Beta").code());
    Ran missing = ran("wait", "Beta", "--count", "2", "--timeout", "10ms");
    assertEquals(1, missing.code(), missing::toString);
    assertTrue(
        missing.err().contains("1 of 2 'Beta' came within 10ms; there: beta"), missing::toString);

    alpha.terminate();
    assertEquals(0, alpha.awaitEnd());
    assertFalse(Files.exists(file(alpha)));
  }

  @Test
  void theFileOfOneThatWasKilledIsRemovedAndTheCommandListens() throws Exception {
    Program alpha = daemon("alpha");
    alpha.kill();
    alpha.awaitEnd();
    assertTrue(Files.exists(file(alpha)));
    agents.start("--name", "beta", "--http", "off").awaitErr("beta is ");
    Ran peers = ran("peers");
    assertFalse(Files.exists(file(alpha)), peers::toString);
    assertEquals(0, peers.code(), peers::toString);
    assertTrue(peers.out().contains("beta"), peers::toString);
    assertTrue(peers.err().startsWith("pharos peers: listened for 1500 ms"), peers::toString);
  }

  @Test
  void ofSeveralTheOneStartedLastIsAskedAndNamed() {
    Program alpha = daemon("alpha");
    Program beta = daemon("beta");
    Program elsewhere = daemon("elsewhere", "--cluster", "another");
    Ran nobody = ran("peers", "--cluster", "a third", "--wait", "1ms");
    assertEquals(1, nobody.code(), nobody::toString);
    assertEquals(
        "pharos peers: nobody was heard within 1 ms; elsewhere (process "
            + elsewhere.process().pid()
            + ") was not heard here: --at "
            + elsewhere.http()
            + " asks it",
        nobody.err().strip());
    String both =
        "pharos: asks beta (process "
            + beta.process().pid()
            + "), started last of beta (process "
            + beta.process().pid()
            + "), alpha (process "
            + alpha.process().pid()
            + "); --at URL asks another";
    // One that does not answer in time is passed over, which on a busy machine may be any.
    await()
        .untilAsserted(
            () -> {
              Ran peers = ran("peers");
              assertTrue(peers.err().contains(both), peers::toString);
            });
    Ran at = ran("peers", "--at", alpha.http());
    assertEquals("pharos peers: asked " + alpha.http(), at.err().strip(), at::toString);
    Ran off = ran("peers", "--at", "off", "--wait", "1ms");
    assertTrue(off.err().contains("nobody was heard within 1 ms") || off.code() == 0);
    Ran health = Ran.of("health", "--at", alpha.http());
    assertEquals("ok", health.out().strip(), health::toString);
    Ran told = Ran.of("health", "--json", "--at", alpha.http());
    assertTrue(told.out().startsWith("{\"status\":\"ok\""), told::toString);
  }

  @Test
  void aDaemonThatDoesNotAnswerIsNamedInOneLine() {
    String url = "http://127.0.0.1:" + Ports.tcp();
    for (String command : List.of("peers", "find a", "wait a", "browse a")) {
      Ran ran = Ran.of((command + " --at " + url).split(" "));
      assertEquals(1, ran.code(), ran::toString);
      assertEquals(1, ran.err().lines().count(), ran::toString);
      assertTrue(ran.err().contains(url + " does not answer"), ran::toString);
    }
    Ran nonsense = Ran.of("peers", "--at", "nonsense");
    assertEquals(2, nonsense.code(), nonsense::toString);
    assertTrue(nonsense.err().contains("'nonsense' is no URL"), nonsense::toString);
  }

  @Test
  void withoutASessionTheFolderIsTheSystemsForRootAndAPrivateOneForOthers() throws IOException {
    Caller caller = new Caller(System.out, System.err, Map.of("XDG_RUNTIME_DIR", ""), folder);
    String user = System.getProperty("user.name");
    Path expected =
        user.equals("root")
            ? folder.resolve("run/pharos")
            : Path.of(System.getProperty("java.io.tmpdir")).resolve("pharos-" + user);
    RunFolder run = RunFolder.of(caller);
    assertEquals(expected.toString(), run.toString());
    Path file = run.write(1, "{}");
    assertEquals(List.of(file), run.files());
    Files.delete(file);
  }

  @Test
  void aFolderOfSomebodyElseIsNotTrusted() throws IOException {
    Needs.that(System.getProperty("user.name").equals("root"), "root, to give a folder away");
    Caller caller =
        new Caller(System.out, System.err, Map.of("XDG_RUNTIME_DIR", folder.toString()), folder);
    RunFolder run = RunFolder.of(caller);
    run.write(1, "{}");
    UserPrincipal nobody =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(folder.resolve("pharos"), nobody);
    assertEquals(List.of(), run.files());
    IOException refused =
        org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> run.write(2, "{}"));
    assertTrue(String.valueOf(refused.getMessage()).contains("belongs to somebody else"));
  }
}
