package pharos.beacon.io;

import java.net.InetSocketAddress;
import java.util.Optional;
import pharos.beacon.Addresses;
import pharos.beacon.Link;

/**
 * A datagram that did not leave.
 *
 * @param link the link it should have left by; empty when it was sent from the own socket
 * @param target where it should have gone
 * @param cause why it did not
 */
public record SendFailure(Optional<Link> link, InetSocketAddress target, Exception cause) {
  @Override
  public String toString() {
    String from =
        link.map(l -> l.nic() + ' ' + Addresses.zonedText(l.address())).orElse("own socket");
    return from + " to " + target + ": " + cause.getMessage();
  }
}
