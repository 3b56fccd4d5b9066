package pharos.beacon.io;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.beacon.Link;

/**
 * The sender of one link, bound to the link's address so that its datagrams leave there, and for
 * IPv6 the link's membership in the group. Both are opened and given up together.
 */
final class LinkSender {
  private static final Logger log = LoggerFactory.getLogger(LinkSender.class);

  private final Link link;
  private final InetSocketAddress target;
  private final Receiver receiver;
  private @Nullable DatagramChannel channel;
  private @Nullable MembershipKey membership;

  /** Why it cannot send now; also remembers that this was logged. */
  private @Nullable SendFailure failure;

  LinkSender(Link link, Receiver receiver) {
    this.link = link;
    this.receiver = receiver;
    this.target = new InetSocketAddress(link.target(), receiver.port());
  }

  Link link() {
    return link;
  }

  boolean isFailing() {
    return failure != null;
  }

  /** Opens what is not open; afterwards it sends, or has told once why it cannot. */
  Optional<SendFailure> open() {
    close();
    try {
      channel = openChannel();
      if (link.isIpv6()) {
        membership = receiver.join(nic());
      }
      return Optional.empty();
    } catch (IOException e) {
      close();
      return Optional.of(failed(e));
    }
  }

  Optional<SendFailure> send(ByteBuffer datagram) {
    if (channel == null) {
      return Optional.ofNullable(failure);
    }
    Optional<Exception> cause = Channels.send(channel, datagram, target);
    if (cause.isPresent()) {
      return Optional.of(failed(cause.get()));
    }
    if (failure != null) {
      log.info("beacons leave by {} again", link);
      failure = null;
    }
    return Optional.empty();
  }

  void close() {
    if (membership != null) {
      leave(membership);
      membership = null;
    }
    if (channel != null) {
      Channels.close(channel);
      channel = null;
    }
  }

  private static void leave(MembershipKey membership) {
    try {
      membership.drop();
    } catch (AssertionError e) {
      // The JDK's answer to a system that has forgotten the group along with its interface.
      log.debug("group left with its interface: {}", e.getMessage());
    }
  }

  private DatagramChannel openChannel() throws IOException {
    DatagramChannel opened =
        Channels.open(link.isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      opened.setOption(StandardSocketOptions.SO_BROADCAST, true);
      // Nobody reads what strangers send here, so let it take no memory.
      Channels.wish(opened, StandardSocketOptions.SO_RCVBUF, 1);
      if (link.isIpv6()) {
        opened.setOption(StandardSocketOptions.IP_MULTICAST_IF, nic());
        opened.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
      }
      opened.bind(new InetSocketAddress(ownAddress(), 0));
      return opened;
    } catch (IOException | IllegalArgumentException e) {
      Channels.close(opened);
      throw new IOException("cannot send from here: " + e.getMessage(), e);
    }
  }

  private NetworkInterface nic() throws IOException {
    NetworkInterface nic = NetworkInterface.getByIndex(link.index());
    if (nic == null) {
      throw new IOException("interface " + link.nic() + " is gone");
    }
    return nic;
  }

  /** Link-local addresses can only be bound together with the interface they belong to. */
  private InetAddress ownAddress() throws IOException {
    return link.isIpv6()
        ? Inet6Address.getByAddress(null, link.address().getAddress(), link.index())
        : link.address();
  }

  private SendFailure failed(Exception cause) {
    SendFailure now = new SendFailure(Optional.of(link), target, cause);
    if (failure == null) {
      log.warn("no beacons leave by {}: {}", link, cause.getMessage());
    }
    failure = now;
    return now;
  }
}
