package pharos.bench.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.agent.testing.TestPeers;
import pharos.daemon.api.AgentTable;
import pharos.daemon.api.Gate;
import pharos.daemon.http.HttpServer;

/**
 * A process with the HTTP of an agent that knows many peers: {@code NAME COUNT}. It says {@code
 * ready PORT}; a line {@code change N MS} has N of them change what they offer, one every so many
 * milliseconds, and each tells when by the clock that all processes of a host share.
 */
public final class Crowd {
  private static final int READERS = 1_000;

  private Crowd() {}

  /** Ends with its standard input. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int count = Integer.parseInt(args[1]);
    TestPeers peers =
        new TestPeers(
            TestPeers.peer("self").build(),
            Executors.newSingleThreadExecutor(
                task -> {
                  Thread thread = new Thread(task, "call backs");
                  thread.setDaemon(true);
                  return thread;
                }));
    for (int i = 0; i < count; i++) {
      peers.put(peer(i, 0));
    }
    Gate gate = Gate.of(AgentTable.of(peers, READERS), List.of(), Optional.empty());
    try (HttpServer server =
        HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      server.serve(gate, gate);
      say("ready", "" + server.port());
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] command = line.split(" ", -1);
        change(peers, count, Integer.parseInt(command[1]), Long.parseLong(command[2]));
        say("changed", command[1]);
      }
    }
  }

  private static void change(TestPeers peers, int count, int changes, long everyMs)
      throws InterruptedException {
    for (int i = 0; i < changes; i++) {
      peers.put(peer(i % count, System.nanoTime()));
      Thread.sleep(everyMs);
    }
  }

  /** One as they are in a network of many hosts: two addresses, two offers. */
  private static Peer peer(int number, long stamp) {
    Instant now = Instant.now();
    return TestPeers.peer("worker-" + number)
        .service("Worker")
        .incarnation(1)
        .port(40_000 + number % 20_000)
        .state(PeerState.ALIVE)
        .times(now.minus(Duration.ofHours(1)), now)
        .addresses(address(10, number), address(192, number))
        .offer("Work", 7_001, "zmq", Map.of("stamp", "" + stamp))
        .offer("Page", 8_080, "http", Map.of())
        .build();
  }

  private static InetAddress address(int net, int number) {
    try {
      return InetAddress.getByAddress(
          new byte[] {(byte) net, 1, (byte) (number >> Byte.SIZE), (byte) number});
    } catch (IOException e) {
      throw new AssertionError("four octets are an address", e);
    }
  }

  private static void say(String what, String detail) {
    long micros = System.currentTimeMillis() * 1_000;
    System.out.println(micros + " " + what + " " + detail);
  }
}
