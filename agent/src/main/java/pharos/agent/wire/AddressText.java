package pharos.agent.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses as numbers: what others send is never looked up by name. */
final class AddressText {
  private static final int MAX_LENGTH = 45;

  /** Only what {@link InetAddress#getByName} takes for a number, so that it asks no resolver. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "OCTET(\\.OCTET){3}|(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]*"
              .replace("OCTET", "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"));

  private AddressText() {}

  static Optional<InetAddress> parse(String text) {
    if (text.length() > MAX_LENGTH || !LITERAL.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Without the zone, which means nothing on another host. */
  static String text(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
