package pharos.records.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Goes through a segment entry by entry; behind what is damaged it finds the next one. */
final class SegmentScan {
  private static final int WINDOW_BYTES = 256 * 1024;

  /** What a disk cannot read is taken for zeros, in pieces of this size. */
  private static final int BLOCK_BYTES = 4_096;

  private final Disk.File file;
  private final long salt;
  private final long end;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowAt;
  private long at;

  SegmentScan(Segment segment, long from) {
    this.file = segment.file();
    this.salt = segment.salt();
    this.end = segment.end();
    this.at = from;
    this.windowAt = from;
  }

  /** An entry, or a stretch where there is none. */
  static final class Piece {
    private final long at;
    private final long end;
    private final @Nullable Frame frame;
    private final String key;
    private final byte[] head;
    private final boolean holds;

    private Piece(
        long at, long end, @Nullable Frame frame, String key, byte[] head, boolean holds) {
      this.at = at;
      this.end = end;
      this.frame = frame;
      this.key = key;
      this.head = head;
      this.holds = holds;
    }

    long at() {
      return at;
    }

    long end() {
      return end;
    }

    /** Null where there is no entry. */
    @Nullable Frame frame() {
      return frame;
    }

    /** Where there is no entry what its key may have been; empty when that cannot be told. */
    String key() {
      return key;
    }

    byte[] head() {
      return head;
    }

    /** Whether the entry is as it was written, the value too. */
    boolean holds() {
      return holds;
    }
  }

  /** Where the next piece begins. */
  long at() {
    return at;
  }

  /** The next piece; null at the end. */
  @Nullable Piece next() throws IOException {
    if (at >= end) {
      return null;
    }
    Frame frame = frameAt(at);
    Piece piece = frame == null ? gap() : entry(frame);
    at = piece.end();
    return piece;
  }

  private Piece entry(Frame frame) throws IOException {
    String key = new String(bytes(at + Frame.BYTES, frame.keyBytes()), StandardCharsets.UTF_8);
    byte[] head = bytes(at + Frame.BYTES + frame.keyBytes(), frame.headBytes());
    long entryEnd = at + frame.length();
    boolean holds = entryEnd <= end && valueCrc(frame) == frame.valueCrc();
    return new Piece(at, Math.min(entryEnd, end), frame, key, head, holds);
  }

  private int valueCrc(Frame frame) throws IOException {
    var crc = new CRC32C();
    long next = at + frame.length() - frame.valueBytes();
    for (long left = frame.valueBytes(); left > 0; ) {
      int piece = (int) Math.min(left, WINDOW_BYTES);
      int start = see(next, piece);
      crc.update(window.duplicate().limit(start + piece).position(start));
      next += piece;
      left -= piece;
    }
    return (int) crc.getValue();
  }

  /** From here to the next entry whose beginning holds. */
  private Piece gap() throws IOException {
    String key = likelyKey();
    long next = at + 1;
    while (next + Frame.BYTES <= end) {
      int seen = seenFrom(next);
      int start = see(next, seen);
      int found = markIn(start, start + seen);
      next += found - start;
      if (found + Integer.BYTES > start + seen) {
        continue; // no mark in what was seen
      }
      if (frameAt(next) != null) {
        return new Piece(at, next, null, key, new byte[0], false);
      }
      next++;
    }
    return new Piece(at, end, null, key, new byte[0], false);
  }

  /** What is in the window from there on; a window full when that is nearly nothing. */
  private int seenFrom(long octet) {
    long seen = windowAt + window.limit() - octet;
    boolean isEnough = octet >= windowAt && seen >= Frame.BYTES;
    return (int) Math.min(isEnough ? seen : WINDOW_BYTES, end - octet);
  }

  /** Where the next mark is; less than a mark before the limit when there is none. */
  private int markIn(int from, int limit) {
    int index = from;
    while (index + Integer.BYTES <= limit && window.getInt(index) != Frame.MARK) {
      index++;
    }
    return index;
  }

  /** The beginning of an entry that holds, but for its value; null where there is none. */
  private @Nullable Frame frameAt(long octet) throws IOException {
    if (octet + Frame.BYTES > end) {
      return null;
    }
    Frame frame = Frame.read(window, see(octet, Frame.BYTES));
    if (frame == null) {
      return null;
    }
    int length = Frame.BYTES + frame.keyBytes() + frame.headBytes();
    return octet + length <= end && frame.holds(window, see(octet, length), salt) ? frame : null;
  }

  /** For people, where the beginning is damaged: its key, when that seems to be legible. */
  private String likelyKey() throws IOException {
    if (at + Frame.BYTES > end) {
      return "";
    }
    Frame frame = Frame.read(window, see(at, Frame.BYTES));
    if (frame == null || at + Frame.BYTES + frame.keyBytes() > end) {
      return "";
    }
    String key = new String(bytes(at + Frame.BYTES, frame.keyBytes()), StandardCharsets.UTF_8);
    boolean isLegible = key.chars().noneMatch(it -> Character.isISOControl(it) || it == '\uFFFD');
    return isLegible ? key : "";
  }

  private byte[] bytes(long octet, int length) throws IOException {
    int start = see(octet, length);
    return Arrays.copyOfRange(window.array(), start, start + length);
  }

  /** Has these bytes in the window, and tells where. They are within the segment. */
  private int see(long octet, int length) throws IOException {
    if (octet < windowAt || octet + length > windowAt + window.limit()) {
      window.clear().limit((int) Math.min(WINDOW_BYTES, end - octet));
      windowAt = octet;
      fill();
    }
    return (int) (octet - windowAt);
  }

  private void fill() throws IOException {
    try {
      file.read(window, windowAt);
    } catch (ClosedChannelException e) {
      window.limit(0); // it is we who cannot read, not the disk
      throw e;
    } catch (IOException e) {
      fillFromWhatCanBeRead();
    }
    window.position(0);
  }

  private void fillFromWhatCanBeRead() throws IOException {
    int all = window.limit();
    for (int from = 0; from < all; from += BLOCK_BYTES) {
      int to = Math.min(all, from + BLOCK_BYTES);
      try {
        file.read(window.limit(to).position(from), windowAt + from);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        Arrays.fill(window.array(), from, to, (byte) 0);
      }
    }
    window.limit(all);
  }
}
