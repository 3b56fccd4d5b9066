package pharos.daemon;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Interfaces;
import pharos.beacon.Link;
import pharos.beacon.io.BeaconSockets;
import pharos.beacon.io.Ports;
import pharos.daemon.wire.Heard;
import pharos.daemon.wire.Senders;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos listen}: what is on the wire, decoded. */
@Command(
    name = "listen",
    description = {
      "Shows each beacon that arrives at the beacon port: ours, those of ZRE and of other protocols"
          + " that share the port, and what cannot be read, with the reason. It sends nothing.",
      "Answers go from one agent to another, and are not heard here."
    },
    footer = {
      "  pharos listen",
      "      until Ctrl-C",
      "  pharos listen --filter alpha-1 --hex",
      "      what alpha-1 sends, with its bytes",
      "  pharos listen --stats",
      "      who sends how much, counted for ten seconds",
      "  pharos listen --json --seconds 5 | jq -r 'select(.kind == \"zre\").text'",
      "      the nodes of Zyre that are there",
      "",
      "Ends with 0; with 1 when the port cannot be listened to, 2 when the options make no sense."
    })
final class ListenCommand extends Subcommand {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  private static final Duration COUNTED = Duration.ofSeconds(10);

  /** More than these in a second nobody reads, and a flood shall not fill a disk. */
  private static final int MAX_LINES_A_SECOND = 1_000;

  private static final long LOOK_MS = 100;

  @Option(
      names = "--filter",
      paramLabel = "TEXT",
      description =
          "Only what mentions this text, in whatever letters: a name, an address, a kind such as"
              + " leaving or zre.")
  private String filter = "";

  @Option(names = "--hex", description = "Show the bytes too.")
  private boolean isHex;

  @Option(
      names = "--stats",
      description =
          "Count who sends how much instead, and tell at the end: after 10 s, if --seconds does not"
              + " say another time.")
  private boolean isStats;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = CountReader.class,
      description = "End after so many.")
  private @Nullable Integer count;

  @Mixin private Seconds seconds = new Seconds();

  @Option(
      names = "--json",
      description = "A JSON document for each, in a line; of --stats one in all.")
  private boolean isJson;

  @Mixin private NetworkOptions network = new NetworkOptions();

  private final Senders senders = new Senders();
  private long beganNs;
  private long shown;
  private long heard;
  private long secondEndsNs;
  private int linesOfSecond;
  private long leftOut;
  private volatile boolean isToEnd;

  @Override
  public Integer call() {
    Logs.quiet();
    if (isStats && isHex) {
      throw new Misuse("--hex is of no use with --stats, which shows no datagram");
    }
    if (network.isOfCluster()) {
      throw new Misuse("--cluster: listen shows those of all clusters; --filter narrows it down");
    }
    Interfaces interfaces = network.choose();
    int port = network.network().beaconPort();
    try (BeaconSockets sockets = BeaconSockets.open(interfaces, Ports.DEFAULT.withShared(port));
        Selector selector = Selector.open()) {
      tellWhere(interfaces, port);
      for (String ending : List.of("INT", "TERM", "HUP")) {
        Signals.handle(ending, () -> isToEnd = true);
      }
      sockets.shared().channel().register(selector, java.nio.channels.SelectionKey.OP_READ);
      listen(sockets, selector, interfaces.links());
      return end(sockets.shared().oversize());
    } catch (IOException e) {
      throw new Failure("cannot listen at UDP port " + port + ": " + e.getMessage(), e);
    }
  }

  private void tellWhere(Interfaces interfaces, int port) {
    String where =
        interfaces.links().isEmpty()
            ? "whatever interface brings it"
            : String.join(", ", interfaces.links().stream().map(Link::nic).distinct().toList());
    caller.err().println("pharos listen: UDP port " + port + " on " + where);
  }

  private void listen(BeaconSockets sockets, Selector selector, List<Link> links)
      throws IOException {
    BeaconCodec codec = new BeaconCodec();
    beganNs = System.nanoTime();
    secondEndsNs = beganNs;
    while (!isOver()) {
      selector.select(LOOK_MS);
      selector.selectedKeys().clear();
      Instant now = Instant.now();
      sockets
          .shared()
          .receive(
              (datagram, from) -> {
                if (!isOver() && isWanted(from.getAddress(), links)) {
                  onHeard(Heard.of(now, from, nic(from.getAddress(), links), datagram, codec));
                }
              });
      caller.out().flush();
    }
  }

  /** Where single interfaces are wanted, what comes from the networks of others is not. */
  private boolean isWanted(InetAddress from, List<Link> links) {
    return !network.hasInterfaces() || !nic(from, links).isEmpty();
  }

  private boolean isOver() {
    Duration limit = seconds.limit() == null && isStats ? COUNTED : seconds.limit();
    return isToEnd
        || (limit != null && System.nanoTime() - beganNs >= limit.toNanos())
        || (count != null && shown >= count);
  }

  private static String nic(InetAddress from, List<Link> links) {
    return links.stream().filter(it -> it.isOnLink(from)).map(Link::nic).findFirst().orElse("");
  }

  private void onHeard(Heard one) {
    heard++;
    if (!filter.isEmpty() && !one.mentions(filter)) {
      return;
    }
    shown++;
    if (isStats) {
      senders.add(one);
    } else if (hasRoom()) {
      print(one);
    }
  }

  private boolean hasRoom() {
    long nowNs = System.nanoTime();
    if (nowNs - secondEndsNs >= 0) {
      tellLeftOut();
      secondEndsNs = nowNs + TimeUnit.SECONDS.toNanos(1);
      linesOfSecond = 0;
    }
    if (++linesOfSecond <= MAX_LINES_A_SECOND) {
      return true;
    }
    leftOut++;
    return false;
  }

  private void tellLeftOut() {
    if (leftOut > 0) {
      String more = leftOut + " more were not shown, over " + MAX_LINES_A_SECOND + " a second";
      caller.err().println("pharos listen: " + more + "; --stats tells who sends them");
      leftOut = 0;
    }
  }

  private void print(Heard one) {
    PrintStream out = caller.out();
    if (isJson) {
      out.println(one.json(isHex));
      return;
    }
    out.println(TIME.format(one.at()) + "  " + one.line());
    if (isHex) {
      out.print(one.hex());
    }
  }

  private int end(long oversize) {
    tellLeftOut();
    double lasted = (System.nanoTime() - beganNs) / 1e9;
    if (isStats) {
      if (isJson) {
        print(senders.json(lasted));
      } else {
        caller.out().print(Columns.aligned(senders.rows(lasted)));
      }
    }
    String tooLong =
        oversize == 0
            ? ""
            : ", and " + oversize + " longer than any beacon, of which nothing is known";
    return caller.done(
        "listen",
        String.format(
            java.util.Locale.ROOT, "heard %d in %.1f s%s%s", heard, lasted, about(), tooLong));
  }

  private String about() {
    return filter.isEmpty() ? "" : ", of which " + shown + " mention '" + filter + "'";
  }

  static final class CountReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return OverlayOptions.number(text, 999_999_999, "");
    }
  }
}
