package pharos.records.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.records.store.Index.Known;
import pharos.records.store.SegmentScan.Piece;

/**
 * Moves what is still needed out of one segment after the other, a bit at a time, and deletes them.
 * Copies have the sequence of the entry they are of: which of the two is read does not matter, so a
 * crash between any two steps does no harm. What is copied is forced before the segment goes, and
 * one segment is gone for good before the next one is begun: no entry comes back because the
 * removal that was written after it went first.
 *
 * <p>It begins when more than a third of all bytes is dead, and takes the segment with the most.
 * The removals that must be kept are at most as many as the dead entries they are of, so the whole
 * log stays below three times what is kept, and some segments.
 */
final class Compaction {
  private static final int PART = 3;

  private final Log log;
  private final Index index;
  private final Damages damages;
  private final long slackBytes;

  private @Nullable Segment victim;

  /** Before this octet of the victim nothing is needed. */
  private long at;

  Compaction(Log log, Index index, Damages damages, long slackBytes) {
    this.log = log;
    this.index = index;
    this.damages = damages;
    this.slackBytes = slackBytes;
  }

  /** Goes on for about so many bytes of the victim; for all of it when it is damaged. */
  void step(long bytes) throws IOException {
    Segment from = victim == null ? choose() : victim;
    if (from == null) {
      return;
    }
    if (from != victim) {
      victim = from;
      at = Segment.HEADER_BYTES;
      log.leave(from); // a damaged one may be the one written to
    }
    do {
      move(from, at + bytes);
    } while (from.isDamaged() && at < from.end());
    if (at >= from.end()) {
      log.drop(from);
      victim = null;
    }
  }

  private @Nullable Segment choose() {
    Segment best = null;
    long dead = 0;
    long all = 0;
    for (Segment segment : log.segments()) {
      if (segment.isDamaged()) {
        return segment;
      }
      dead += segment.deadBytes();
      all += segment.end();
      if (!log.isActive(segment)
          && segment.deadBytes() * PART > segment.end()
          && (best == null || isWorse(segment, best))) {
        best = segment;
      }
    }
    return dead > slackBytes && dead * PART > all ? best : null;
  }

  private static boolean isWorse(Segment segment, Segment best) {
    return (double) segment.deadBytes() / segment.end() > (double) best.deadBytes() / best.end();
  }

  private void move(Segment from, long until) throws IOException {
    var scan = new SegmentScan(from, at);
    List<Item> copies = new ArrayList<>();
    Map<String, Integer> gone = new HashMap<>();
    while (scan.at() < until) {
      Piece piece = scan.next();
      if (piece == null) {
        break;
      }
      Item copy = piece.holds() ? copy(piece, from, gone) : damaged(piece, from, gone);
      if (copy != null) {
        copies.add(copy);
      }
    }
    if (!copies.isEmpty()) {
      List<Log.Written> written = log.append(copies, true);
      for (int i = 0; i < copies.size(); i++) {
        Log.Written place = written.get(i);
        index.add(copies.get(i).key(), place.segment(), place.at(), place.frame(), null);
      }
    }
    gone.forEach(index::entriesGone);
    at = scan.at();
  }

  /** What has to be written elsewhere of an entry; null when it is not needed. */
  private @Nullable Item copy(Piece piece, Segment from, Map<String, Integer> gone)
      throws IOException {
    Frame frame = piece.frame();
    if (frame == null || frame.kind() == Frame.Kind.SEAL) {
      return null;
    }
    if (frame.kind().isThere()) {
      gone.merge(piece.key(), 1, Integer::sum);
    }
    Known known = index.get(piece.key());
    if (known == null || !known.isAt(from, piece.at())) {
      return null;
    }
    if (frame.kind() == Frame.Kind.REMOVED
        && known.entries() - gone.getOrDefault(piece.key(), 0) <= 0) {
      return null; // there is nothing left that could come back
    }
    ByteBuffer value = ByteBuffer.allocate(frame.valueBytes());
    from.file().read(value, known.valueAt());
    return new Item(frame.kind(), piece.key(), frame.sequence(), piece.head(), value.array());
  }

  /** Of an entry with a damaged value key and head are kept. */
  private @Nullable Item damaged(Piece piece, Segment from, Map<String, Integer> gone) {
    from.setDamaged();
    damages.add(piece, from);
    Frame frame = piece.frame();
    if (frame == null) {
      return null;
    }
    gone.merge(piece.key(), 1, Integer::sum);
    Known known = index.get(piece.key());
    return known != null && known.isAt(from, piece.at())
        ? new Item(Frame.Kind.LOST, piece.key(), frame.sequence(), piece.head(), new byte[0])
        : null;
  }
}
