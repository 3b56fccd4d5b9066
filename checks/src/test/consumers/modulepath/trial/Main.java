package trial;

import java.nio.ByteBuffer;
import java.time.Duration;
import pharos.agent.Agent;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.NodeId;

/** A module that requires the beacon and the agent. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    NodeId id = NodeId.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
    Beacon beacon = Beacon.of(id).name("alpha").incarnation(1).udpPort(5671).build();
    BeaconCodec codec = new BeaconCodec();
    ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    codec.encode(beacon, datagram);
    System.out.println(codec.decode(datagram.flip()).equals(beacon) ? "alpha came back" : "lost");
    System.out.println("module: " + Beacon.class.getModule().getName());
    try (Agent alpha = Agent.builder().cluster("trial").loopback(true).start();
        Agent beta = Agent.builder().name("beta").offer("Work", 7001).cluster("trial").loopback(true).start()) {
      String name = alpha.awaitPeers("Work", 1, Duration.ofSeconds(20)).get(0).name();
      System.out.println(name + " offers Work");
    }
    System.out.println("module: " + Agent.class.getModule().getName());
  }
}
