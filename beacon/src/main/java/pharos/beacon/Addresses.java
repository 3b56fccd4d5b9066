package pharos.beacon;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses as numbers: read, compared and judged, never looked up by name. For any thread. */
public final class Addresses {
  /** Of an IPv6 address, with two bytes each. */
  private static final int GROUPS = 8;

  /** The longest literal there is. */
  private static final int MAX_LENGTH = 45;

  /** Only what {@link InetAddress#getByName} takes for a number, so that it asks no resolver. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "OCTET(\\.OCTET){3}|(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]*"
              .replace("OCTET", "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"));

  private Addresses() {}

  static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, e);
    }
  }

  /** The address that is written as a number, without a zone; nothing for a name. */
  public static Optional<InetAddress> parse(String text) {
    if (text.length() > MAX_LENGTH || !LITERAL.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  static boolean canBeAdvertised(byte[] address) {
    return canBeAdvertised(ByteBuffer.wrap(address), 0, address.length);
  }

  /** Neither this host, nor everybody, nor nobody: an address that another host can connect to. */
  static boolean canBeAdvertised(ByteBuffer bytes, int at, int length) {
    int first = length == 0 ? 0 : Byte.toUnsignedInt(bytes.get(at));
    if (length == 4) {
      return first != 0 && first != 127 && first < 224;
    }
    if (length != 16 || first == 0xFF) {
      return false;
    }
    // ::, ::1, and the IPv4-mapped ::ffff:0:0/96, which would be a second spelling of IPv4.
    boolean zeroes = bytes.getLong(at) == 0;
    long low = bytes.getLong(at + 8);
    return !(zeroes && (low >>> 1 == 0 || low >>> 32 == 0xFFFF));
  }

  /**
   * What a datagram can come from: all that can be advertised, and this host, where agents find
   * each other within it.
   */
  static boolean canBeSource(ByteBuffer bytes, int at, int length) {
    boolean isLoopback =
        (length == 4 && bytes.get(at) == 127)
            || (length == 16 && bytes.getLong(at) == 0 && bytes.getLong(at + 8) == 1);
    return isLoopback || canBeAdvertised(bytes, at, length);
  }

  /** Whether both agree in their first {@code prefix} bits; never across families. */
  public static boolean share(InetAddress one, InetAddress other, int prefix) {
    byte[] a = one.getAddress();
    byte[] b = other.getAddress();
    if (a.length != b.length) {
      return false;
    }
    int whole = Math.min(prefix / 8, a.length);
    if (!Arrays.equals(a, 0, whole, b, 0, whole)) {
      return false;
    }
    int mask = (0xFF00 >> (prefix % 8)) & 0xFF;
    return whole == a.length || ((a[whole] ^ b[whole]) & mask) == 0;
  }

  /** The address with all host bits set. */
  static Inet4Address directedBroadcast(Inet4Address address, int prefix) {
    int bits = ByteBuffer.wrap(address.getAddress()).getInt() | (int) (0xFFFF_FFFFL >>> prefix);
    return (Inet4Address) of(ByteBuffer.allocate(4).putInt(bits).array());
  }

  /** The number alone: a zone is of this host, and means nothing to another. */
  public static InetAddress withoutZone(InetAddress address) {
    return of(address.getAddress());
  }

  /**
   * As people write it: with no host name, and IPv6 compressed (RFC 5952) and without the zone,
   * which is the link's own.
   */
  public static String text(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? address.getHostAddress() : compressed(bytes);
  }

  /** The same with the zone, as a number: without it a link-local address leads nowhere. */
  public static String zonedText(InetAddress address) {
    boolean isZoned = address instanceof Inet6Address it && it.getScopeId() != 0;
    return isZoned ? text(address) + '%' + ((Inet6Address) address).getScopeId() : text(address);
  }

  /** The longest run of zeroes, the first of several, is left out. */
  private static String compressed(byte[] bytes) {
    ByteBuffer groups = ByteBuffer.wrap(bytes);
    int from = 0;
    int length = 0;
    for (int i = 0; i < GROUPS; i++) {
      int zeroes = 0;
      while (i + zeroes < GROUPS && groups.getShort(2 * (i + zeroes)) == 0) {
        zeroes++;
      }
      if (zeroes > length) {
        from = i;
        length = zeroes;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (length > 1 && i == from) {
        text.append("::");
        i += length - 1;
      } else {
        String colon = text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":";
        text.append(colon).append(Integer.toHexString(Short.toUnsignedInt(groups.getShort(2 * i))));
      }
    }
    return text.toString();
  }
}
