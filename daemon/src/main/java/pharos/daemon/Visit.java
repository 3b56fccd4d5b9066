package pharos.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.beacon.NodeId;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How a command looks past its network: by an agent that is there for the moment. It is an
 * observer, which asks the gateways it hears and is seen by nobody. With seeds it is a node of the
 * overlay, without presence: the agents of this network would take it for a gateway of theirs.
 */
final class Visit {
  /** So long it takes at most until those of this network are heard. */
  private static final long SETTLE_MS = 1_500;

  private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);

  private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LAST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long to wait for an answer at most. Default: 5s.")
  private Duration wait = Duration.ofSeconds(5);

  @Mixin private OverlayOptions overlay = new OverlayOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  /** Whether this daemon knows what is sought: not when the way to it is given. */
  boolean isOf(Daemon daemon) {
    return !overlay.hasSeeds() && network.isOf(daemon);
  }

  /** An agent for as long as the command needs it. */
  Agent join() {
    Logs.quiet();
    // Nobody shall find this one by its name, nor look for it after it is gone.
    byte[] random = new byte[8];
    new Random().nextBytes(random);
    AgentBuilder builder = Agent.builder().name("pharos-" + HexFormat.of().formatHex(random));
    network.applyTo(builder);
    overlay.applyTo(builder, overlay.hasSeeds() ? "" : "--seed");
    if (overlay.hasSeeds()) {
      builder.presence(false);
    } else {
      builder.observer(true);
    }
    try {
      return builder.start();
    } catch (IllegalArgumentException e) {
      throw new Misuse(String.valueOf(e.getMessage()), e);
    }
  }

  /** Calls until the answer is certain or the time is up; the last answer counts then. */
  Finding ask(Agent agent, Function<Agent, CompletableFuture<Finding>> call) {
    long beganNs = System.nanoTime();
    long pauseNs = FIRST_PAUSE_NS;
    @Nullable Finding last = null;
    while (true) {
      long leftNs = wait.toNanos() - (System.nanoTime() - beganNs);
      Finding finding = end(call.apply(agent), leftNs);
      if (finding == null) {
        if (last != null) {
          return last;
        }
        throw new Failure("no answer came within " + wait.toMillis() + " ms");
      }
      long agoNs = System.nanoTime() - beganNs;
      leftNs = wait.toNanos() - agoNs;
      boolean isSettled = agoNs >= SETTLE_NS;
      boolean isEnd = isCertain(finding, isSettled) && (isSettled || !isEarly(agent, finding));
      if (isEnd || leftNs <= 0) {
        return finding;
      }
      last = finding;
      sleep(Math.min(pauseNs, leftNs));
      pauseNs = Math.min(2 * pauseNs, LAST_PAUSE_NS);
    }
  }

  /** Nothing when the time is up before. */
  private static @Nullable Finding end(CompletableFuture<Finding> call, long leftNs) {
    try {
      return call.get(leftNs, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new Failure(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  static void sleep(long ns) {
    try {
      TimeUnit.NANOSECONDS.sleep(ns);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  /**
   * A seed may answer yet, and another gateway may know. A gateway of this network would have been
   * heard by now, once those here had the time to answer.
   */
  private static boolean isCertain(Finding finding, boolean isSettled) {
    return switch (finding.status()) {
      case NO_GATEWAY -> isSettled;
      case NO_NETWORK, TIMED_OUT -> false;
      default -> true;
    };
  }

  /** Only this network was heard of, and not for long; or a gateway told of more of it. */
  private static boolean isEarly(Agent agent, Finding finding) {
    Set<NodeId> heard = agent.peers().stream().map(Peer::id).collect(Collectors.toSet());
    Set<String> names = agent.peers().stream().map(Peer::name).collect(Collectors.toSet());
    boolean isOursAlone =
        finding.isFound()
            && finding.contact().isEmpty()
            && finding.peers().stream().allMatch(it -> it.site().isEmpty());
    return isOursAlone
        || finding.peers().stream()
            .anyMatch(it -> names.contains(it.site()) && !heard.contains(it.id()));
  }

  /** Whom it found, without this visitor. */
  static List<Peer> peers(Agent agent, Finding finding) {
    List<Peer> others = new ArrayList<>(finding.peers());
    others.removeIf(it -> it.id().equals(agent.self().id()));
    return others;
  }

  /** Why there is nothing, in one line. */
  Failure nothing(String sought, Finding finding) {
    String within = within(wait.toMillis());
    return new Failure(
        switch (finding.status()) {
          case NO_GATEWAY ->
              sought + " is not on this network, and no gateway to others was heard" + noGateway();
          case NO_NETWORK ->
              overlay.hasSeeds()
                  ? "nobody answered at " + overlay + within
                  : sought + " is not on this network, and its gateway reached no other" + within;
          case TIMED_OUT -> "whether there is " + sought + " was not certain" + within;
          case REFUSED ->
              "a gateway refused to look for "
                  + sought
                  + ": it has too much to do, or the id begins with 'pharos:', which is reserved";
          default -> "nobody knows " + sought;
        });
  }

  /** Why it could not be announced, in one line. */
  Failure notRegistered(String id, Finding finding) {
    String within = within(wait.toMillis());
    return new Failure(
        switch (finding.status()) {
          case NO_GATEWAY -> "no gateway was heard" + noGateway();
          case NO_NETWORK -> "nobody answered at " + overlay + within;
          case REFUSED ->
              id
                  + " was refused: a later version is known, too much is held already, or it begins"
                  + " with 'pharos:', which is reserved";
          default -> id + " could not be announced" + within;
        });
  }

  private String noGateway() {
    return within(Math.min(wait.toMillis(), SETTLE_MS))
        + ": start one with 'pharos agent --gateway', or name one by --seed";
  }

  private static String within(long ms) {
    return " within " + ms + " ms";
  }
}
