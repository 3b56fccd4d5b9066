package pharos.records.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The segments, and appending to the last of them. When a write fails, what there is of it is cut
 * off before anything else is written.
 */
final class Log {
  private final Disk disk;
  private final long segmentBytes;
  private final LongSupplier salts;
  private final List<Segment> segments = new ArrayList<>();
  private int lastNumber;

  /** Entries go here; null while there is none that takes any. */
  private @Nullable Segment active;

  /** Whether there may be something behind the end of the active segment. */
  private boolean isUntidy;

  /** Where an entry was written. */
  record Written(Segment segment, long at, Frame frame) {}

  Log(Disk disk, long segmentBytes, LongSupplier salts) {
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.salts = salts;
  }

  List<Segment> segments() {
    return segments;
  }

  /** This number is taken. */
  void sawNumber(int number) {
    lastNumber = Math.max(lastNumber, number);
  }

  /**
   * Goes on with a segment that was there. What is behind its end is cut off with the next write.
   */
  void goOnWith(Segment segment) {
    active = segment;
    isUntidy = true;
  }

  boolean isActive(Segment segment) {
    return segment == active;
  }

  /** No more is written to this one. */
  void leave(Segment segment) throws IOException {
    if (segment == active) {
      seal(segment);
      active = null;
    }
  }

  /** Appends these, and tells where. When it throws none of them counts. */
  List<Written> append(List<Item> items, boolean isForced) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    long bytes = 0;
    for (Item item : items) {
      keys.add(item.key().getBytes(StandardCharsets.UTF_8));
      bytes += item.length(keys.get(keys.size() - 1));
    }
    Segment to = segmentFor(bytes);
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes));
    List<Written> written = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      long at = to.end() + out.position();
      written.add(
          new Written(to, at, Frame.put(out, to.salt(), items.get(i), keys.get(i), i == 0)));
    }
    put(to, out.flip(), isForced);
    to.setSealed(false);
    return written;
  }

  private void put(Segment to, ByteBuffer out, boolean isForced) throws IOException {
    int bytes = out.remaining();
    tidy(to);
    isUntidy = true;
    try {
      to.file().write(out, to.end());
      if (isForced) {
        to.file().force();
      }
    } catch (IOException e) {
      cutOff(to);
      throw e;
    }
    isUntidy = false;
    to.endAt(to.end() + bytes);
  }

  private void tidy(Segment to) throws IOException {
    if (isUntidy) {
      to.file().truncate(to.end());
      to.file().force();
      isUntidy = false;
    }
  }

  /** At once, since on a full disk even that room counts; when it fails, with the next write. */
  private void cutOff(Segment to) {
    try {
      to.file().truncate(to.end());
    } catch (IOException e) {
      isUntidy = true; // as it is
    }
  }

  private Segment segmentFor(long bytes) throws IOException {
    Segment current = active;
    if (current != null
        && (current.end() == Segment.HEADER_BYTES || current.end() + bytes <= segmentBytes)) {
      return current;
    }
    if (current != null) {
      seal(current);
    }
    Segment next = create();
    segments.add(next);
    active = next;
    isUntidy = false;
    return next;
  }

  /** Says in the active segment that nothing is missing, and makes sure of it. */
  void seal() throws IOException {
    if (active != null) {
      seal(active);
    }
  }

  private void seal(Segment segment) throws IOException {
    if (segment.isSealed()) {
      tidy(segment); // a write that failed may have come after the seal
      return;
    }
    Item seal = Item.seal();
    ByteBuffer out = ByteBuffer.allocate(Frame.BYTES);
    Frame.put(out, segment.salt(), seal, new byte[0], true);
    put(segment, out.flip(), true);
    segment.addDead(Frame.BYTES);
    segment.setSealed(true);
  }

  private Segment create() throws IOException {
    int number = lastNumber + 1;
    String name = Segment.name(number);
    long salt = salts.getAsLong();
    disk.delete(name); // what there may be is left from a creation that failed
    Disk.File file = disk.create(name);
    try {
      file.write(Segment.header(salt, Segment.FORMAT), 0);
      file.force();
      disk.force();
    } catch (IOException e) {
      giveUp(name, file);
      throw e;
    }
    lastNumber = number;
    return new Segment(number, file, salt, Segment.HEADER_BYTES);
  }

  private void giveUp(String name, Disk.File file) throws IOException {
    try (file) {
      file.truncate(0);
    } finally {
      disk.delete(name);
    }
  }

  /** Deletes a segment of which nothing is needed; sets it aside when it is damaged. */
  void drop(Segment segment) throws IOException {
    if (active != null) {
      active.file().force(); // newer entries of the same keys must not be lost after the older
    }
    segment.file().close();
    if (segment.isDamaged()) {
      disk.rename(segment.name(), segment.name() + Segment.DAMAGED);
    } else {
      disk.delete(segment.name());
    }
    disk.force();
    segments.remove(segment);
  }

  /** Closes the files. */
  void close() throws IOException {
    IOException failed = null;
    for (Segment segment : segments) {
      try {
        segment.file().close();
      } catch (IOException e) {
        failed = e;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
