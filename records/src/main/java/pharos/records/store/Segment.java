package pharos.records.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A file of the log: a header, then entries. The header is there twice, so that one flipped octet
 * does not cost the whole file: "PHAROSRL", format (4), salt (8), CRC-32C of these (4).
 */
final class Segment {
  static final int HEADER_BYTES = 48;
  static final int FORMAT = 1;
  static final String DAMAGED = ".damaged";
  private static final int HALF_BYTES = HEADER_BYTES / 2;
  private static final int SUMMED_BYTES = HALF_BYTES - Integer.BYTES;
  private static final byte[] MAGIC = "PHAROSRL".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern NAME =
      Pattern.compile("records-([0-9]{9})\\.log(" + Pattern.quote(DAMAGED) + ")?");

  private final int number;
  private final Disk.File file;
  private final long salt;

  /** Entries end here; what lies behind it does not count. */
  private long end;

  private long deadBytes;
  private boolean isDamaged;
  private boolean isSealed;

  Segment(int number, Disk.File file, long salt, long end) {
    this.number = number;
    this.file = file;
    this.salt = salt;
    this.end = end;
  }

  static String name(int number) {
    return String.format("records-%09d.log", number);
  }

  /** The number in a name, also of one set aside; none where the name is none of ours. */
  static OptionalInt number(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  static ByteBuffer header(long salt, int format) {
    ByteBuffer half = ByteBuffer.allocate(HALF_BYTES).put(MAGIC).putInt(format).putLong(salt);
    half.putInt(sum(half)).flip();
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).put(half.duplicate()).put(half);
    return header.flip();
  }

  /** The salt; none where neither half of the header holds. Throws when the format is later. */
  static OptionalLong salt(Disk.File file, String named) throws IOException {
    if (file.size() < HEADER_BYTES) {
      return OptionalLong.empty();
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    file.read(header, 0);
    for (int at = 0; at < HEADER_BYTES; at += HALF_BYTES) {
      ByteBuffer half = header.slice(at, HALF_BYTES);
      if (half.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
          && half.getInt(SUMMED_BYTES) == sum(half)) {
        int format = half.getInt(MAGIC.length);
        if (format != FORMAT) {
          throw new IOException(
              named + " has format " + format + "; this Pharos reads " + FORMAT + " alone");
        }
        return OptionalLong.of(half.getLong(MAGIC.length + Integer.BYTES));
      }
    }
    return OptionalLong.empty();
  }

  private static int sum(ByteBuffer half) {
    var crc = new CRC32C();
    crc.update(half.duplicate().position(0).limit(SUMMED_BYTES));
    return (int) crc.getValue();
  }

  String name() {
    return name(number);
  }

  Disk.File file() {
    return file;
  }

  long salt() {
    return salt;
  }

  long end() {
    return end;
  }

  void endAt(long octet) {
    end = octet;
  }

  /** So many bytes of it no key needs any more. */
  long deadBytes() {
    return deadBytes;
  }

  void addDead(long bytes) {
    deadBytes += bytes;
  }

  /** Whether something in it does not hold, so that it is set aside and not deleted. */
  boolean isDamaged() {
    return isDamaged;
  }

  void setDamaged() {
    isDamaged = true;
  }

  /** Whether its last entry is a seal. */
  boolean isSealed() {
    return isSealed;
  }

  void setSealed(boolean isSealed) {
    this.isSealed = isSealed;
  }
}
