package pharos.agent.io;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Reason;
import pharos.agent.io.Loops.Running;
import pharos.testkit.Needs;

class AgentLoopTest {
  private final Loops loops = new Loops();

  @AfterEach
  void stopAll() throws InterruptedException {
    loops.close();
  }

  @Test
  void threeAgentsFindEachOtherWithCapabilities() throws IOException {
    Running alpha = loops.start("alpha");
    Running beta = loops.start("beta");
    Running gamma = loops.start("gamma");

    await().until(() -> alpha.names().equals(List.of("beta", "gamma")));
    await().until(() -> beta.names().equals(List.of("alpha", "gamma")));
    await().until(() -> gamma.names().equals(List.of("alpha", "beta")));
    for (Change change : alpha.changes()) {
      assertEquals(Change.Kind.ARRIVED, change.kind());
      String document = new String(change.peer().document().bytes(), StandardCharsets.UTF_8);
      assertTrue(document.contains(change.peer().name() + ".Work"), document);
    }
  }

  @Test
  void whoStopsIsGoneAtOnceForItsPeers() throws Exception {
    Running alpha = loops.start("alpha");
    Running beta = loops.start("beta");
    await().until(() -> alpha.names().equals(List.of("beta")));

    beta.loop.stop("");

    await().until(() -> alpha.names().isEmpty());
    Change gone = alpha.changes().get(1);
    assertEquals(Change.Kind.GONE, gone.kind());
    assertEquals(Optional.of(Reason.LEFT), gone.reason());
    assertTrue(beta.loop.awaitEnd(1_000));
    assertTrue(beta.hasEnded);
  }

  @Test
  void whatIsOfferedLaterIsAskedForAgain() throws IOException {
    Running alpha = loops.start("alpha");
    Running beta = loops.start("beta");
    await().until(() -> alpha.names().equals(List.of("beta")));

    Document other =
        Document.of("[{\"type\":\"Other\",\"port\":1}]".getBytes(StandardCharsets.UTF_8));
    beta.loop.offer(other);

    await().until(() -> alpha.peers.get(0).document().equals(other));
    assertEquals(Change.Kind.UPDATED, alpha.changes().get(1).kind());
  }

  @Test
  void aTakenPortIsNamedAndLeavesNothingOpen() throws IOException {
    Running alpha = loops.start("alpha");
    int port = alpha.loop.tcpPort();

    IOException refused =
        assertThrows(IOException.class, () -> loops.start("beta", it -> Loops.onPort(it, port)));

    assertTrue(refused.toString().contains("TCP port " + port), refused.toString());
  }

  /** Two watches each way, and nothing else: the questions' connections are closed. */
  @Test
  void connectionsEndWithTheirPeers() throws Exception {
    File descriptors = new File("/proc/self/fd");
    Needs.that(descriptors.isDirectory(), "/proc/self/fd, to count open descriptors");
    Running alpha = loops.start("alpha");
    Running other = loops.start("first");
    await().until(() -> alpha.names().size() == 1);
    other.loop.stop("");
    await().until(() -> alpha.names().isEmpty());
    await().until(() -> other.loop.awaitEnd(1));
    int before = count(descriptors);

    for (int i = 0; i < 10; i++) {
      Running peer = loops.start("peer-" + i);
      await().until(() -> alpha.names().size() == 1);
      peer.loop.stop("");
      await().until(() -> alpha.names().isEmpty());
      await().until(() -> peer.loop.awaitEnd(1));
    }

    await().until(() -> count(descriptors) <= before + 2);
  }

  private static int count(File folder) {
    String[] names = folder.list();
    return names == null ? 0 : names.length;
  }
}
