package pharos.bench.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.kademlia.ContactId;

/**
 * One process with one agent, told by lines what to ask, and telling in lines how it ended. Ends
 * with its input.
 *
 * <ul>
 *   <li>{@code find COUNT TEXT}, {@code id COUNT BASE64}, {@code browse COUNT SERVICE}: so often,
 *       one after the other; the microseconds of each
 *   <li>{@code until STATUS TEXT}: finds until it ends so
 *   <li>{@code during MILLIS TEXT}: finds for so long, and tells of each
 * </ul>
 */
public final class Asker {
  private static final int PAUSE_MS = 10;

  private final Agent agent;

  private Asker(Agent agent) {
    this.agent = agent;
  }

  /**
   * Arguments: name, beacon port, TCP port, {@code loopback} or {@code lan}, and {@code agent},
   * {@code gateway} or a seed.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    AgentBuilder builder =
        Agent.builder()
            .name(args[0])
            .service("Bench")
            .offer(args[0] + ".Work", 7001)
            .beaconPort(Integer.parseInt(args[1]))
            .port(Integer.parseInt(args[2]))
            .loopback(args[3].equals("loopback"));
    switch (args[4]) {
      case "agent" -> {}
      case "gateway" -> builder.gateway(true);
      default -> builder.seeds(args[4]);
    }
    new Asker(builder.start()).run();
  }

  private void run() throws IOException, InterruptedException {
    tell("ready", agent.self().id().toBase64());
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] parts = line.split(" ", 3);
        obey(parts[0], parts[1], parts[2]);
      }
    }
    System.exit(0);
  }

  private void obey(String command, String argument, String about) throws InterruptedException {
    switch (command) {
      case "until" -> {
        while (!find(about).status().name().equals(argument)) {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        tell("until", argument + " " + about);
      }
      case "during" -> {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(argument));
        while (System.nanoTime() - endNs < 0) {
          long beganNs = System.nanoTime();
          Finding.Status status = find(about).status();
          tell("answer", status + " " + (System.nanoTime() - beganNs) / 1_000);
          TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        tell("during", "");
      }
      default -> tell(command, times(command, Integer.parseInt(argument), about));
    }
  }

  private String times(String command, int count, String about) {
    long[] micros = new long[count];
    String names = "";
    for (int i = 0; i < count; i++) {
      long beganNs = System.nanoTime();
      Finding finding =
          switch (command) {
            case "find" -> find(about);
            case "id" -> end(agent.find(ContactId.ofBase64(about)));
            default -> end(agent.browse(about));
          };
      micros[i] = (System.nanoTime() - beganNs) / 1_000;
      names = finding.peers().stream().map(Peer::name).sorted().collect(Collectors.joining(","));
    }
    return names
        + " "
        + Arrays.stream(micros).mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  private Finding find(String text) {
    return end(agent.find(text));
  }

  private static Finding end(CompletableFuture<Finding> call) {
    return call.join();
  }

  private static void tell(String what, String detail) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    System.out.println(micros + " " + what + " " + detail);
    System.out.flush();
  }
}
