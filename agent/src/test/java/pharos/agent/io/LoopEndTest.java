package pharos.agent.io;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import pharos.agent.core.Document;
import pharos.agent.io.Loops.Running;

/** A loop ends within a second and tells it, also where JeroMQ does nothing any more. */
class LoopEndTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Loops loops = new Loops();
  private Running alpha;
  private IoThread held;

  @BeforeEach
  void holdItsIoThread() throws Exception {
    alpha = loops.start("alpha");
    held = IoThread.hold(contextOf(alpha));
  }

  @AfterEach
  void stopAll() throws Exception {
    held.close();
    loops.close();
  }

  private static ZContext contextOf(Running running) throws ReflectiveOperationException {
    Field context = AgentLoop.class.getDeclaredField("context");
    context.setAccessible(true);
    return (ZContext) context.get(running.loop);
  }

  private void runOutOfMemory() {
    alpha.runsOutOfMemory = true;
    alpha.loop.offer(Document.EMPTY);
  }

  @Test
  void whenMemoryRunsOutInTheLoopItsListenerIsToldAndNobodyWaitsForADeadContext() throws Exception {
    runOutOfMemory();

    await().atMost(SOON).until(() -> alpha.hasEnded);
    assertTrue(alpha.loop.awaitEnd(SOON.toMillis()));
    assertEquals(Optional.of("planted by a test"), alpha.failure.map(Throwable::getMessage));
    assertEquals(Optional.empty(), alpha.loop.deafness());
  }

  /** Its listener cannot take it at first, as where no memory is left at all. */
  @Test
  void theEndIsToldAgainWhereTellingItFails() {
    alpha.failingEnds.set(3);
    runOutOfMemory();
    await().atMost(SOON).until(() -> alpha.hasEnded);
  }

  @Test
  void whoIsStoppedEndsToo() throws Exception {
    alpha.loop.stop("");
    assertTrue(alpha.loop.awaitEnd(SOON.toMillis()));
    assertTrue(alpha.hasEnded);
    assertFalse(alpha.failure.isPresent());
  }

  @Test
  void whoCannotBeAskedIsDeafUntilItCanAgain() throws Exception {
    assertEquals(Optional.empty(), alpha.loop.deafness());

    await().until(() -> alpha.loop.deafness().isPresent());
    assertTrue(alpha.loop.deafness().get().contains("questions to itself went unanswered"));

    held.close();
    await().until(() -> alpha.loop.deafness().isEmpty());
    assertFalse(alpha.hasEnded);
  }

  @Test
  void aThreadOfJeromqThatFailsOnceGoesOnAndThriceEndsTheAgent() throws Exception {
    held.close();
    ZContext context = contextOf(alpha);
    IoThread.kill(context);
    Running beta = loops.start("beta");
    await().until(() -> beta.names().equals(List.of("alpha")));
    assertFalse(alpha.hasEnded);

    IoThread.kill(context);
    IoThread.kill(context);

    await().atMost(SOON).until(() -> alpha.hasEnded);
    assertTrue(alpha.failure.orElseThrow().toString().contains("fails again and again"));
  }
}
