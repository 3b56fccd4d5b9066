package pharos.examples.alpha;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.PharosException;

/**
 * Two alphas on the loopback of this host that meet, call each other and end, in two seconds. The
 * container image is built with it: it finds out which classes an alpha needs, and fails the build
 * when two alphas do not find each other.
 */
public final class Rehearsal {
  private static final Duration CALL_EVERY = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Rehearsal() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.setProperty("PHAROS_STORY", "DEBUG");
    int beaconPort = freePort();
    try (Alpha one = Alpha.start(builder(beaconPort), CALL_EVERY);
        Alpha other = Alpha.start(builder(beaconPort), CALL_EVERY)) {
      if (!one.awaitAnswer(PATIENCE) || !other.awaitAnswer(PATIENCE)) {
        throw new PharosException("the two do not call each other");
      }
      String said = Health.ask(one.agent().port()).orElse("nothing");
      if (!said.contains(Alpha.ORDERS)) {
        throw new PharosException("health says " + said);
      }
      System.out.println(said);
    }
  }

  private static AgentBuilder builder(int beaconPort) {
    return Agent.builder().service("Alpha").loopback(true).beaconPort(beaconPort);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
