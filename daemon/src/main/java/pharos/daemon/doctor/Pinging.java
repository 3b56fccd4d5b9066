package pharos.daemon.doctor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Look;
import pharos.agent.core.Sight;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.Reply;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.Addresses;
import pharos.beacon.Link;
import pharos.beacon.NodeId;
import pharos.kademlia.ContactId;

/**
 * Pings a peer by every path in turns: by UDP from each link that it is on, by TCP at each of its
 * addresses, and through the gateways of this network. While it is pinged it is asked what of it
 * arrives, so that loss is known each way. For one thread.
 */
public final class Pinging implements AutoCloseable {
  private static final long SETTLE_MS = 1_000;
  private static final long BROADCAST_GAP_MS = 200;
  private static final int ANSWER_MS = 500;
  private static final int GATEWAY_MS = 2_000;
  private static final long ROUND_MS = 200;

  /** So many paths are tried: a peer may have many addresses. */
  private static final int MAX_PATHS = 16;

  private static final int MAX_GATEWAYS = 4;

  private final Examination.Plan plan;
  private final Station station;
  private final Asking asking = new Asking();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Map<PathTimes, Path> paths = new LinkedHashMap<>();
  private @Nullable Counting counting;

  /** A way to reach it. */
  private interface Path {
    /** How long the answer took in nanoseconds; negative when none came. */
    long ping() throws IOException;
  }

  /** Opens the sockets. */
  public Pinging(Examination.Plan plan) throws IOException {
    this.plan = plan;
    station = new Station(plan.filter(), plan.beaconPort(), plan.cluster());
    if (!station.failure.isEmpty()) {
      station.close();
      throw new IOException(station.failure);
    }
  }

