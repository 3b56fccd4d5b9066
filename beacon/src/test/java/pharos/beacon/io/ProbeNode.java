package pharos.beacon.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.CountDownLatch;

/** {@code listen PORT}, or {@code probe HOST PORT}: says what it knows until somebody is there. */
final class ProbeNode {
  private ProbeNode() {}

  public static void main(String... arguments) throws IOException, InterruptedException {
    if (arguments[0].equals("listen")) {
      listen(Integer.parseInt(arguments[1]));
    } else {
      probe(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
    }
  }

  private static void listen(int port) throws IOException, InterruptedException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(port));
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }

  private static void probe(InetSocketAddress target) throws IOException {
    Probe.Outcome outcome = Probe.Outcome.UNREACHABLE;
    while (outcome == Probe.Outcome.UNREACHABLE) {
      try (Probe probe = TcpProbe.connect(target);
          Selector selector = Selector.open()) {
        outcome = probe.poll();
        System.out.println(outcome);
        if (outcome == Probe.Outcome.PENDING) {
          probe.channel().register(selector, SelectionKey.OP_CONNECT);
          selector.select();
          outcome = probe.poll();
          System.out.println(outcome);
        }
      }
    }
  }
}
