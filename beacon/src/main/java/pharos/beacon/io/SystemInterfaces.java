package pharos.beacon.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.beacon.Nic;

/** The interfaces of this machine, as Java sees them. For any thread; takes a few milliseconds. */
public final class SystemInterfaces {
  private static final Logger log = LoggerFactory.getLogger(SystemInterfaces.class);

  private SystemInterfaces() {}

  /**
   * Lists them all. One that cannot be read, because it is just going away, is left out.
   *
   * @throws IOException when the system lists none at all; what an earlier call told is then the
   *     better guess
   */
  public static List<Nic> list() throws IOException {
    List<Nic> nics = new ArrayList<>();
    for (NetworkInterface nic : NetworkInterface.networkInterfaces().collect(Collectors.toList())) {
      try {
        nics.add(read(nic));
      } catch (SocketException e) {
        log.debug("interface {} cannot be read: {}", nic.getName(), e.getMessage());
      }
    }
    return List.copyOf(nics);
  }

  private static Nic read(NetworkInterface nic) throws SocketException {
    List<Nic.Address> addresses = new ArrayList<>();
    for (InterfaceAddress listed : nic.getInterfaceAddresses()) {
      InetAddress address = listed.getAddress();
      if (address != null) {
        addresses.add(
            new Nic.Address(
                address,
                listed.getNetworkPrefixLength(),
                Optional.ofNullable(listed.getBroadcast())));
      }
    }
    return new Nic(
        nic.getName(),
        nic.getIndex(),
        nic.isUp(),
        nic.isLoopback(),
        nic.isPointToPoint(),
        nic.supportsMulticast(),
        addresses);
  }
}
