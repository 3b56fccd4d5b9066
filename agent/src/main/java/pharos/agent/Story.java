package pharos.agent;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.io.LoopSettings;
import pharos.beacon.NodeId;

/** What the log tells people: a line for each arrival and departure. For the loop's thread. */
final class Story {
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  /** What was said that each peer offers. */
  private final Map<NodeId, String> told = new HashMap<>();

  void begin(LoopSettings settings, int port) {
    story.info(
        "{}{} is {} at TCP port {}{}",
        settings.name(),
        settings.service().isEmpty() ? "" : " (" + settings.service() + ")",
        settings.id().toShortString(),
        port,
        settings.core().observer() ? ", listening only" : "");
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
        story.info("{} {}", peer.name(), departed(event));
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
