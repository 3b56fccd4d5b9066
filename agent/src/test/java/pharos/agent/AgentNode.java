package pharos.agent;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** A program with an agent, in a JVM of its own: prints its news until it is killed. */
final class AgentNode {
  private AgentNode() {}

  /** Arguments: name, beacon port, and the interfaces to use, if not all. */
  public static void main(String[] args) throws InterruptedException {
    Agent agent =
        Agent.builder()
            .name(args[0])
            .offer(args[0] + ".Work", 7001)
            .beaconPort(Integer.parseInt(args[1]))
            .interfaces(Arrays.copyOfRange(args, 2, args.length))
            .closeAtExit(true)
            .start();
    agent.onEvent(
        event ->
            System.out.println(
                event.kind()
                    + " "
                    + event.peer().name()
                    + event.reason().map(reason -> " " + reason).orElse("")
                    + " "
                    + event.peer().capabilities()));
    agent.onIsolated(it -> System.out.println("isolated " + it));
    agent.onPeers(peers -> System.out.println("peers " + peers.size()));
    // An agent alone keeps no JVM alive.
    new CountDownLatch(1).await();
  }
}
