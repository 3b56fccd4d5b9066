package pharos.daemon.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import pharos.agent.Peer;
import pharos.beacon.NodeId;

/** Who is there, and who was until lately. For one thread. */
public final class Board {
  /** So many of those that are gone are shown; the longest gone give way. */
  private static final int MOST_GONE = 100;

  private final Map<NodeId, Row> here = new HashMap<>();
  private final Map<NodeId, Row> gone = new LinkedHashMap<>();

  /** All that are there now, whatever was known before. */
  public void list(List<Peer> peers) {
    here.clear();
    peers.forEach(this::put);
  }

  /** It is there, or it is like this from now on. */
  public void put(Peer peer) {
    here.put(peer.id(), Row.here(peer));
    gone.remove(peer.id());
  }

  /** It is gone; another run of it may be there already. */
  public void gone(Peer peer, String reason, Instant at) {
    Row known = here.get(peer.id());
    if (known != null && known.peer().incarnation() > peer.incarnation()) {
      return;
    }
    here.remove(peer.id());
    gone.remove(peer.id());
    gone.put(peer.id(), Row.gone(peer, reason, at));
    if (gone.size() > MOST_GONE) {
      gone.remove(gone.keySet().iterator().next());
    }
  }

  /** How many are there. */
  int size() {
    return here.size();
  }

  int suspects() {
    return (int) here.values().stream().filter(Row::isDoubtful).count();
  }

  Optional<Row> find(NodeId id) {
    Row row = here.get(id);
    return Optional.ofNullable(row == null ? gone.get(id) : row);
  }

  /** Those that say all words of the filter, in order. */
  List<Row> rows(String filter, Sort sort, boolean isReversed, boolean showsGone) {
    List<String> words =
        List.of(filter.toLowerCase(Locale.ROOT).split("\\s+")).stream()
            .filter(it -> !it.isEmpty())
            .toList();
    List<Row> rows = new ArrayList<>(here.values());
    if (showsGone) {
      rows.addAll(gone.values());
    }
    rows.removeIf(row -> !row.says(words));
    rows.sort(sort.order(isReversed));
    return rows;
  }
}
