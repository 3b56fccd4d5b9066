package pharos.beacon.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.beacon.Interfaces;
import pharos.beacon.Link;

/**
 * All UDP sockets of one agent. The <em>shared</em> one hears every broadcast, together with all
 * other agents of this host; the <em>own</em> one sends and receives what is meant for this agent
 * alone; and a sender per link, bound to the link's address, broadcasts there. On a machine with
 * IPv6 the first two hear both families.
 *
 * <p>For one thread, the one that polls: it registers the channels of {@link #shared} and {@link
 * #own}, calls everything here, and is called back by nobody else. Nothing waits, and no network
 * trouble is thrown once the sockets are open.
 */
public final class BeaconSockets implements AutoCloseable {
  /** What the shared socket asks for: with the system's default, a burst of 300 is lost. */
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  private static final Logger log = LoggerFactory.getLogger(BeaconSockets.class);

  private final Receiver shared;
  private final Receiver own;
  private final List<LinkSender> senders = new ArrayList<>();
  private boolean closed;

  private BeaconSockets(Receiver shared, Receiver own) {
    this.shared = shared;
    this.own = own;
  }

  /**
   * Opens the sockets. A link that cannot be sent on is no reason to fail: it is logged, and tried
   * again by {@link #update}.
   *
   * @throws IOException when a port cannot be had, naming it and what to do
   */
  public static BeaconSockets open(Interfaces interfaces, Ports ports) throws IOException {
    Receiver shared = openShared(ports.shared());
    Receiver own;
    try {
      own = openOwn(ports);
    } catch (IOException e) {
      shared.close();
      throw e;
    }
    BeaconSockets sockets = new BeaconSockets(shared, own);
    sockets.update(interfaces);
    return sockets;
  }

  /** Hears all broadcasts, one's own included, once per link that a sender shares with us. */
  public Receiver shared() {
    return shared;
  }

  /** Hears what is sent to this agent alone. */
  public Receiver own() {
    return own;
  }

  /** The links that broadcasts leave by, those that fail at the moment included. */
  public List<Link> links() {
    return senders.stream().map(LinkSender::link).toList();
  }

  /**
   * Sends from position to limit on every link, and leaves the buffer as it was.
   *
   * @return the links it did not leave by; a rescan and {@link #update} may bring them back
   */
  public List<SendFailure> broadcast(ByteBuffer datagram) {
    List<SendFailure> failures = List.of();
    for (int i = 0; i < senders.size(); i++) {
      Optional<SendFailure> failure = senders.get(i).send(datagram);
      if (failure.isPresent()) {
        failures = failures.isEmpty() ? new ArrayList<>() : failures;
        failures.add(failure.get());
      }
    }
    return failures;
  }

  /** Sends from position to limit to one agent's own socket, and leaves the buffer as it was. */
  public Optional<SendFailure> send(ByteBuffer datagram, InetSocketAddress target) {
    return own.send(datagram, target);
  }

  /**
   * Takes up a new choice of interfaces: senders of links that went are closed, those that came are
   * opened, those that failed are opened anew. The channels to poll stay as they are.
   *
   * <p>An IPv6 link of an interface that just came up is among the failed ones at first: its
   * address cannot be bound until the system knows, 1 to 2 s later, that no neighbour has it too.
   *
   * @return the links that cannot be sent on now
   */
  public List<SendFailure> update(Interfaces interfaces) {
    if (closed) {
      return List.of();
    }
    List<Link> wanted = new ArrayList<>(interfaces.links());
    senders.removeIf(sender -> !wanted.contains(sender.link()) && closeSender(sender));
    List<SendFailure> failures = new ArrayList<>();
    for (LinkSender sender : senders) {
      wanted.remove(sender.link());
      if (sender.isFailing()) {
        sender.open().ifPresent(failures::add);
      }
    }
    for (Link link : wanted) {
      LinkSender sender = new LinkSender(link, shared);
      senders.add(sender);
      sender.open().ifPresent(failures::add);
    }
    return failures;
  }

  /**
   * Closes all sockets; a second time, nothing happens. Unregister the channels of {@link #shared}
   * and {@link #own} from a ZeroMQ poller first. Afterwards nothing is sent or received, and a
   * broadcast fails nowhere, since there are no links.
   */
  @Override
  public void close() {
    closed = true;
    senders.forEach(LinkSender::close);
    senders.clear();
    own.close();
    shared.close();
  }

  private static boolean closeSender(LinkSender sender) {
    sender.close();
    return true;
  }

  private static Receiver openShared(int port) throws IOException {
    try {
      return openReceiver("shared", port, true);
    } catch (IOException e) {
      throw new IOException(
          ("cannot receive on UDP port %s (%s): stop the program that holds it for"
                  + " itself, or give all agents of this network another port%s")
              .formatted(port, e.getMessage(), aboutPrivileges(port)),
          e);
    }
  }

  private static Receiver openOwn(Ports ports) throws IOException {
    try {
      return openReceiver("own", ports.own(), false);
    } catch (IOException e) {
      if (ports.ownIsWish() && ports.own() != 0) {
        log.debug("own UDP port {} is taken, any other will do", ports.own());
        return openOwn(ports.wishingOwn(0));
      }
      throw new IOException(
          "cannot open UDP port %s (%s): choose another, or 0 for any that is free%s"
              .formatted(ports.own(), e.getMessage(), aboutPrivileges(ports.own())),
          e);
    }
  }

  private static String aboutPrivileges(int port) {
    return port > 0 && port < 1024 ? "; ports below 1024 may need privileges" : "";
  }

  private static Receiver openReceiver(String name, int port, boolean shared) throws IOException {
    DatagramChannel channel = Channels.open(Channels.widestFamily());
    try {
      if (shared) {
        Channels.wish(channel, StandardSocketOptions.SO_REUSEADDR, true);
        Channels.wish(channel, StandardSocketOptions.SO_REUSEPORT, true);
        Channels.wish(channel, StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
      }
      channel.bind(Channels.wildcard(port));
      return new Receiver(name, channel);
    } catch (IOException e) {
      Channels.close(channel);
      throw e;
    }
  }
}
