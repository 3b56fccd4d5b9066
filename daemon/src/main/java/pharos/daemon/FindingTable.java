package pharos.daemon;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.daemon.json.FindingJson;
import pharos.daemon.text.Shown;
import pharos.kademlia.Contact;

/**
 * What was found: as JSON for a program; for people the contact, then the peers in columns, then
 * who told of them.
 */
final class FindingTable {
  private FindingTable() {}

  static String of(Finding finding, List<Peer> peers, boolean isJson) {
    return isJson
        ? FindingJson.of(finding, peers) + System.lineSeparator()
        : of(finding.contact().map(it -> rows(it, finding.age())), peers, finding.path());
  }

  /** The same of what a daemon found, as it told it in JSON. */
  static String of(Map<String, Object> told, List<Peer> peers, boolean isJson) {
    if (isJson) {
      return Json.write(told) + System.lineSeparator();
    }
    Map<String, Object> contact = Json.members(told.get("contact"));
    List<String> path = texts(told.get("path"));
    return of(contact.isEmpty() ? Optional.empty() : Optional.of(rows(contact)), peers, path);
  }

  private static String of(
      Optional<List<List<String>>> contact, List<Peer> peers, List<String> path) {
    StringBuilder text = new StringBuilder();
    contact.ifPresent(it -> text.append(Columns.aligned(it)));
    if (!peers.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(Columns.aligned(rows(peers, Instant.now())));
    }
    if (!path.isEmpty()) {
      text.append("\n").append(Shown.line(String.join("; ", path))).append('\n');
    }
    return text.toString();
  }

  private static List<List<String>> rows(Contact contact, Duration age) {
    return rows(contact.id().toString(), contact.endpoints(), contact.data().toString(), age);
  }

  private static List<List<String>> rows(Map<String, Object> contact) {
    Object ageMs = contact.getOrDefault("ageMs", 0);
    Object data = contact.getOrDefault("data", contact.getOrDefault("data64", ""));
    return rows(
        String.valueOf(contact.getOrDefault("text", contact.get("id"))),
        texts(contact.get("endpoints")),
        data instanceof String text ? text : Json.write(data),
        Duration.ofMillis(ageMs instanceof Number number ? number.longValue() : 0));
  }

  private static List<List<String>> rows(
      String id, List<String> endpoints, String data, Duration age) {
    return List.of(
        List.of("CONTACT", id),
        List.of("ENDPOINTS", Columns.orDash(String.join(", ", endpoints))),
        List.of("DATA", Columns.orDash(data)),
        List.of("AGE", age(age)));
  }

  private static List<String> texts(@Nullable Object value) {
    return value instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
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
