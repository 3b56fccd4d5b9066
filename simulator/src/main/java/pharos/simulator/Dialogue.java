package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Subnet;
import pharos.agent.core.gateway.Callees;
import pharos.beacon.Addresses;

/**
 * The questions of one program past introductions, as the shell asks them: over connections that
 * are kept for a while, at the addresses on its own link first, and at the next one while the one
 * before is silent. The first answer counts.
 */
final class Dialogue {
  private static final long MS = 1_000_000;
  private static final long NEXT_NS = 300 * MS;
  private static final long POOLED_NS = 30_000 * MS;
  private static final Pattern ENDPOINT = Pattern.compile("tcp://([0-9.]+):([0-9]{1,5})");

  private final Lan lan;
  private final Program program;
  private final Callees callees;
  private final Hearing hearing;
  private final Map<InetSocketAddress, Line> lines = new LinkedHashMap<>();
  private final Map<Long, Asking> open = new LinkedHashMap<>();

  /** Who hears what came of a question. */
  interface Hearing {
    /** Returns whether the answer makes sense; otherwise that address has failed. */
    boolean onAnswer(long number, InetAddress at, Object body);

    void onFailed(long number);
  }

  /** One question, on its way to one or more addresses. */
  private static final class Asking {
    final long number;
    final Object body;
    final Deque<InetSocketAddress> left;
    final Map<Line, Line.Asked> sent = new LinkedHashMap<>();
    int tried;
    long nextNs;

    Asking(long number, Object body, Deque<InetSocketAddress> left) {
      this.number = number;
      this.body = body;
      this.left = left;
    }
  }

  Dialogue(Lan lan, Program program, Callees callees, Hearing hearing) {
    this.lan = lan;
    this.program = program;
    this.callees = callees;
    this.hearing = hearing;
  }

  /** Asks at these addresses. */
  void ask(long number, List<String> endpoints, Object body) {
    Asking asking = new Asking(number, body, inOrder(endpoints));
    open.put(number, asking);
    tryNext(asking);
  }

  private Deque<InetSocketAddress> inOrder(List<String> endpoints) {
    Deque<InetSocketAddress> near = new ArrayDeque<>();
    Deque<InetSocketAddress> far = new ArrayDeque<>();
    for (String endpoint : endpoints) {
      parsed(endpoint).ifPresent(to -> (isOnLink(to.getAddress()) ? near : far).add(to));
    }
    near.addAll(far);
    return near;
  }

  private boolean isOnLink(InetAddress address) {
    for (Subnet subnet : program.host.subnets()) {
      if (subnet.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<InetSocketAddress> parsed(String endpoint) {
    Matcher matcher = ENDPOINT.matcher(endpoint);
    return matcher.matches()
        ? Addresses.parse(matcher.group(1))
            .map(address -> new InetSocketAddress(address, Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  private void tryNext(Asking asking) {
    if (open.get(asking.number) != asking) {
      return;
    }
    if (asking.left.isEmpty()) {
      if (asking.tried == 0) {
        open.remove(asking.number);
        hearing.onFailed(asking.number);
      }
      return;
    }
    InetSocketAddress to = nextCallee(asking);
    if (to != null) {
      asking.nextNs = lan.nowNs() + NEXT_NS;
      asking.tried++;
      Line line = line(to);
      Line.Asked asked =
          line.ask(
              asking.body,
              answer -> onAnswer(asking, to.getAddress(), answer),
              () -> onNoAnswer(asking));
      asking.sent.put(line, asked);
    }
  }

  /** The first that may be connected to now; else it is tried again when one may be. */
  private @Nullable InetSocketAddress nextCallee(Asking asking) {
    long waitNs = NEXT_NS;
    for (Iterator<InetSocketAddress> each = asking.left.iterator(); each.hasNext(); ) {
      InetSocketAddress to = each.next();
      long untilNs = lines.containsKey(to) ? 0 : callees.call(to.getAddress(), lan.nowNs());
      if (untilNs == 0) {
        each.remove();
        return to;
      }
      waitNs = Math.min(waitNs, untilNs);
    }
    asking.nextNs = lan.nowNs() + waitNs;
    return null;
  }

  private Line line(InetSocketAddress to) {
    Line known = lines.get(to);
    if (known != null) {
      return known;
    }
    Line made = new Line(lan, program, to, () -> lines.remove(to));
    lines.put(to, made);
    return made;
  }

  private void onAnswer(Asking asking, InetAddress from, Object answer) {
    if (open.get(asking.number) != asking) {
      return;
    }
    onProof(from);
    if (hearing.onAnswer(asking.number, from, answer)) {
      forget(asking.number);
    } else {
      onNoAnswer(asking);
    }
  }

  private void onNoAnswer(Asking asking) {
    asking.tried--;
    tryNext(asking);
  }

  /** An address spoke to us over TCP: who waited to be connected to is tried now. */
  void onProof(InetAddress address) {
    if (callees.onProof(address, lan.nowNs())) {
      for (Asking asking : open.values()) {
        asking.nextNs = asking.tried == 0 ? lan.nowNs() : asking.nextNs;
      }
    }
  }

  void forget(long number) {
    Asking asking = open.remove(number);
    if (asking != null) {
      asking.sent.forEach(Line::forget);
    }
  }

  /** Tries the next addresses where it is time, and closes what was not used for long. */
  void wakeUp() {
    for (Asking asking : List.copyOf(open.values())) {
      if (!asking.left.isEmpty() && asking.nextNs <= lan.nowNs()) {
        tryNext(asking);
      }
    }
    for (Line line : List.copyOf(lines.values())) {
      if (line.isIdle() && lan.nowNs() - line.usedNs() >= POOLED_NS) {
        line.end();
      }
    }
  }

  /** When to wake up at the latest. */
  long nextNs() {
    long nextNs = Long.MAX_VALUE;
    for (Asking asking : open.values()) {
      nextNs = asking.left.isEmpty() ? nextNs : Math.min(nextNs, asking.nextNs);
    }
    return nextNs;
  }

  /** How many questions are open. */
  int open() {
    return open.size();
  }

  /** How many connections are there, open or opening. */
  int lines() {
    return lines.size();
  }
}
