package pharos.examples.presence;

import java.util.stream.Collectors;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Peer;

/**
 * Prints who is there, each time that changes. Arguments: a name, and for a trial within this host
 * a beacon port.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    String name = args.length > 0 ? args[0] : "somebody";
    AgentBuilder builder = Agent.builder().name(name).closeAtExit(true);
    if (args.length > 1) {
      builder.loopback(true).beaconPort(Integer.parseInt(args[1]));
    }
    try (Agent agent = builder.start()) {
      agent.onMembers(
          all -> System.out.println(all.stream().map(Peer::name).collect(Collectors.toList())));
      Thread.currentThread().join();
    }
  }
}
