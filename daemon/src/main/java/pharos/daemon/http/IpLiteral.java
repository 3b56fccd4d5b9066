package pharos.daemon.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses written as numbers: read without asking a name service. */
public final class IpLiteral {
  /** What Java reads as a number, and never looks up. */
  private static final Pattern NUMBERS =
      Pattern.compile(
          "OCTET(\\.OCTET){3}|(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]*"
              .replace("OCTET", "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"));

  private IpLiteral() {}

  /** The address; empty when the text is a name, or nothing at all. */
  public static Optional<InetAddress> parse(String text) {
    if (!NUMBERS.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
