package pharos.daemon;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pharos.beacon.Addresses;
import pharos.daemon.doctor.Examination;

/** How another host or peer is named: an address or a name, and its agent's TCP port perhaps. */
final class Remote {
  private static final Pattern WITH_PORT = Pattern.compile("(?:\\[(.+)]|([^:]+)):(\\d{1,5})");

  private Remote() {}

  static Examination.Wanted parse(String text) {
    if (text.isBlank()) {
      throw new Misuse("the host or peer is empty");
    }
    Matcher matcher = WITH_PORT.matcher(text);
    if (!matcher.matches()) {
      String bare = text.replaceAll("^\\[|]$", "");
      return new Examination.Wanted(bare, address(bare), 0);
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    int port = Integer.parseInt(matcher.group(3));
    if (port < 1 || port > 65_535) {
      throw new Misuse("'" + port + "' in '" + text + "' is no port: 1 to 65535");
    }
    return new Examination.Wanted(host, address(host), port);
  }

  /** A number; a name is looked for among the peers first. */
  private static Optional<InetAddress> address(String text) {
    int zone = text.indexOf('%');
    if (zone < 0) {
      return Addresses.parse(text);
    }
    if (Addresses.parse(text.substring(0, zone)).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (java.net.UnknownHostException e) {
      throw new Misuse("'" + text + "' has no such interface here", e);
    }
  }
}
