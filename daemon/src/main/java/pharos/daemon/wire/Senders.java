package pharos.daemon.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import pharos.agent.json.Json;
import pharos.beacon.Addresses;

/** Who sends how much: by address, and at one address by who it is. */
public final class Senders {
  /** Later ones are counted together: anybody can invent senders. */
  static final int MAX_SENDERS = 1_000;

  private static final Key OTHERS = new Key("others", "", "");

  private final Map<Key, Sent> all = new LinkedHashMap<>();

  /** One sender, as far as it can be told from others. */
  private record Key(String address, String kind, String who) {}

  /** What it sent. */
  private static final class Sent {
    long datagrams;
    long bytes;
  }

  /** Counts one more. */
  public void add(Heard heard) {
    Key key =
        new Key(
            Addresses.zonedText(heard.from().getAddress()),
            switch (heard.kind()) {
              case ZRE, FOREIGN, REJECTED -> heard.kind().shown();
              default -> "pharos";
            },
            heard.who());
    boolean hasRoom = all.size() < MAX_SENDERS || all.containsKey(key);
    Sent sent = all.computeIfAbsent(hasRoom ? key : OTHERS, it -> new Sent());
    sent.datagrams++;
    sent.bytes += heard.length();
  }

  /** The rows of a table, with a head: who sent most comes first. */
  public List<List<String>> rows(double seconds) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("FROM", "KIND", "WHO", "DATAGRAMS", "A SECOND", "BYTES A SECOND"));
    sorted()
        .forEach(
            it -> {
              Key key = it.getKey();
              Sent sent = it.getValue();
              rows.add(
                  List.of(
                      key.address(),
                      key.kind().isEmpty() ? "-" : key.kind(),
                      key.who().isEmpty() ? "-" : key.who(),
                      String.valueOf(sent.datagrams),
                      perSecond(sent.datagrams, seconds),
                      perSecond(sent.bytes, seconds)));
            });
    return rows;
  }

  /** The same as a JSON document. */
  public String json(double seconds) {
    List<Map<String, Object>> senders =
        sorted().stream()
            .map(
                it ->
                    Json.object(
                        "from", it.getKey().address(),
                        "kind", it.getKey().kind(),
                        "who", it.getKey().who(),
                        "datagrams", it.getValue().datagrams,
                        "bytes", it.getValue().bytes))
            .toList();
    return Json.write(Json.object("seconds", seconds, "senders", senders));
  }

  private List<Map.Entry<Key, Sent>> sorted() {
    Comparator<Map.Entry<Key, Sent>> byBytes = Comparator.comparingLong(it -> it.getValue().bytes);
    return all.entrySet().stream().sorted(byBytes.reversed()).toList();
  }

  private static String perSecond(long count, double seconds) {
    return String.format(Locale.ROOT, "%.1f", count / Math.max(seconds, 0.001));
  }
}
