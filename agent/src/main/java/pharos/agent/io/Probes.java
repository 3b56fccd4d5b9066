package pharos.agent.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import pharos.agent.core.AgentCore;
import pharos.beacon.NodeId;
import pharos.beacon.io.Probe;
import pharos.beacon.io.TcpProbe;
import pharos.beacon.io.UdpProbe;

/**
 * The open probes. They are looked at by time, often while they are young and ever less: a ZeroMQ
 * poller cannot wait for a connection, and most outcomes are there within a millisecond or never.
 */
final class Probes implements AutoCloseable {
  /** More than these are not kept open: the oldest has been silent for longest. */
  private static final int MAX_OPEN = 256;

  private static final long FIRST_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long UDP_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Long enough for the second and third attempt that TCP makes by itself. */
  private static final long TCP_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(3_500);

  private final Deque<Open> open = new ArrayDeque<>();
  private long failed;

  /** One probe: whom it is about, and when to look at it again. */
  private static final class Open {
    final NodeId peer;
    final long incarnation;
    final Probe probe;
    final long openedNs;
    final long patienceNs;
    long lookNs;

    Open(NodeId peer, long incarnation, Probe probe, long nowNs, long patienceNs) {
      this.peer = peer;
      this.incarnation = incarnation;
      this.probe = probe;
      this.openedNs = nowNs;
      this.patienceNs = patienceNs;
      this.lookNs = nowNs;
    }
  }

  /** Sends a datagram that can be refused. */
  void send(NodeId peer, long incarnation, ByteBuffer datagram, InetSocketAddress to, long nowNs) {
    try {
      add(new Open(peer, incarnation, UdpProbe.send(datagram, to), nowNs, UDP_PATIENCE_NS));
    } catch (IOException e) {
      failed++;
    }
  }

  /** Tries a connection. */
  void connect(NodeId peer, long incarnation, InetSocketAddress to, long nowNs) {
    try {
      add(new Open(peer, incarnation, TcpProbe.connect(to), nowNs, TCP_PATIENCE_NS));
    } catch (IOException e) {
      failed++;
    }
  }

  private void add(Open probe) {
    if (open.size() >= MAX_OPEN) {
      open.remove().probe.close();
    }
    open.add(probe);
  }

  /** How many could not be sent since this process may have no more sockets. */
  long failed() {
    return failed;
  }

  int size() {
    return open.size();
  }

  /** When to call {@link #look} again; {@link Long#MAX_VALUE} for never. */
  long nextInNs(long nowNs) {
    long nextNs = Long.MAX_VALUE;
    for (Open probe : open) {
      nextNs = Math.min(nextNs, Math.max(0, probe.lookNs - nowNs));
    }
    return nextNs;
  }

  /** Hands in what became of those that it is time to look at. */
  void look(AgentCore core, long nowNs) {
    List<Open> over = new ArrayList<>();
    for (Open probe : open) {
      if (probe.lookNs - nowNs <= 0 && takesOutcome(probe, core, nowNs)) {
        over.add(probe);
      }
    }
    open.removeAll(over);
    over.forEach(probe -> probe.probe.close());
  }

  private static boolean takesOutcome(Open open, AgentCore core, long nowNs) {
    Probe.Outcome outcome = open.probe.poll();
    long ageNs = nowNs - open.openedNs;
    open.lookNs = nowNs + Math.max(FIRST_LOOK_NS, ageNs);
    if (outcome == Probe.Outcome.REFUSED && open.probe instanceof TcpProbe) {
      core.onConnectRefused(open.peer, open.incarnation, open.probe.target());
    } else if (outcome == Probe.Outcome.REFUSED) {
      core.onProbeRefused(open.peer, open.incarnation, open.probe.target());
    } else if (outcome == Probe.Outcome.ANSWERED && open.probe instanceof TcpProbe) {
      core.onConnected(open.peer, open.incarnation, open.probe.target());
    }
    return outcome != Probe.Outcome.PENDING || ageNs >= open.patienceNs;
  }

  @Override
  public void close() {
    open.forEach(probe -> probe.probe.close());
    open.clear();
  }
}
