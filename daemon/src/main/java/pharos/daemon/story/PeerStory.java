package pharos.daemon.story;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.GoneReason;
import pharos.agent.Observation;
import pharos.beacon.NodeId;

/**
 * What is known of one node, its first entries and its newest; in between some may be left out.
 * Guarded by the lock of {@link Stories}.
 */
final class PeerStory {
  /** How it was met; what is newer is kept at the cost of what lies in between. */
  static final int FIRST = 8;

  static final int MOST = 64;

  /** Between two signs that all is well hardly more happens; beyond that nothing is folded. */
  private static final int EPISODE = 8;

  final NodeId id;

  /** Whether it begins with the first that was heard of it. */
  final boolean isWhole;

  private final List<Entry> entries = new ArrayList<>(4);
  private String name = "";
  private long incarnation;
  private String state = "UNKNOWN";
  private @Nullable GoneReason reason;
  private Instant since;
  private Instant touched;
  private boolean wasShown;
  private long omitted;

  PeerStory(NodeId id, Observation begin) {
    this.id = id;
    since = begin.at();
    touched = begin.at();
    isWhole = begin instanceof Observation.Moved it && it.from().equals("UNKNOWN");
  }

  boolean isShown() {
    return state.equals("ALIVE") || state.equals("SUSPECT");
  }

  /** Whether the application was ever told of it. */
  boolean wasShown() {
    return wasShown;
  }

  String name() {
    return name;
  }

  Instant touched() {
    return touched;
  }

  int size() {
    return entries.size();
  }

  void add(Observation next) {
    touched = next.at();
    incarnation = Math.max(incarnation, Entry.incarnation(next));
    if (next instanceof Observation.Moved it) {
      move(it);
    } else if (next instanceof Observation.Noticed it && !it.name().isEmpty()) {
      name = it.name();
    }
    if (!fold(next)) {
      entries.add(Entry.of(next));
    }
    if (entries.get(entries.size() - 1).isCalm()) {
      foldEpisode();
    }
    if (entries.size() > MOST) {
      entries.remove(FIRST);
      omitted++;
    }
  }

  private void move(Observation.Moved it) {
    name = it.name().isEmpty() ? name : it.name();
    state = it.to();
    since = it.at();
    wasShown |= isShown();
    if (state.equals("GONE")) {
      reason =
          switch (it.evidence()) {
            case "LEAVING" -> it.detail().isEmpty() ? GoneReason.LEFT : GoneReason.CRASHED;
            case "DISPLACED" -> GoneReason.REPLACED;
            case "SILENCE" -> GoneReason.SILENT;
            default -> GoneReason.CRASHED;
          };
    } else {
      reason = null;
    }
  }

  /** The same again, since the last move or sign that all is well, is one line. */
  private boolean fold(Observation next) {
    int least = Math.max(0, entries.size() - EPISODE);
    for (int i = entries.size() - 1; i >= least; i--) {
      Entry entry = entries.get(i);
      boolean isEnd = entry.isMove() || entry.isCalm();
      if (isEnd && i < entries.size() - 1) {
        return false;
      } else if (entry.isLike(next)) {
        entries.set(i, entry.with(next));
        return true;
      } else if (isEnd) {
        return false;
      }
    }
    return false;
  }

  /** All is well again, and went as it did the time before: it is told once, and how often. */
  private void foldEpisode() {
    int end = entries.size();
    int begin = episodeBefore(end);
    int length = end - begin;
    int former = begin - length;
    if (former < 0 || episodeBefore(begin) > former) {
      return;
    }
    for (int i = 0; i < length; i++) {
      if (!entries.get(former + i).isLike(entries.get(begin + i).first())) {
        return;
      }
    }
    for (int i = 0; i < length; i++) {
      entries.set(former + i, entries.get(former + i).with(entries.get(begin + i)));
    }
    entries.subList(begin, end).clear();
  }

  /** Where the episode begins whose last entry is before that index. */
  private int episodeBefore(int end) {
    int begin = end - 1;
    while (begin > 0 && !entries.get(begin - 1).isMove() && !entries.get(begin - 1).isCalm()) {
      begin--;
    }
    return Math.max(0, begin);
  }

  /** As it is now; for any thread. */
  Told told() {
    return new Told(
        id,
        name,
        incarnation,
        state,
        Optional.ofNullable(reason),
        since,
        isWhole,
        wasShown,
        entries,
        omitted);
  }
}
