package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import pharos.records.RecordsException;
import pharos.records.Write;

/** Where things lie in etcd: values under one prefix, and what is known of them under another. */
final class EtcdKeys {
  private final byte[] values;
  private final byte[] abouts;

  EtcdKeys(String prefix) {
    values = (prefix + "records/").getBytes(UTF_8);
    abouts = (prefix + "about/").getBytes(UTF_8);
  }

  /** The key of a value, in base64. */
  String value(String key) {
    return base64(join(values, key.getBytes(UTF_8)));
  }

  /** The key of what is known of it. */
  String about(String key) {
    return base64(join(abouts, key.getBytes(UTF_8)));
  }

  /** Our key of one of etcd's; empty when somebody else put there what is no key of ours. */
  Optional<String> key(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    int at = values.length;
    if (bytes.length < at || !Arrays.equals(bytes, 0, at, values, 0, at)) {
      return Optional.empty();
    }
    try {
      String key =
          UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, bytes.length - at)).toString();
      Write.checkKey(key);
      return Optional.of(key);
    } catch (CharacterCodingException | RecordsException e) {
      return Optional.empty();
    }
  }

  /**
   * A part of the keys, from the first of them to before the last, in base64. Empty when none can
   * be in it.
   */
  Optional<String[]> range(boolean isOfValues, String prefix, String after) {
    byte[] base = isOfValues ? values : abouts;
    byte[] first = prefix.getBytes(UTF_8);
    byte[] end = join(base, first);
    // No byte of UTF-8 is 0xFF, and the last of an own prefix is a slash.
    end[end.length - 1]++;
    if (!after.isEmpty()) {
      byte[] next = join(after.getBytes(UTF_8), new byte[1]);
      first = Arrays.compareUnsigned(next, first) > 0 ? next : first;
    }
    byte[] begin = join(base, first);
    return Arrays.compareUnsigned(begin, end) < 0
        ? Optional.of(new String[] {base64(begin), base64(end)})
        : Optional.empty();
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
