package pharos.bench.meeting;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Counted;
import pharos.agent.PeerEvent;

/**
 * One process with at most one agent, told by lines what to do ({@code start}, {@code close},
 * {@code listen}, {@code time}, {@code cost}), and telling in lines what its agent sees, each with
 * the time in microseconds. Ends with its input.
 */
public final class Participant {
  private final AgentBuilder builder;
  private final int beaconPort;
  private @Nullable Agent agent;

  private Participant(AgentBuilder builder, int beaconPort) {
    this.builder = builder;
    this.beaconPort = beaconPort;
  }

  /** Arguments: the agent's name, the beacon port, and {@code loopback} or {@code lan}. */
  public static void main(String[] args) throws IOException {
    int beaconPort = Integer.parseInt(args[1]);
    AgentBuilder builder =
        Agent.builder()
            .name(args[0])
            .service("Bench")
            .offer("Bench.Work", 7001)
            .beaconPort(beaconPort)
            .loopback(args[2].equals("loopback"));
    new Participant(builder, beaconPort).run();
  }

  private void run() throws IOException {
    tell("ready", "");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        obey(line);
      }
    }
    System.exit(0);
  }

  private void obey(String command) throws IOException {
    Agent running = agent;
    switch (command) {
      case "start" -> {
        tell("starting", "");
        Agent started = builder.start();
        started.onEvent(Participant::tell);
        agent = started;
      }
      case "close" -> {
        tell("closing", "");
        if (running != null) {
          running.close();
        }
        agent = null;
        tell("closed", "");
      }
      case "listen" -> {
        Thread listener = new Thread(this::listen, "listener");
        listener.setDaemon(true);
        listener.start();
      }
      case "time" -> tell("time", "" + cpuMs());
      case "cost" -> tell("cost", cost(running));
      default -> tell("unknown", command);
    }
  }

  /** Receives what is broadcast, and does nothing with it. */
  private void listen() {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        Selector selector = Selector.open()) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(beaconPort));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer datagram = ByteBuffer.allocateDirect(512);
      while (selector.select() >= 0) {
        selector.selectedKeys().clear();
        while (channel.receive(datagram) != null) {
          datagram.clear();
        }
      }
    } catch (IOException e) {
      tell("failed", String.valueOf(e.getMessage()));
    }
  }

  private static long cpuMs() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
  }

  /** Threads of ours and JeroMQ's, heap after a collection, resident memory, beacons so far. */
  private static String cost(@Nullable Agent agent) throws IOException {
    long beacons =
        agent == null
            ? 0
            : agent.counters().stream()
                .filter(it -> it.name().equals("BEACONS"))
                .mapToLong(Counted::value)
                .sum();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heapKb = (runtime.totalMemory() - runtime.freeMemory()) / 1024;
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(it -> it.startsWith("pharos-") || it.matches("(iothread|reaper|zmq).*"))
            .count();
    return threads + " " + heapKb + " " + residentKb() + " " + beacons;
  }

  private static long residentKb() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    List<String> lines = Files.readAllLines(status);
    return lines.stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  private static void tell(PeerEvent event) {
    tell(event.kind().name(), event.peer().name() + event.reason().map(it -> " " + it).orElse(""));
  }

  private static synchronized void tell(String what, String detail) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    System.out.println(micros + " " + what + " " + detail);
    System.out.flush();
  }
}