  /**
   * Pings so often.
   *
   * @param told hears each answer, as people read it
   * @return what came of each path; none when the peer was not found
   */
  public List<PathTimes> run(int count, Consumer<String> told) throws IOException {
    settle();
    choose();
    for (int round = 1; round <= count && !paths.isEmpty(); round++) {
      long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MS);
      if (counting != null) {
        counting.begin(count - round + 1);
      }
      for (Map.Entry<PathTimes, Path> each : paths.entrySet()) {
        long tookNs = each.getValue().ping();
        each.getKey().add(tookNs);
        told.accept(line(each.getKey().path(), round, tookNs));
      }
      if (round < count) {
        pause(endNs);
      }
    }
    if (counting != null) {
      counting.end();
    }
    return List.copyOf(paths.keySet());
  }

  private static String line(String path, int round, long tookNs) {
    return tookNs < 0
        ? path + ": seq=" + round + " no answer"
        : String.format(Locale.ROOT, "%s: seq=%d time=%.2f ms", path, round, tookNs / 1e6);
  }

  /** Hears who is there. */
  private void settle() throws IOException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
    long nextNs = System.nanoTime();
    while (System.nanoTime() - endNs < 0) {
      if (System.nanoTime() - nextNs >= 0) {
        nextNs += TimeUnit.MILLISECONDS.toNanos(BROADCAST_GAP_MS);
        station.broadcast();
        plan.wanted()
            .flatMap(Examination.Wanted::address)
            .ifPresent(it -> station.probe(it, plan.beaconPort()));
      }
      station.hear(10);
    }
  }

  private void pause(long endNs) throws IOException {
    while (System.nanoTime() - endNs < 0) {
      station.hear(10);
    }
  }

  // The paths.

  private void choose() throws IOException {
    Examination.Wanted wanted = plan.wanted().orElseThrow();
    List<Facts.Heard> agents = agents(wanted);
    for (Facts.Heard agent : agents) {
      addTcp(agent.address(), agent.tcpPort());
      for (Link link : station.interfaces.links()) {
        if (paths.size() < MAX_PATHS && reaches(link, agent.address())) {
          addUdp(link, agent);
        }
      }
    }
    if (agents.isEmpty() && wanted.address().isPresent() && wanted.tcpPort() != 0) {
      addTcp(wanted.address().get(), wanted.tcpPort());
    }
    String name = agents.isEmpty() ? wanted.text() : agents.get(0).name();
    Map<NodeId, Facts.Heard> gateways = new LinkedHashMap<>();
    for (Facts.Heard each : station.air.heard()) {
      boolean isOther = agents.stream().noneMatch(it -> it.id().equals(each.id()));
      if (each.isGateway() && each.cluster() == plan.cluster() && isOther && !name.isEmpty()) {
        gateways.merge(each.id(), each, (one, other) -> isIpv4(one.address()) ? one : other);
      }
    }
    gateways.values().stream().limit(MAX_GATEWAYS).forEach(it -> addGateway(it, name));
  }

  private static boolean isIpv4(InetAddress address) {
    return !(address instanceof Inet6Address);
  }

  private List<Facts.Heard> agents(Examination.Wanted wanted) {
    return station.air.heard().stream()
        .filter(it -> it.tcpPort() != 0 && it.cluster() == plan.cluster())
        .filter(
            it ->
                wanted.address().isPresent()
                    ? wanted.address().get().equals(it.address())
                    : it.name().equals(wanted.text())
                        || it.id().toShortString().equals(wanted.text()))
        .filter(it -> wanted.tcpPort() == 0 || wanted.tcpPort() == it.tcpPort())
        .toList();
  }

  /** Of a link-local address, which every link could reach, only that where it was heard. */
  private static boolean reaches(Link link, InetAddress address) {
    boolean isHere =
        !(address instanceof Inet6Address it)
            || it.getScopeId() == 0
            || it.getScopeId() == link.index();
    return isHere && link.isOnLink(address);
  }

  /** Introduces this one first, since of a stranger a datagram is answered once in a while. */
  private void addTcp(InetAddress address, int port) {
    Asking.Line line = asking.line(address, port);
    opened.add(line);
    boolean answers = line.ask(station.introduction(), ANSWER_MS) != null;
    if (answers && counting == null) {
      counting = new Counting(asking.line(address, port), address, station.self);
      opened.add(counting);
    }
    paths.put(
        new PathTimes("tcp " + Addresses.zonedText(address) + " port " + port),
        () -> {
          long beganNs = System.nanoTime();
          byte[] answer = line.once(WireCodec.hello(), ANSWER_MS);
          return answer == null ? -1 : System.nanoTime() - beganNs;
        });
  }

  private void addUdp(Link link, Facts.Heard agent) {
    UdpPath path;
    try {
      path = new UdpPath(station, link, agent);
      path.introduce(agent.tcpPort(), ANSWER_MS);
    } catch (IOException e) {
      return; // that address cannot be sent from now
    }
    opened.add(path);
    PathTimes times =
        new PathTimes("udp " + Addresses.zonedText(agent.address()) + " by " + link.nic());
    paths.put(
        times,
        () -> {
          boolean isCounted = counting != null && counting.isOpen();
          long tookNs = path.ping(ANSWER_MS);
          if (isCounted && counting != null) {
            counting.sent(link.address(), times, tookNs >= 0);
          }
          return tookNs;
        });
  }

  private void addGateway(Facts.Heard gateway, String name) {
    Asking.Line line = asking.line(gateway.address(), gateway.tcpPort());
    opened.add(line);
    line.ask(WireCodec.hello(), ANSWER_MS); // the first ping shall not wait for a connection
    byte[] question = OverlayCodec.write(new Question.Find(ContactId.ofText(name), GATEWAY_MS));
    paths.put(
        new PathTimes("gateway " + gateway.shown()),
        () -> {
          long beganNs = System.nanoTime();
          byte[] answer = line.once(question, GATEWAY_MS);
          return isFound(answer) ? System.nanoTime() - beganNs : -1;
        });
  }

  private static boolean isFound(byte @Nullable [] answer) {
    try {
      return answer != null
          && OverlayCodec.readReply(answer) instanceof Reply.Ended ended
          && ended.status() == Reply.Status.FOUND;
    } catch (WireException e) {
      return false;
    }
  }

  @Override
  public void close() {
    for (AutoCloseable each : opened) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("nothing fails that is closed here", e);
      }
    }
    asking.close();
    station.close();
  }

  /** Who asks the other what arrives there, time and again. */
  private static final class Counting implements AutoCloseable {
    private static final long EARLY_NS = TimeUnit.MILLISECONDS.toNanos(80);
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(ANSWER_MS);

    private final Asking.Line line;
    private final InetAddress address;
    private final NodeId self;
    private final Map<InetAddress, Sent> sent = new LinkedHashMap<>();
    private @Nullable Thread thread;
    private volatile Asking.@Nullable Answer answer;
    private long beginsNs;
    private long endsNs;

    private static final class Sent {
      int sent;
      int answered;
      final PathTimes times;

      Sent(PathTimes times) {
        this.times = times;
      }
    }

    Counting(Asking.Line line, InetAddress address, NodeId self) {
      this.line = line;
      this.address = address;
      this.self = self;
    }

    /** Begins to count, unless it does, for so many rounds at most. */
    void begin(int rounds) {
      Thread running = thread;
      if (running != null && running.isAlive()) {
        return;
      }
      take();
      long withinMs = Math.min(Look.MAX_WITHIN_MS, rounds * ROUND_MS + 2L * ANSWER_MS);
      Look look = new Look(address, Optional.of(self), withinMs, 0, 0);
      Thread begun =
          new Thread(() -> answer = line.ask(look, 0, (int) withinMs + ANSWER_MS), "pharos-look");
      begun.setDaemon(true);
      begun.start();
      thread = begun;
      beginsNs = System.nanoTime() + EARLY_NS;
      endsNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs) - LATE_NS;
      try {
        TimeUnit.NANOSECONDS.sleep(EARLY_NS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    boolean isOpen() {
      long nowNs = System.nanoTime();
      return nowNs - beginsNs >= 0 && nowNs - endsNs < 0;
    }

    void sent(InetAddress from, PathTimes times, boolean isAnswered) {
      Sent it = sent.computeIfAbsent(from, any -> new Sent(times));
      if (it.times == times) {
        it.sent++;
        it.answered += isAnswered ? 1 : 0;
      }
    }

    /** Waits for the last answer. */
    void end() {
      Thread running = thread;
      if (running != null) {
        try {
          running.join(Look.MAX_WITHIN_MS + 2 * ANSWER_MS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      take();
    }

    private void take() {
      Asking.Answer told = answer;
      answer = null;
      if (told != null && told.seen().isPresent()) {
        sent.forEach(
            (from, it) -> {
              int arrived =
                  told.seen().get().heard().stream()
                      .filter(one -> !one.isShared() && one.from().equals(from))
                      .mapToInt(Sight.Heard::count)
                      .sum();
              it.times.compare(it.sent, arrived, it.answered);
            });
      }
      sent.clear();
    }

    @Override
    public void close() {
      line.close();
    }
  }
}
