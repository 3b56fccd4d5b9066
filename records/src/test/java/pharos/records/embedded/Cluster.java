package pharos.records.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import pharos.agent.Agent;
import pharos.records.Records;
import pharos.testkit.FreePorts;

/** Agents of one loopback network, with the records of each. */
final class Cluster implements AutoCloseable {
  private final int beaconPort = FreePorts.next();
  private final Map<Records, Agent> agents = new LinkedHashMap<>();
  private int started;

  /** Starts an agent that has these. */
  Records node(EmbeddedRecords records) {
    Agent agent =
        Agent.builder()
            .name("node-" + ++started)
            .loopback(true)
            .gateway(records.holds())
            .beaconPort(beaconPort)
            .with(records.extension())
            .start();
    agents.put(records, agent);
    return records;
  }

  /** Hands over, and goes. */
  void leave(Records records) {
    records.close();
    Objects.requireNonNull(agents.get(records)).close();
  }

  @Override
  public void close() {
    for (Records records : List.copyOf(agents.keySet())) {
      leave(records);
    }
    agents.clear();
  }
}
