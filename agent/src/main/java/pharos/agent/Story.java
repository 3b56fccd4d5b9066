package pharos.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;
import pharos.agent.io.LoopSettings;
import pharos.beacon.Addresses;
import pharos.beacon.Link;
import pharos.beacon.NodeId;

/** What the log tells people: a line for each arrival and departure. For the loop's thread. */
final class Story {
  /** So long a host that is gone may go unnoticed, in beacons that it did not send. */
  private static final int LOST_INTERVALS = 6;

  /** Who is alone for so long is told once; then after a minute, ten, and every hour. */
  private static final int ALONE_INTERVALS = 3;

  private static final int RARELY = 10;
  private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
  private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

  private final Logger story;
  private @Nullable LoopSettings settings;
  private long beganNs;
  private int toldAlone;
  private boolean hasCompany;

  /** What was said that each peer offers. */
  private final Map<NodeId, String> told = new HashMap<>();

  /** One that is told, or is not. */
  Story(boolean isTold) {
    story = isTold ? LoggerFactory.getLogger("pharos.story") : NOPLogger.NOP_LOGGER;
  }

  /** The first lines are what this agent promises. */
  void begin(LoopSettings settings, int port, List<Link> links, long nowNs) {
    this.settings = settings;
    beganNs = nowNs;
    story.info(
        "{}{} is {} at TCP port {}{}",
        settings.name(),
        settings.service().isEmpty() ? "" : " (" + settings.service() + ")",
        settings.id().toShortString(),
        port,
        settings.core().observer() ? ", listening only" : "");
    if (!settings.hasPresence()) {
      story.info("sends no beacons: it meets others by its seeds alone");
      return;
    }
    long lostMs = lostWithin(settings).toMillis();
    story.info(
        "hears UDP port {} on {}{}; a crash is known within milliseconds, a lost host within {}",
        settings.beaconPort(),
        told(links),
        settings.cluster() == 0 ? "" : ", one cluster of several",
        lostMs % 1_000 == 0 ? lostMs / 1_000 + " s" : lostMs + " ms");
  }

  static Duration lostWithin(LoopSettings settings) {
    return Duration.ofNanos(LOST_INTERVALS * settings.core().intervalNs());
  }

  /** Interfaces as people know them, each with all its addresses. */
  private static String told(List<Link> links) {
    Map<String, String> byNic = new LinkedHashMap<>();
    for (Link link : links) {
      byNic.merge(link.nic(), Addresses.text(link.address()), (one, more) -> one + ", " + more);
    }
    return byNic.isEmpty()
        ? "no interface, since there is none that can broadcast"
        : byNic.entrySet().stream()
            .map(nic -> nic.getKey() + " (" + nic.getValue() + ")")
            .collect(Collectors.joining(", "));
  }

  /** From time to time: whoever is alone wants to know what this agent listens to. */
  void onTurn(boolean isAlone, List<Link> links, long nowNs) {
    LoopSettings begun = settings;
    hasCompany |= !isAlone;
    if (begun == null || hasCompany || !begun.hasPresence()) {
      return;
    }
    long gapNs = ALONE_INTERVALS * begun.core().intervalNs();
    for (int i = 0; i < toldAlone; i++) {
      gapNs = Math.min(RARELY * Math.max(gapNs, MINUTE_NS / RARELY), HOUR_NS);
    }
    if (nowNs - beganNs >= gapNs) {
      toldAlone = Math.min(toldAlone + 1, RARELY);
      beganNs = nowNs;
      story.info(
          "nobody heard yet at UDP port {}; the interfaces are {}",
          begun.beaconPort(),
          told(links));
    }
  }

  void tell(PeerEvent event) {
    Peer peer = event.peer();
    switch (event.kind()) {
      case ARRIVED, UPDATED -> {
        String offered = offered(peer);
        if (!offered.equals(told.put(peer.id(), offered))) {
          story.info("{} offers {}", peer.name(), offered);
        }
      }
      case SUSPECT -> story.info("{} does not answer", peer.name());
      case RECOVERED -> story.info("{} answers again", peer.name());
      case GONE -> {
        told.remove(peer.id());
        String detail = event.detail().map(it -> ": " + it).orElse("");
        story.info("{} {}{}", peer.name(), departed(event), detail);
      }
    }
  }

  private static String offered(Peer peer) {
    return peer.capabilities().isEmpty()
        ? "nothing"
        : peer.capabilities().stream().map(Capability::toString).collect(Collectors.joining(", "));
  }

  private static String departed(PeerEvent event) {
    return switch (event.reason().orElse(GoneReason.SILENT)) {
      case LEFT -> "left";
      case CRASHED -> "crashed";
      case SILENT -> "fell silent";
      case REPLACED -> "was replaced";
      case OUT_OF_SIGHT -> "is out of sight";
    };
  }
}
