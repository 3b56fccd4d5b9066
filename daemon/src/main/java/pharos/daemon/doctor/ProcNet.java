package pharos.daemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the tables of Linux below {@code /proc/net}. What makes no sense is skipped. */
public final class ProcNet {
  private static final int UDP_LOCAL = 1;
  private static final int UDP_UID = 7;
  private static final int UDP_INODE = 9;
  private static final int ARP_MAC = 3;
  private static final String NO_MAC = "00:00:00:00:00:00";

  /** A UDP socket: who owns it, and the number by which its process holds it. */
  public record Socket(int uid, long inode) {}

  private ProcNet() {}

  /** The sockets that are bound to this port, of {@code udp} or {@code udp6}. */
  public static List<Socket> udp(List<String> lines, int port) {
    String suffix = String.format(":%04X", port);
    List<Socket> sockets = new ArrayList<>();
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+", -1);
      // A heading, or a later format, has no numbers there.
      if (columns.length > UDP_INODE
          && columns[UDP_LOCAL].endsWith(suffix)
          && columns[UDP_UID].matches("\\d{1,9}")
          && columns[UDP_INODE].matches("\\d{1,18}")) {
        sockets.add(
            new Socket(Integer.parseInt(columns[UDP_UID]), Long.parseLong(columns[UDP_INODE])));
      }
    }
    return sockets;
  }

  /** Each neighbour with its MAC; one that did not answer has an empty one. */
  public static Map<String, String> arp(List<String> lines) {
    Map<String, String> neighbours = new LinkedHashMap<>();
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+", -1);
      if (columns.length > ARP_MAC
          && columns[ARP_MAC].matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")) {
        String mac = columns[ARP_MAC].toLowerCase(Locale.ROOT);
        neighbours.put(columns[0], mac.equals(NO_MAC) ? "" : mac);
      }
    }
    return neighbours;
  }

  /** Every MAC in what a tool printed, in its order, but for these. */
  public static Set<String> macs(String text, Set<String> own) {
    Set<String> found = new LinkedHashSet<>();
    var matcher =
        Pattern.compile("(?<![0-9a-fA-F:])([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![0-9a-fA-F:])")
            .matcher(text);
    while (matcher.find()) {
      String mac = matcher.group().toLowerCase(Locale.ROOT);
      if (!own.contains(mac) && !mac.equals(NO_MAC) && !mac.equals("ff:ff:ff:ff:ff:ff")) {
        found.add(mac);
      }
    }
    return found;
  }
}
