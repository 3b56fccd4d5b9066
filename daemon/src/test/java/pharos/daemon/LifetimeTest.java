package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import pharos.agent.Agent;
import pharos.agent.Health;
import pharos.daemon.api.Condition;

/** What whoever watches over an agent gets to hear of it. */
class LifetimeTest {
  private final ZContext context = new ZContext();
  private final Agent agent =
      Agent.builder().name("a").loopback(true).beaconPort(Ports.udp()).context(context).start();
  private final Lifetime lifetime = new Lifetime(agent);

  @AfterEach
  void close() {
    lifetime.close();
    agent.close();
    context.close();
  }

  @Test
  void oneThatIsAskedToEndIsAsGoodAsGone() {
    assertEquals(Condition.OK, lifetime.condition());
    assertEquals(0, lifetime.await(Duration.ZERO));
    assertEquals(Condition.STOPPING, lifetime.condition());
  }

  @Test
  void oneThatFailsSaysSoAndWhyAndTheCommandFails() {
    context.close();
    await().until(() -> lifetime.condition().status().equals("failed"));
    assertTrue(lifetime.condition().why().contains("ZContext"), lifetime.condition()::toString);
    Failure failure = assertThrows(Failure.class, () -> lifetime.await(Duration.ofMinutes(1)));
    assertTrue(String.valueOf(failure.getMessage()).startsWith("a failed: "), failure::toString);
  }

  @Test
  void oneThatIsDeafIsNotWell() {
    Health deaf = new Health(Health.State.DEAF, "three questions to itself went unanswered");
    assertEquals(
        new Condition("deaf", "three questions to itself went unanswered"),
        Lifetime.condition(deaf));
  }
}
