package trial;

import java.nio.ByteBuffer;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.NodeId;

/** A module that requires the beacon. */
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
  }
}
