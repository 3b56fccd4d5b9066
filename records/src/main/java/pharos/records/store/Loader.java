package pharos.records.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pharos.records.store.SegmentScan.Piece;

/** Reads all segments once, from the oldest on, each octet of them. */
final class Loader {
  private final Disk disk;
  private final Log log;
  private final Index index;
  private final Damages damages;
  private long lastSequence;
  private boolean isUnfinished;
  private boolean wasClosed = true;

  Loader(Disk disk, Log log, Index index, Damages damages) {
    this.disk = disk;
    this.log = log;
    this.index = index;
    this.damages = damages;
  }

  boolean wasClosed() {
    return wasClosed;
  }

  /** Fills the index, and tells the greatest sequence that was used. */
  long load() throws IOException {
    var names = new TreeMap<Integer, String>();
    for (String name : disk.names()) {
      OptionalInt number = Segment.number(name);
      if (number.isEmpty()) {
        damages.add(name + " is none of the files of records; it is left alone");
        continue;
      }
      if (name.endsWith(Segment.DAMAGED)) {
        log.sawNumber(number.getAsInt());
      } else {
        names.put(number.getAsInt(), name);
      }
    }
    leaveOutUnfinished(names);
    for (var entry : names.entrySet()) {
      load(entry.getKey(), entry.getValue(), entry.getKey().equals(names.lastKey()));
    }
    index.forgetAllGone();
    return lastSequence;
  }

  /**
   * A last file with nothing in it was just made, or given up and the crash brought it back. The
   * one before it is the last, and the next that is made takes its place.
   */
  private void leaveOutUnfinished(NavigableMap<Integer, String> names) throws IOException {
    while (!names.isEmpty()) {
      var last = names.lastEntry();
      try (Disk.File file = disk.open(last.getValue())) {
        if (file.size() > Segment.HEADER_BYTES) {
          return;
        }
        Segment.salt(file, disk + ": " + last.getValue()); // throws when the format is a later one
      }
      names.remove(last.getKey());
      isUnfinished = true;
      wasClosed = false;
      log.sawNumber(last.getKey() - 1);
      damages.add(last.getValue() + " has nothing in it");
    }
  }

  private void load(int number, String name, boolean isLast) throws IOException {
    Disk.File file = disk.open(name);
    Segment segment = null;
    try {
      OptionalLong salt = Segment.salt(file, disk + ": " + name);
      if (salt.isPresent()) {
        segment = new Segment(number, file, salt.getAsLong(), file.size());
        log.sawNumber(number);
        log.segments().add(segment);
        read(segment, isLast);
      } else {
        log.sawNumber(number);
        damages.addMissing(
            name + " has no beginning that holds, and is not read; it is left alone");
      }
    } finally {
      if (segment == null) {
        file.close();
      }
    }
  }

  private void read(Segment segment, boolean isLast) throws IOException {
    var scan = new SegmentScan(segment, Segment.HEADER_BYTES);
    List<Piece> bad = new ArrayList<>(); // what does not hold, and what was written with it
    long goodEnd = Segment.HEADER_BYTES;
    for (Piece piece = scan.next(); piece != null; piece = scan.next()) {
      if (piece.holds() && (bad.isEmpty() || beginsBatch(piece))) {
        bad.forEach(it -> take(it, segment));
        bad.clear();
        good(piece, segment);
        goodEnd = piece.end();
      } else {
        bad.add(piece);
      }
    }
    if (isLast) {
      endsIn(segment, goodEnd, bad);
    } else {
      bad.forEach(it -> take(it, segment));
      boolean isCut = bad.isEmpty() || bad.get(bad.size() - 1).frame() != null;
      if (isCut && !segment.isSealed()) {
        segment.setDamaged();
        damages.addMissing(segment.name() + " is cut off at octet " + segment.end());
      }
    }
  }

  private static boolean beginsBatch(Piece piece) {
    Frame frame = piece.frame();
    return frame != null && frame.isFirst();
  }

  private void take(Piece piece, Segment segment) {
    if (piece.holds()) {
      good(piece, segment);
    } else {
      damaged(piece, segment);
    }
  }

  /**
   * What a crash left half written is not damage: nobody was told that it is there. Of a batch any
   * part may be on the disk, so this goes for all that comes after its first hole.
   */
  private void endsIn(Segment segment, long goodEnd, List<Piece> bad) {
    wasClosed = segment.isSealed() && bad.isEmpty() && !isUnfinished;
    if (!bad.isEmpty()) {
      damages.add(cutOff(segment, goodEnd, bad.get(0)));
    }
    segment.endAt(goodEnd);
    if (!segment.isDamaged()) {
      log.goOnWith(segment);
    }
  }

  private static String cutOff(Segment segment, long goodEnd, Piece first) {
    return segment.name()
        + ": the last "
        + (segment.end() - goodEnd)
        + " octets, from "
        + goodEnd
        + " on, are not whole and do not count"
        + (first.key().isEmpty() ? "" : "; they begin with " + Damages.shown(first.key()));
  }

  private void good(Piece piece, Segment segment) {
    Frame frame = piece.frame();
    segment.setSealed(isSeal(frame));
    if (frame == null || isSeal(frame)) {
      segment.addDead(piece.end() - piece.at());
      return;
    }
    if (frame.kind() == Frame.Kind.LOST) {
      damages.add("the value of " + Damages.shown(piece.key()) + " was found damaged earlier");
    }
    add(piece, frame, segment);
  }

  private static boolean isSeal(@Nullable Frame frame) {
    return frame != null && frame.kind() == Frame.Kind.SEAL;
  }

  private void damaged(Piece piece, Segment segment) {
    segment.setDamaged();
    segment.setSealed(false);
    damages.add(piece, segment);
    Frame frame = piece.frame();
    if (frame == null) {
      segment.addDead(piece.end() - piece.at());
    } else {
      add(piece, frame, segment);
    }
  }

  private void add(Piece piece, Frame frame, Segment segment) {
    lastSequence = Math.max(lastSequence, frame.sequence());
    index.add(piece.key(), segment, piece.at(), frame, piece.head());
  }
}
