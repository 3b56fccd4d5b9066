package pharos.daemon.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Look;
import pharos.agent.core.Sight;
import pharos.beacon.NodeId;
import pharos.beacon.io.Probe;
import pharos.beacon.io.UdpProbe;

/**
 * Measures the way to one other agent, on a thread of its own, while {@link Examination} sends and
 * hears datagrams. Each step is bounded in time.
 */
final class LegProbe {
  /** TCP tries again after a second, and one packet may be lost; so it is tried twice, too. */
  private static final int CONNECT_MS = 1_500;

  /** For so long the other listens. */
  private static final long LISTEN_MS = 1_600;

  /** For an answer that is due at once, and for one that waits for a connection back. */
  private static final int SHORT_MS = 1_000;

  private static final int LONG_MS = 2_500;

  /** Longer than two packets of the usual network. */
  private static final int LARGE_BYTES = 4_000;

  private static final int MOST_LARGE_BYTES = 40_000;

  /** Where hardly any host listens. */
  private static final List<Integer> CLOSED = List.of(40_961, 52_741, 61_373);

  private static final long REFUSAL_MS = 400;

  private final Asking asking;
  private final InetAddress address;
  private final int tcpPort;
  private final NodeId self;
  private final byte[] introduction;
  private final int localPort;
  private final int mtu;

  /** How many datagrams were sent to it, and to all, while it listened. */
  final AtomicInteger broadcasts = new AtomicInteger();

  final AtomicInteger unicasts = new AtomicInteger();
  private volatile boolean isListenedTo;
  private volatile boolean isIntroduced;

  private Facts.Tried tcp = Facts.Tried.NOT;
  private Facts.Tried large = Facts.Tried.NOT;
  private Facts.Tried largeBack = Facts.Tried.NOT;
  private Facts.Tried ping = Facts.Tried.NOT;
  private Facts.Tried refusal = Facts.Tried.NOT;
  private Sight.@Nullable Seen seen;
  private String unseen = "";
  private long clockDiffMs;

  /**
   * A way to measure.
   *
   * @param tcpPort where it answers; 0 when that is not known
   * @param self whose beacons it shall count
   * @param introduction what tells it who asks
   * @param localPort where it shall connect to
   * @param mtu the longest packet that leaves here
   */
  LegProbe(
      Asking asking,
      InetAddress address,
      int tcpPort,
      NodeId self,
      byte[] introduction,
      int localPort,
      int mtu) {
    this.asking = asking;
    this.address = address;
    this.tcpPort = tcpPort;
    this.self = self;
    this.introduction = introduction.clone();
    this.localPort = localPort;
    this.mtu = mtu;
  }

  /** Whether it counts what is sent now. */
  boolean isListenedTo() {
    return isListenedTo;
  }

  /** Whether it answers each datagram now; of a stranger it answers few. */
  boolean isIntroduced() {
    return isIntroduced;
  }

