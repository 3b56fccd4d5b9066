package pharos.daemon.story;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import pharos.agent.GoneReason;
import pharos.beacon.NodeId;

/**
 * The story of one node, as it was when somebody asked.
 *
 * @param incarnation its latest run
 * @param state where it stands, such as {@code ALIVE} or {@code GONE}
 * @param reason why it is gone, if it is
 * @param since since when it stands there
 * @param isWhole whether the story begins with the first that was heard of it
 * @param wasShown whether it was ever listed
 * @param entries oldest first
 * @param omitted how many were left out behind the first {@link PeerStory#FIRST}
 */
public record Told(
    NodeId id,
    String name,
    long incarnation,
    String state,
    Optional<GoneReason> reason,
    Instant since,
    boolean isWhole,
    boolean wasShown,
    List<Entry> entries,
    long omitted) {
  /** Copies the entries. */
  public Told {
    entries = List.copyOf(entries);
  }

  /** How many entries come before those that were left out. */
  public static int before() {
    return PeerStory.FIRST;
  }
}
