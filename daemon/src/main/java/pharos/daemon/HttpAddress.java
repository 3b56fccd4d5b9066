package pharos.daemon;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where HTTP is to be had: {@code 8670}, {@code 0.0.0.0:8670} or {@code [::1]:8670}. */
record HttpAddress(String host, int port) {
  static final String DEFAULT_HOST = "127.0.0.1";
  static final String DEFAULT_PORT = "8670";

  InetSocketAddress resolved() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  static final class Reader implements ITypeConverter<HttpAddress> {
    @Override
    public HttpAddress convert(String text) {
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
