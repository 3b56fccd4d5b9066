package pharos.daemon;

import java.util.List;
import java.util.stream.Collectors;
import pharos.agent.Capability;
import pharos.agent.Peer;
import pharos.beacon.Addresses;
import pharos.daemon.text.Shown;

/** What tables for people have in common. */
final class Columns {
  private Columns() {}

  static String addresses(Peer peer) {
    return peer.addresses().stream().map(Addresses::zonedText).collect(Collectors.joining(", "));
  }

  static String offers(Peer peer) {
    return orDash(
        peer.capabilities().stream().map(Columns::offered).collect(Collectors.joining(", ")));
  }

  private static String offered(Capability capability) {
    String where = capability.type() + ":" + capability.port();
    return capability.protocol().equals("tcp") ? where : where + "/" + capability.protocol();
  }

  static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /** To the left, two blanks between columns, none at the end of a line. Others wrote the cells. */
  static String aligned(List<List<String>> cells) {
    List<List<String>> rows =
        cells.stream().map(row -> row.stream().map(Shown::line).toList()).toList();
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
