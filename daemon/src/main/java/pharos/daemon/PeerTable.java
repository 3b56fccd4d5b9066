package pharos.daemon;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import pharos.agent.Peer;
import pharos.agent.PeerHearing;
import pharos.agent.PeerState;

/** Peers in columns, for people. */
final class PeerTable {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private PeerTable() {}

  /** Prints them for whoever called. */
  static void print(Caller caller, List<Peer> peers) {
    Paint paint = Paint.of(caller, Caller.Stream.OUT);
    caller.out().print(of(peers, paint, Instant.now(), ZoneId.systemDefault()));
  }

  /** By name; {@code now} decides whether the time of a start needs its day. */
  static String of(List<Peer> peers, Paint paint, Instant now, ZoneId zone) {
    // Most have no other networks, and no use for an empty column.
    boolean isSited = peers.stream().anyMatch(peer -> !peer.site().isEmpty());
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        row(isSited, "SITE", "NAME", "ID", "SERVICE", "STATE", "ADDRESSES", "OFFERS", "STARTED"));
    List<Peer> sorted = new ArrayList<>(peers);
    sorted.sort(Comparator.comparing(Peer::name).thenComparing(Comparator.naturalOrder()));
    sorted.forEach(peer -> rows.add(row(isSited, peer, now, zone)));
    List<String> lines = Columns.aligned(rows).lines().toList();
    StringBuilder text = new StringBuilder(paint.bold(lines.get(0))).append('\n');
    for (int i = 0; i < sorted.size(); i++) {
      boolean isAlive = sorted.get(i).state() == PeerState.ALIVE;
      String line = lines.get(i + 1);
      text.append(isAlive ? line : paint.doubtful(line)).append('\n');
    }
    return text.toString();
  }

  private static List<String> row(boolean isSited, Peer peer, Instant now, ZoneId zone) {
    return row(
        isSited,
        Columns.orDash(peer.site()),
        peer.name(),
        peer.id().toShortString(),
        Columns.orDash(peer.service()),
        state(peer),
        Columns.addresses(peer),
        Columns.offers(peer),
        started(Instant.ofEpochMilli(peer.incarnation()), now, zone));
  }

  /** And what its silence would tell, where that is less than usual, and whose fault that is. */
  private static String state(Peer peer) {
    String state = peer.state().name().toLowerCase(Locale.ROOT);
    String held = peer.isHeld() ? ", held" : "";
    String lost = peer.lossPercent() > 0 ? ", " + peer.lossPercent() + "% lost" : "";
    PeerHearing.Fault fault = peer.hearing().fault();
    String named =
        fault == PeerHearing.Fault.NONE
            ? ""
            : ", " + fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String failure = peer.failure().isPresent() ? ", failing" : "";
    return state + held + named + lost + failure;
  }

  private static List<String> row(boolean isSited, String site, String name, String... others) {
    List<String> row = new ArrayList<>();
    row.add(name);
    if (isSited) {
      row.add(site);
    }
    row.addAll(List.of(others));
    return row;
  }

  private static String started(Instant at, Instant now, ZoneId zone) {
    boolean isRecent = Duration.between(at, now).compareTo(Duration.ofHours(20)) < 0;
    return (isRecent ? TIME : DAY).withZone(zone).format(at);
  }
}
