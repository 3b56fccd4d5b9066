package pharos.daemon.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import pharos.agent.Capability;
import pharos.agent.Peer;
import pharos.beacon.Addresses;
import pharos.daemon.watch.Frame.Line;
import pharos.daemon.watch.Frame.Style;

/** All there is to know of one peer, and what the keys do. */
final class Page {
  private static final String[][] KEYS = {
    {"↑ ↓ j k", "one up, one down"},
    {"PgUp PgDn", "a page up, a page down"},
    {"g G", "to the first, to the last"},
    {
      "/",
      "filter: all words must be in name, service, state, address or offers; ⏎ keeps it, esc clears"
          + " it"
    },
    {"s  r", "sort by the next column; the other way round"},
    {"d", "show those that are gone, or not"},
    {"⏎", "the page of a peer: what it offers, and where"},
    {"w", "why it is here, in doubt or gone: its story, the newest last"},
    {"esc", "back to the table"},
    {"?", "this"},
    {"q", "quit"}
  };

  private static final int KEY = 10;
  private static final int FACT = 9;

  private Page() {}

  static List<Line> help(int width) {
    List<Line> lines = new ArrayList<>();
    for (String[] key : KEYS) {
      add(lines, key[0], KEY, key[1], width);
    }
    return lines;
  }

  static List<Line> of(Row row, String time, int width) {
    Peer peer = row.peer();
    List<Line> lines = new ArrayList<>();
    add(lines, "name", FACT, peer.name(), width);
    add(lines, row.isGone() ? "gone" : "state", FACT, row.state() + " for " + time, width);
    add(lines, "service", FACT, peer.service().isEmpty() ? "-" : peer.service(), width);
    add(lines, "id", FACT, peer.id() + " (" + peer.id().toShortString() + ")", width);
    String addresses =
        peer.addresses().stream().map(Addresses::zonedText).collect(Collectors.joining(" "));
    add(lines, "addresses", FACT, addresses, width);
    add(lines, "asked at", FACT, "TCP " + peer.port(), width);
    if (!peer.site().isEmpty()) {
      add(lines, "network", FACT, "by " + peer.site(), width);
    }
    lines.add(new Line("", Style.PLAIN));
    if (peer.capabilities().isEmpty()) {
      lines.add(new Line("offers nothing", Style.PLAIN));
    }
    peer.capabilities().forEach(it -> offer(lines, it, width));
    return lines;
  }

  private static void offer(List<Line> lines, Capability offer, int width) {
    add(lines, "offers", FACT, offer.type(), width);
    offer.endpoints().forEach(it -> add(lines, "", FACT, it, width));
    offer.attributes().forEach((name, value) -> add(lines, "", FACT, name + "=" + value, width));
  }

  private static void add(List<Line> lines, String name, int column, String text, int width) {
    String head = Width.fit(name, column) + " ";
    String plain = Width.plain(text);
    if (width < 2 * column) {
      Width.wrap(head.strip() + " " + plain, width, 1)
          .forEach(it -> lines.add(new Line(it, Style.PLAIN)));
      return;
    }
    for (String part : Width.wrap(plain, width - column - 1, 0)) {
      lines.add(new Line(head + part, Style.PLAIN));
      head = " ".repeat(column + 1);
    }
  }
}
