package pharos.daemon;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import pharos.agent.Agent;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.NodeId;

/** What makes a network ill, or only looks so, in a process of its own. */
final class Patient {
  private static final int PORT = 5_670;

  private Patient() {}

  /** One of these, until it is ended. */
  public static void main(String[] args) throws IOException, InterruptedException {
    switch (args[0]) {
      case "ahead" -> ahead(Duration.parse(args[1]), args[2]);
      case "flood" -> flood(args[1], Integer.parseInt(args[2]));
      case "clone" -> speak(args[1], List.of(NodeId.ofBase64(args[2])));
      case "crowd" -> speak(args[1], ids(Integer.parseInt(args[2])));
      case "zre" -> zre(args[1]);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** An agent on a host whose clock is ahead. */
  private static void ahead(Duration by, String name) throws InterruptedException {
    try (Agent agent =
        Agent.builder().name(name).clock(() -> Instant.now().plus(by), System::nanoTime).start()) {
      System.out.println("is at TCP port " + agent.port());
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /** So many datagrams a second in nobody's protocol. */
  private static void flood(String to, int perSecond) throws IOException, InterruptedException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setBroadcast(true);
      System.out.println("is there");
      byte[] nonsense = new byte[40];
      while (true) {
        for (int i = 0; i < perSecond / 50; i++) {
          socket.send(packet(nonsense, to));
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private static DatagramPacket packet(byte[] bytes, String to) throws IOException {
    return new DatagramPacket(bytes, bytes.length, InetAddress.getByName(to), PORT);
  }

  private static List<NodeId> ids(int count) {
    List<NodeId> ids = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      ids.add(NodeId.random(random));
    }
    return ids;
  }

  /** Beacons of these ids, each as often as an agent's. */
  private static void speak(String to, List<NodeId> ids) throws IOException, InterruptedException {
    long started = System.currentTimeMillis();
    BeaconCodec codec = new BeaconCodec();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setBroadcast(true);
      System.out.println("is there");
      for (long sequence = 0; ; sequence++) {
        for (NodeId id : ids) {
          Beacon beacon =
              Beacon.of(id)
                  .incarnation(started)
                  .sequence(sequence)
                  .nextMs(500)
                  .udpPort(socket.getLocalPort())
                  .tcpPort(7_777)
                  .build();
          ByteBuffer bytes = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
          codec.encode(beacon, bytes);
          byte[] sent = new byte[bytes.position()];
          bytes.flip().get(sent);
          socket.send(packet(sent, to));
        }
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
  }

  /** A zbeacon of ZRE: it shares the port, and is heard there. */
  private static void zre(String to) throws IOException, InterruptedException {
    try (MulticastSocket socket = new MulticastSocket(null)) {
      socket.setReuseAddress(true);
      socket.setOption(java.net.StandardSocketOptions.SO_REUSEPORT, true);
      socket.bind(new InetSocketAddress(PORT));
      socket.setBroadcast(true);
      System.out.println("is there");
      byte[] beacon = ByteBuffer.allocate(22).putInt(0x5A_52_45_01).array();
      while (true) {
        socket.send(packet(beacon, to));
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }
}
