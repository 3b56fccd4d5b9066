package pharos.daemon.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is said of a ring in words, the same wherever it is drawn. */
public final class RingWords {
  private RingWords() {}

  /** What it is. */
  public static String headline(Ring ring) {
    int nodes = ring.nodes().size() + ring.moreNodes();
    return "The ring of "
        + nodes
        + (nodes == 1 ? " node" : " nodes")
        + ", as "
        + ring.seenBy()
        + " knows it";
  }

  /** What is known of the records. */
  public static String records(Ring ring) {
    if (ring.records().isEmpty()) {
      return ring.note().isEmpty() ? Ring.NO_RECORDS : ring.note();
    }
    Ring.Holding it = ring.records().get();
    int keys = ring.keys().size();
    return it.engine()
        + ": "
        + keys
        + (keys == 1 ? " record" : " records")
        + ", "
        + it.copies()
        + (it.copies() == 1 ? " copy" : " copies")
        + ", a majority of "
        + it.majorityOf()
        + "; "
        + (it.isWhole() ? "all copies are there" : "copies are being made")
        + (it.isComplete() ? "" : "; not all nodes answered");
  }

  /** How it is, in a few words. */
  public static String state(Ring.Node node) {
    List<String> words = new ArrayList<>();
    if (node.isHere()) {
      words.add("asked");
    }
    if (!node.seen().isEmpty() && !node.seen().equals("ALIVE")) {
      words.add(node.seen().equals("SUSPECT") ? "does not answer" : lower(node.seen()));
    }
    if (node.isHolder()) {
      words.add(lower(node.holds()));
      words.add(node.records() + (node.records() == 1 ? " record" : " records"));
      words.add(
          !node.isDurable() ? "in memory" : node.isForced() ? "on disk" : "on disk, not forced");
    }
    return String.join(", ", words);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
