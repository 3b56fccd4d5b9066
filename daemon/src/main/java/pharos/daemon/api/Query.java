package pharos.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is behind the question mark of a URL, as bytes: whether they are text is for others. */
final class Query {
  private Query() {}

  /**
   * The values of each name, in their order.
   *
   * @throws IllegalArgumentException when a percent sign is not followed by two hexadecimal digits
   */
  static Map<String, List<byte[]>> parse(String query) {
    Map<String, List<byte[]>> values = new LinkedHashMap<>();
    for (String part : query.split("&", -1)) {
      int equal = part.indexOf('=');
      String name = new String(decoded(equal < 0 ? part : part.substring(0, equal)), UTF_8);
      String value = equal < 0 ? "" : part.substring(equal + 1);
      values.computeIfAbsent(name, it -> new ArrayList<>()).add(decoded(value));
    }
    return values;
  }

  /**
   * A part of a path, where a plus sign is none but itself.
   *
   * @throws IllegalArgumentException when it is no text in UTF-8, or not well encoded
   */
  static String segment(String encoded) {
    byte[] bytes = decoded(encoded.replace("+", "%2B"));
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("bytes that are no text in UTF-8", e);
    }
  }

  private static byte[] decoded(String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] encoded = value.getBytes(UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == '%') {
        bytes.write(16 * digit(encoded, i + 1) + digit(encoded, i + 2));
        i += 2;
      } else {
        bytes.write(encoded[i] == '+' ? ' ' : encoded[i]);
      }
    }
    return bytes.toByteArray();
  }

  private static int digit(byte[] encoded, int at) {
    int digit = at < encoded.length ? Character.digit(encoded[at], 16) : -1;
    if (digit < 0) {
      throw new IllegalArgumentException("a percent sign without two hexadecimal digits");
    }
    return digit;
  }
}
