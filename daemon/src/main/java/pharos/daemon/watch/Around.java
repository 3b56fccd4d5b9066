package pharos.daemon.watch;

import java.time.Instant;
import java.util.List;
import pharos.beacon.NodeId;

/**
 * What is shown beside the peers.
 *
 * @param agent who sees them
 * @param trouble why what is shown may be old; empty when it is not
 * @param story the lines of the story that was asked for
 * @param storyOf whose that is
 */
public record Around(
    String agent, String trouble, List<String> story, NodeId storyOf, Instant now) {
  /** Copies the lines. */
  public Around {
    story = List.copyOf(story);
  }
}
