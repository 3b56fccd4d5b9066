package pharos.agent.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Texts as the wire allows them, and foreign ones made fit to be shown in a line of a log. */
final class WireText {
  private static final int SHOWN = 120;

  /** Of a whole message about what is wrong. */
  static final int MESSAGE = 500;

  private WireText() {}

  /** What is wrong with a text of these lengths in bytes; empty when nothing is. */
  static Optional<String> fault(String text, int minBytes, int maxBytes) {
    // Each char is at least a byte, so a huge text is refused before it is encoded.
    int bytes =
        text.length() > maxBytes ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < minBytes) {
      return Optional.of("is empty");
    }
    if (bytes > maxBytes) {
      return Optional.of("has more than " + maxBytes + " bytes");
    }
    for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
      if (!isAllowed(text.codePointAt(at))) {
        return Optional.of("has a character that may not be in a text");
      }
    }
    return Optional.empty();
  }

  /** Refuses what the caller would write; names what it is. */
  static void check(String what, String text, int minBytes, int maxBytes) {
    Optional<String> fault = fault(text, minBytes, maxBytes);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(what + ": '" + shown(text) + "' " + fault.get());
    }
  }

  /** What is wrong with a name of a protocol: the first letter, then letters, digits and +-. */
  static Optional<String> protocolFault(String protocol) {
    int length = protocol.length();
    boolean fits = length > 0 && length <= Limits.PROTOCOL_BYTES && isLetter(protocol.charAt(0));
    for (int at = 0; fits && at < length; at++) {
      fits = isLetter(protocol.charAt(at)) || isDigitOrMark(protocol.charAt(at));
    }
    return fits
        ? Optional.empty()
        : Optional.of(
            "is not 1 to "
                + Limits.PROTOCOL_BYTES
                + " of a-z, 0-9, '+', '-' and '.', a letter first");
  }

  /** The text without what could garble a log, and not too long. */
  static String shown(String text) {
    return shown(text, SHOWN);
  }

  static String shown(String text, int maxPoints) {
    StringBuilder shown = new StringBuilder();
    int[] points = text.codePoints().limit(maxPoints + 1L).toArray();
    for (int i = 0; i < points.length && i < maxPoints; i++) {
      if (isAllowed(points[i])) {
        shown.appendCodePoint(points[i]);
      } else {
        shown.append(String.format("\\u%04X", points[i]));
      }
    }
    return points.length > maxPoints ? shown + "…" : shown.toString();
  }

  /** The ranges of docs/PROTOCOL.md; a lone surrogate has no UTF-8. */
  private static boolean isAllowed(int point) {
    return point >= 0x20
        && !(point >= 0x7F && point <= 0x9F)
        && !(point >= 0x2028 && point <= 0x202E)
        && !(point >= 0x2066 && point <= 0x2069)
        && !(point >= 0xD800 && point <= 0xDFFF);
  }

  private static boolean isLetter(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigitOrMark(int c) {
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  }
}
