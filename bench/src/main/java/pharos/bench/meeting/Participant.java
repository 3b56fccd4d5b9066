package pharos.bench.meeting;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.PeerEvent;

/**
 * One process with at most one agent, told by lines what to do ({@code start}, {@code close},
 * {@code time}, {@code cost}), and telling in lines what its agent sees, each with the time in
 * microseconds. Ends with its input.
 */
public final class Participant {
  private final AgentBuilder builder;
  private @Nullable Agent agent;

  private Participant(AgentBuilder builder) {
    this.builder = builder;
  }

  /** Arguments: the agent's name, the beacon port, and {@code loopback} or {@code lan}. */
  public static void main(String[] args) throws IOException {
    AgentBuilder builder =
        Agent.builder()
            .name(args[0])
            .service("Bench")
            .offer("Bench.Work", 7001)
            .beaconPort(Integer.parseInt(args[1]))
            .loopback(args[2].equals("loopback"));
    new Participant(builder).run();
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
      case "time" -> tell("time", "" + cpuMs());
      case "cost" -> tell("cost", cost(running));
      default -> tell("unknown", command);
    }
  }

  private static long cpuMs() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
  }

  /** Threads of ours and JeroMQ's, heap after a collection, resident memory, beacons so far. */
  private static String cost(@Nullable Agent agent) throws IOException {
    long beacons = agent == null ? 0 : agent.counts().getOrDefault("BEACONS", 0L);
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
