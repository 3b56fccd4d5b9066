package pharos.records.store;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of each key where its last entry is, and how many bytes of each segment nobody needs. There are
 * as many as there are keys; whoever writes bounds that.
 *
 * <p>That a key was removed is known as long as some entry of it, which would come back, is in any
 * segment.
 */
final class Index {
  private final Map<String, Known> byKey = new HashMap<>();

  /** A key's last entry. */
  static final class Known {
    private Segment segment;
    private long at;
    private Frame frame;

    /** So many entries in all segments say that something is kept of the key. */
    private int entries;

    /** Null but while it is loaded. */
    private byte @Nullable [] head;

    private Known(Segment segment, long at, Frame frame) {
      this.segment = segment;
      this.at = at;
      this.frame = frame;
    }

    Segment segment() {
      return segment;
    }

    long at() {
      return at;
    }

    Frame frame() {
      return frame;
    }

    int entries() {
      return entries;
    }

    long valueAt() {
      return at + frame.length() - frame.valueBytes();
    }

    boolean isAt(Segment other, long octet) {
      return segment == other && at == octet;
    }

    /** Its head, once. */
    byte[] takeHead() {
      byte[] taken = head == null ? new byte[0] : head;
      head = null;
      return taken;
    }
  }

  @Nullable Known get(String key) {
    return byKey.get(key);
  }

  Collection<Map.Entry<String, Known>> all() {
    return Collections.unmodifiableSet(byKey.entrySet());
  }

  /** An entry that was read or written; of two with one sequence the one told later counts. */
  void add(String key, Segment segment, long at, Frame frame, byte @Nullable [] head) {
    Known known = byKey.get(key);
    if (known == null) {
      known = new Known(segment, at, frame);
      known.head = head;
      byKey.put(key, known);
    } else if (frame.sequence() >= known.frame.sequence()) {
      known.segment.addDead(known.frame.length());
      known.segment = segment;
      known.at = at;
      known.frame = frame;
      known.head = head;
    } else {
      segment.addDead(frame.length());
    }
    if (frame.kind().isThere()) {
      known.entries++;
    }
  }

  /** So many entries of a key will not be read any more. */
  void entriesGone(String key, int gone) {
    Known known = byKey.get(key);
    if (known != null) {
      known.entries -= gone;
      forgetIfGone(key, known);
    }
  }

  /** What was written, or read from all segments, is complete: nothing older comes any more. */
  void forgetGone(Collection<String> keys) {
    for (String key : List.copyOf(keys)) {
      Known known = byKey.get(key);
      if (known != null) {
        forgetIfGone(key, known);
      }
    }
  }

  void forgetAllGone() {
    forgetGone(byKey.keySet());
  }

  private void forgetIfGone(String key, Known known) {
    if (known.entries == 0 && known.frame.kind() == Frame.Kind.REMOVED) {
      known.segment.addDead(known.frame.length());
      byKey.remove(key);
    }
  }
}
