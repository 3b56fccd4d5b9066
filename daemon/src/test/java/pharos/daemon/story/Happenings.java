package pharos.daemon.story;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import pharos.agent.Observation;
import pharos.beacon.NodeId;

/** What an agent notices, for tests; time goes on by as much as they say. */
public final class Happenings {
  public static final NodeId GAMMA = NodeId.ofBase64("gammaAAAAAAAAAAAAAAAAAAAAAA");

  private final Stories stories;
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");

  public Happenings(Stories stories) {
    this.stories = stories;
  }

  Instant now() {
    return now;
  }

  public Happenings after(long ms) {
    now = now.plusMillis(ms);
    return this;
  }

  static InetSocketAddress at(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 5}), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static NodeId id(int number) {
    byte[] bytes = new byte[NodeId.LENGTH];
    java.nio.ByteBuffer.wrap(bytes).putInt(number * 7_919).putInt(number);
    return NodeId.of(bytes);
  }

  Happenings moved(NodeId peer, long run, String from, String by, String to, long tookMs) {
    stories.onObservation(
        new Observation.Moved(
            now,
            peer,
            run,
            "gamma",
            from,
            to,
            by,
            at(41_873),
            Duration.ofMillis(tookMs),
            Duration.ofMillis(tookMs),
            ""));
    return this;
  }

  /** It says goodbye, and how it failed. */
  public Happenings fails(String detail) {
    stories.onObservation(
        new Observation.Moved(
            now,
            GAMMA,
            1,
            "gamma",
            "ALIVE",
            "GONE",
            "LEAVING",
            at(41_873),
            Duration.ofMillis(3),
            Duration.ZERO,
            detail));
    return this;
  }

  public Happenings moved(String from, String by, String to, long tookMs) {
    return moved(GAMMA, 1, from, by, to, tookMs);
  }

  Happenings noticed(NodeId peer, String what, int times, long tookMs, Optional<NodeId> by) {
    stories.onObservation(
        new Observation.Noticed(
            now, peer, 1, "gamma", what, at(41_873), by, times, Duration.ofMillis(tookMs)));
    return this;
  }

  public Happenings noticed(String what, int times, long tookMs) {
    return noticed(GAMMA, what, times, tookMs, Optional.empty());
  }

  public Happenings asked(String purpose, String outcome, long tookMs) {
    stories.onObservation(
        new Observation.Asked(
            now, GAMMA, 1, purpose, outcome, at(41_873), Duration.ofMillis(tookMs)));
    return this;
  }

  public Happenings noted(String kind, String text) {
    stories.onObservation(new Observation.Noted(now, kind, text));
    return this;
  }

  /** It comes, and is watched. */
  public Happenings arrives() {
    moved("UNKNOWN", "HEARD", "ASKING", 0);
    after(7).asked("MEET", "ANSWERED", 3);
    return moved("ASKING", "MET", "ALIVE", 7).noticed("WATCHED", 1, 0);
  }
}
