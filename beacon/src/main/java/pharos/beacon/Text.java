package pharos.beacon;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Names as the wire allows them: strict UTF-8, without the characters that could forge or garble a
 * line of a log (controls, line separators, marks that turn the direction of writing). The ranges
 * are written out, so that no two versions of Unicode disagree about a datagram.
 */
final class Text {
  static final int MAX_BYTES = 63;

  /** What a detail may have: it is no name, and its extension tells its length. */
  static final int MAX_DETAIL_BYTES = 64;

  private Text() {}

  /** The bytes of a name of ours; the caller's mistake is told with the value. */
  static byte[] encode(String what, String text) {
    return encode(what, text, MAX_BYTES);
  }

  static byte[] encode(String what, String text, int most) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // getBytes writes '?' for a lone surrogate: the text then does not come back.
    if (!new String(bytes, StandardCharsets.UTF_8).equals(text)
        || !isValid(ByteBuffer.wrap(bytes), 0, bytes.length)) {
      throw new IllegalArgumentException(
          what + " has a character that may not be in a name: " + escaped(text));
    }
    if (bytes.length > most) {
      throw new IllegalArgumentException(
          what + " '" + text + "' has " + bytes.length + " bytes; at most " + most + " fit");
    }
    return bytes;
  }

  static boolean isValid(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int first = bytes.get(at) & 0xFF;
      if (first < 0x80) {
        if (first < 0x20 || first == 0x7F) {
          return false;
        }
        at++;
        continue;
      }
      int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
      if (first < 0xC2 || first > 0xF4 || at + length > to) {
        return false;
      }
      int point = first & (0xFF >> (length + 1));
      for (int i = 1; i < length; i++) {
        int next = bytes.get(at + i) & 0xFF;
        if ((next & 0xC0) != 0x80) {
          return false;
        }
        point = (point << 6) | (next & 0x3F);
      }
      if (!isValid(point, length)) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private static boolean isValid(int point, int length) {
    boolean overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
    boolean garbling =
        point <= 0x9F // C1 controls: two bytes long, so never a plain letter
            || (point >= 0x2028 && point <= 0x202E)
            || (point >= 0x2066 && point <= 0x2069);
    return !overlong && !surrogate && !garbling && point <= 0x10FFFF;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7F) {
        escaped.append(c);
      } else {
        escaped.append(String.format("\\u%04X", (int) c));
      }
    }
    return escaped.toString();
  }
}
