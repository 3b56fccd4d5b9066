package pharos.daemon;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.daemon.text.Shown;
import pharos.kademlia.Contact;

/** What was found, for people: the contact, then the peers in columns, then who told of them. */
final class FindingTable {
  private FindingTable() {}

  static String of(Finding finding, List<Peer> peers, Instant now) {
    StringBuilder text = new StringBuilder();
    finding.contact().ifPresent(it -> text.append(Columns.aligned(rows(it, finding.age()))));
    if (!peers.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(Columns.aligned(rows(peers, now)));
    }
    if (!finding.path().isEmpty()) {
      text.append("\n").append(Shown.line(String.join("; ", finding.path()))).append('\n');
    }
    return text.toString();
  }

  private static List<List<String>> rows(Contact contact, Duration age) {
    String data = contact.data().toString();
    return List.of(
        List.of("CONTACT", contact.id().toString()),
        List.of("ENDPOINTS", Columns.orDash(String.join(", ", contact.endpoints()))),
        List.of("DATA", Columns.orDash(data)),
        List.of("AGE", age(age)));
  }

  private static List<List<String>> rows(List<Peer> peers, Instant now) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "SITE", "ADDRESSES", "OFFERS", "AGE"));
    peers.stream()
        .sorted(Comparator.comparing(Peer::name).thenComparing(Comparator.naturalOrder()))
        .forEach(it -> rows.add(row(it, now)));
    return rows;
  }

  private static List<String> row(Peer peer, Instant now) {
    return List.of(
        peer.name(),
        Columns.orDash(peer.site()),
        Columns.addresses(peer),
        Columns.offers(peer),
        age(Duration.between(peer.lastHeard(), now)));
  }

  /** Of two clocks one may be behind. */
  private static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    return seconds < 7_200 ? seconds / 60 + "min" : seconds / 3_600 + "h";
  }
}
