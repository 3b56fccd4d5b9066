package pharos.daemon;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where HTTP is to be had: {@code 8670}, {@code 0.0.0.0:8670} or {@code [::1]:8670}.
 *
 * @param port -1 where none was asked for
 */
record HttpAddress(String host, int port) {
  static final String DEFAULT_HOST = "127.0.0.1";
  static final String DEFAULT_PORT = "8670";

  /** Nobody asked for a port. */
  static final HttpAddress DEFAULT = new HttpAddress(DEFAULT_HOST, -1);

  /** Nobody wants it. */
  static final HttpAddress OFF = new HttpAddress("", -1);

  /** What stands for {@link #DEFAULT}. */
  static final String DEFAULT_TEXT = "default";

  boolean isAsked() {
    return port >= 0;
  }

  /** The same, with this port where none was asked for. */
  HttpAddress orPort(int usual) {
    return isAsked() ? this : new HttpAddress(host, usual);
  }

  InetSocketAddress resolved() {
    return new InetSocketAddress(host, port);
  }

  /** Whether nobody but this host reaches it. */
  boolean isLoopback() {
    InetSocketAddress at = new InetSocketAddress(host, Math.max(0, port));
    return at.getAddress() != null && at.getAddress().isLoopbackAddress();
  }

  boolean isAnywhere() {
    InetSocketAddress at = new InetSocketAddress(host, Math.max(0, port));
    return at.getAddress() != null && at.getAddress().isAnyLocalAddress();
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  static final class Reader implements ITypeConverter<HttpAddress> {
    @Override
    public HttpAddress convert(String text) {
      if (text.equals("off")) {
        return OFF;
      }
      if (text.equals(DEFAULT_TEXT)) {
        return DEFAULT;
      }
      int colon = text.lastIndexOf(':');
      int port = PortRange.port(text.substring(colon + 1), 0, text);
      if (colon < 0) {
        return new HttpAddress(DEFAULT_HOST, port);
      }
      String host = text.substring(0, colon);
      boolean isBracketed = host.startsWith("[") && host.endsWith("]");
      String bare = isBracketed ? host.substring(1, host.length() - 1) : host;
      if (bare.isBlank() || (!isBracketed && bare.indexOf(':') >= 0)) {
        throw new TypeConversionException(
            "'" + text + "' is no [HOST:]PORT: an IPv6 address wants brackets, as in [::1]:8670");
      }
      return new HttpAddress(bare, port);
    }
  }
}
