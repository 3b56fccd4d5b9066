package pharos.daemon;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import pharos.agent.Capability;
import pharos.agent.Peer;

/** Peers in columns, for people. */
final class PeerTable {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private PeerTable() {}

  /** By name; {@code now} decides whether the time of a start needs its day. */
  static String of(List<Peer> peers, Instant now, ZoneId zone) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "SERVICE", "STATE", "ADDRESSES", "OFFERS", "STARTED"));
    peers.stream()
        .sorted(Comparator.comparing(Peer::name).thenComparing(Comparator.naturalOrder()))
        .forEach(peer -> rows.add(row(peer, now, zone)));
    return aligned(rows);
  }

  private static List<String> row(Peer peer, Instant now, ZoneId zone) {
    return List.of(
        peer.name(),
        orDash(peer.service()),
        peer.state().name().toLowerCase(Locale.ROOT),
        peer.addresses().stream()
            .map(InetAddress::getHostAddress)
            .collect(Collectors.joining(", ")),
        orDash(
            peer.capabilities().stream().map(PeerTable::offered).collect(Collectors.joining(", "))),
        started(Instant.ofEpochMilli(peer.incarnation()), now, zone));
  }

  private static String offered(Capability capability) {
    String where = capability.type() + ":" + capability.port();
    return capability.protocol().equals("tcp") ? where : where + "/" + capability.protocol();
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String started(Instant at, Instant now, ZoneId zone) {
    boolean isRecent = Duration.between(at, now).compareTo(Duration.ofHours(20)) < 0;
    return (isRecent ? TIME : DAY).withZone(zone).format(at);
  }

  /** To the left, two blanks between columns, none at the end of a line. */
  private static String aligned(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
