package pharos.agent.io;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.HexFormat;
import pharos.agent.core.Sight;
import pharos.beacon.Link;

/** What the system tells of a link. */
public final class Ways {
  private Ways() {}

  /** The link as a look tells it; takes a few system calls. */
  public static Sight.Way of(Link link) throws IOException {
    NetworkInterface nic = NetworkInterface.getByName(link.nic());
    byte[] mac = nic == null ? null : nic.getHardwareAddress();
    return new Sight.Way(
        link.nic(),
        link.address(),
        link.prefix(),
        nic == null ? 0 : nic.getMTU(),
        mac == null ? "" : HexFormat.ofDelimiter(":").formatHex(mac));
  }
}
