package pharos.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import pharos.beacon.NodeId;
import pharos.kademlia.ContactId;

/**
 * A program with an agent, in a JVM of its own, that asks the same questions ten times a second and
 * prints each end, until it is killed.
 */
final class Asker {
  private static final int PERIOD_MS = 100;

  private Asker() {}

  /**
   * Arguments: name, beacon port, TCP port, the seeds or {@code gateway} or {@code agent}, and the
   * questions, such as {@code name=beta}, {@code id=beta} or {@code type=beta.Work}.
   */
  public static void main(String[] args) throws InterruptedException {
    AgentBuilder builder =
        Agent.builder()
            .name(args[0])
            .id(id(args[0]))
            .service("Alpha")
            .offer(args[0] + ".Work", 7001)
            .beaconPort(Integer.parseInt(args[1]))
            .port(Integer.parseInt(args[2]))
            .closeAtExit(true);
    if (args[3].equals("gateway")) {
      builder.gateway(true);
    } else if (!args[3].equals("agent")) {
      builder.seeds(args[3].split(",", -1));
    }
    Agent agent = builder.start();
    agent.onPeers(peers -> System.out.println("peers " + peers.size()));
    List<String> questions = List.copyOf(Arrays.asList(args).subList(4, args.length));
    while (!Thread.currentThread().isInterrupted()) {
      questions.forEach(question -> ask(agent, question));
      TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
    }
  }

  /** Its id is known by its name, so that others can ask for it. */
  static NodeId id(String name) {
    return NodeId.of(
        Arrays.copyOf(("id of " + name).getBytes(StandardCharsets.UTF_8), NodeId.LENGTH));
  }

  private static void ask(Agent agent, String question) {
    long beganNs = System.nanoTime();
    String about = question.substring(question.indexOf('=') + 1);
    CompletableFuture<Finding> answer =
        switch (question.substring(0, question.indexOf('='))) {
          case "name" -> agent.find(about);
          case "id" -> agent.find(ContactId.of(id(about).toBytes()));
          default -> agent.browse(about);
        };
    var unused =
        answer.whenComplete(
            (finding, failure) -> {
              List<String> found = new ArrayList<>();
              if (failure == null) {
                finding.peers().stream().map(Peer::name).sorted().forEach(found::add);
              }
              long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
              System.out.println(
                  "asked "
                      + question
                      + " "
                      + (failure == null ? finding.status() : failure)
                      + " "
                      + found.stream().collect(Collectors.joining(","))
                      + " in "
                      + tookMs
                      + " ms");
            });
  }
}
