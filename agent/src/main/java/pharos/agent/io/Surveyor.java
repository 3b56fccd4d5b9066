package pharos.agent.io;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.core.Lookout;
import pharos.agent.core.Sight;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.Interfaces;
import pharos.beacon.Link;
import pharos.beacon.io.SystemInterfaces;

/** What a host says of its own links and neighbours. On the thread for slow work. */
final class Surveyor implements Lookout.Shell {
  /** TCP tries again after a second, and one packet may be lost. */
  private static final int CONNECT_MS = 1_500;

  /** Linux's table of neighbours: IPv4 alone. */
  private static final Path NEIGHBOURS = Path.of("/proc/net/arp");

  private static final int MAC_COLUMN = 3;
  private static final String NO_MAC = "00:00:00:00:00:00";

  private static final Logger log = LoggerFactory.getLogger(Surveyor.class);

  private final InterfaceFilter filter;

  Surveyor(InterfaceFilter filter) {
    this.filter = filter;
  }

  @Override
  public Lookout.Survey survey(InetAddress asker) {
    List<Sight.Way> ways = new ArrayList<>();
    boolean isNeighbour = asker.isLoopbackAddress();
    try {
      for (Link link : Interfaces.choose(SystemInterfaces.list(), filter).links()) {
        isNeighbour |= link.isOnLink(asker);
        ways.add(Ways.of(link));
      }
    } catch (IOException e) {
      log.debug("the interfaces cannot be listed now", e);
    }
    return new Lookout.Survey(isNeighbour, ways, mac(asker));
  }

  private static String mac(InetAddress of) {
    try {
      for (String line : Files.readAllLines(NEIGHBOURS, StandardCharsets.US_ASCII)) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length > MAC_COLUMN && columns[0].equals(of.getHostAddress())) {
          return columns[MAC_COLUMN].equals(NO_MAC) ? "" : columns[MAC_COLUMN];
        }
      }
    } catch (IOException e) {
      log.debug("no table of neighbours: {}", e.toString());
    }
    return "";
  }

  @Override
  public Sight.Connected connect(InetAddress asker, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(asker, port), CONNECT_MS);
      return Sight.Connected.ANSWERED;
    } catch (ConnectException e) {
      // Java has one exception for the host that refuses and for the one that stays silent.
      boolean isSilent = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("timed");
      return isSilent ? Sight.Connected.SILENT : Sight.Connected.REFUSED;
    } catch (IOException e) {
      return Sight.Connected.SILENT;
    }
  }
}
