package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import pharos.agent.Agent;

class LifetimeTest {
  /** By a failure the command ends with 1: an agent that is no more must not look as if it ran. */
  @Test
  void itEndsWithTheFailureOfItsAgent() {
    try (ZContext context = new ZContext();
        Agent agent =
            Agent.builder()
                .name("alpha")
                .loopback(true)
                .beaconPort(Ports.udp())
                .context(context)
                .start();
        Lifetime lifetime = new Lifetime(agent)) {
      assertTrue(lifetime.isRunning());

      context.close();

      Failure failure =
          assertTimeout(
              Duration.ofSeconds(3),
              () -> assertThrows(Failure.class, () -> lifetime.await(Duration.ofSeconds(20))));
      assertTrue(
          String.valueOf(failure.getMessage()).startsWith("alpha failed: "), failure::toString);
    }
  }
}