  /** Measures, and returns when it is done. */
  void run() {
    Thread pinging = new Thread(() -> ping = HostFacts.ping(address), "pharos-ping");
    pinging.setDaemon(true);
    pinging.start();
    if (tcpPort == 0) {
      unseen = "its TCP port is not known";
    } else {
      tcp = connect(address, tcpPort, CONNECT_MS);
      if (tcp == Facts.Tried.SILENT) {
        tcp = connect(address, tcpPort, CONNECT_MS);
      }
      if (tcp == Facts.Tried.ANSWERED) {
        look();
      } else {
        unseen = "it cannot be asked over TCP";
      }
    }
    refusal = refused();
    try {
      pinging.join(TimeUnit.SECONDS.toMillis(4));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Introduces this one first, as every agent that only listens does: so it may be answered. */
  private void look() {
    try (Asking.Line line = asking.line(address, tcpPort)) {
      isIntroduced = line.ask(introduction, SHORT_MS) != null;
      if (!isIntroduced) {
        unseen = "it takes connections, and answers nothing";
        return;
      }
      Asking.Answer first = line.ask(look(Optional.empty(), 0, 0, 0), 0, SHORT_MS);
      if (first.seen().isEmpty()) {
        unseen = whyUnseen(first.error());
        return;
      }
      long nowMs = System.currentTimeMillis();
      clockDiffMs = first.seen().get().clockMs() - (nowMs - first.tookNs() / 2_000_000);
      isListenedTo = true;
      Look full = look(Optional.of(self), LISTEN_MS, localPort, 0);
      Asking.Answer told = line.ask(full, 0, (int) LISTEN_MS + LONG_MS);
      isListenedTo = false;
      seen = again(line, told.seen().orElse(first.seen().get()));
      unseen = told.seen().isEmpty() ? "it did not tell what it heard" : "";
      large(line);
    }
  }

  /** A connection back that did not come about may have lost a packet. */
  private Sight.Seen again(Asking.Line line, Sight.Seen told) {
    if (told.connected() != Sight.Connected.SILENT) {
      return told;
    }
    Asking.Answer again = line.ask(look(Optional.empty(), 0, localPort, 0), 0, LONG_MS);
    Sight.Connected connected =
        again.seen().map(Sight.Seen::connected).orElse(Sight.Connected.SILENT);
    return new Sight.Seen(
        told.id(),
        told.name(),
        told.clockMs(),
        told.asker(),
        told.mac(),
        told.heard(),
        told.others(),
        told.ways(),
        connected,
        told.fillBytes());
  }

  private static String whyUnseen(String error) {
    if (error.isEmpty()) {
      return "it answers, but not to this";
    }
    return error.contains("networks") ? error : "it is of a version that does not tell";
  }

  private Look look(Optional<NodeId> id, long withinMs, int port, int fillBytes) {
    return new Look(address, id, withinMs, port, fillBytes);
  }

  private void large(Asking.Line line) {
    int bytes = Math.min(MOST_LARGE_BYTES, Math.max(LARGE_BYTES, 2 * mtu));
    large = came(line.ask(look(Optional.empty(), 0, 0, 0), bytes, SHORT_MS));
    if (large == Facts.Tried.ANSWERED) {
      largeBack = came(line.ask(look(Optional.empty(), 0, 0, bytes), bytes, SHORT_MS));
    }
  }

  private static Facts.Tried came(Asking.Answer answer) {
    return answer.came() ? Facts.Tried.ANSWERED : Facts.Tried.SILENT;
  }

  static Facts.Tried connect(InetAddress to, int port, int patienceMs) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(to, port), patienceMs);
      return Facts.Tried.ANSWERED;
    } catch (ConnectException e) {
      String why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      return why.contains("refused")
          ? Facts.Tried.REFUSED
          : why.contains("timed") ? Facts.Tried.SILENT : Facts.Tried.NO_ROUTE;
    } catch (NoRouteToHostException e) {
      return Facts.Tried.NO_ROUTE;
    } catch (IOException e) {
      return Facts.Tried.SILENT;
    }
  }

  /** Whether the refusal of a closed port arrives here, which is ICMP that Pharos lives by. */
  private Facts.Tried refused() {
    for (int port : CLOSED) {
      try (UdpProbe probe =
          UdpProbe.send(ByteBuffer.wrap(new byte[1]), new InetSocketAddress(address, port))) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REFUSAL_MS);
        while (System.nanoTime() - endNs < 0) {
          Probe.Outcome outcome = probe.poll();
          if (outcome == Probe.Outcome.REFUSED) {
            return Facts.Tried.REFUSED;
          }
          if (outcome != Probe.Outcome.PENDING) {
            break;
          }
          TimeUnit.MILLISECONDS.sleep(10);
        }
      } catch (IOException e) {
        return Facts.Tried.NOT;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Facts.Tried.NOT;
      }
    }
    return Facts.Tried.SILENT;
  }

  /** What was measured; after {@link #run} has returned. */
  Facts.Leg leg(
      String name,
      boolean isWanted,
      Optional<Facts.Heard> agent,
      int probes,
      int echoes,
      Map<String, String> neighbours,
      boolean isLocalAgents) {
    return new Facts.Leg(
        name,
        isWanted,
        address,
        agent,
        probes,
        echoes,
        broadcasts.get(),
        unicasts.get(),
        tcp,
        Optional.ofNullable(seen),
        unseen,
        large,
        largeBack,
        ping,
        refusal,
        neighbours.getOrDefault(address.getHostAddress(), ""),
        clockDiffMs,
        localPort,
        isLocalAgents);
  }
}
