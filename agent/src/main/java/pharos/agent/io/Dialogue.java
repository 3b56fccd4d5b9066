package pharos.agent.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.agent.core.gateway.Callees;
import pharos.beacon.Addresses;

/**
 * The questions past the subnet. One who is asked may have many addresses, and some may lead
 * nowhere: those that answered before come first, then those on our links, and the next one is
 * tried while the one before is silent. The first answer counts.
 */
final class Dialogue {
  private static final long NEXT_NS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int REMEMBERED = 1_024;
  private static final Pattern ENDPOINT =
      Pattern.compile("tcp://(?:\\[([^\\]%]*:[^\\]%]*)(%[\\w.-]+)?\\]|([^:\\[\\]]+)):(\\d{1,5})");

  private final Ways ways;
  private final Connections.Asking whose;
  private final Map<Long, Asking> byNumber = new LinkedHashMap<>();
  private final Map<Long, Asking> byAttempt = new HashMap<>();
  private final Map<String, InetSocketAddress> good = Bounded.byUse(REMEMBERED);
  private final LongConsumer failed;
  private long attempts;

  /** One question, on its way to one or more addresses. */
  private static final class Asking {
    final long number;
    final String whom;
    final byte[] body;
    final Deque<InetSocketAddress> left;
    final Map<Long, InetSocketAddress> open = new HashMap<>();
    long nextNs;

    Asking(long number, String whom, byte[] body, Deque<InetSocketAddress> left) {
      this.number = number;
      this.whom = whom;
      this.body = body;
      this.left = left;
    }
  }

  /**
   * How others are reached, the same for all machines of an agent.
   *
   * @param proven hears of each address that answered us over TCP
   */
  record Ways(
      Connections connections,
      Predicate<InetAddress> isOnLink,
      Callees callees,
      Consumer<InetAddress> proven) {}

  /** Which question was answered, and the address that did. */
  record Answered(long number, String at) {}

  /**
   * The questions of one machine.
   *
   * @param whose is told by {@link Connections} what became of each attempt, and tells it here in
   *     his time
   * @param failed is told the number of a question that nobody answered
   */
  Dialogue(Ways ways, Connections.Asking whose, LongConsumer failed) {
    this.ways = ways;
    this.whose = whose;
    this.failed = failed;
  }

  void ask(long number, List<String> endpoints, byte[] body, long nowNs) {
    String whom = String.join(" ", endpoints);
    Asking asking = new Asking(number, whom, body, inOrder(endpoints, whom));
    byNumber.put(number, asking);
    tryNext(asking, nowNs);
  }

  private Deque<InetSocketAddress> inOrder(List<String> endpoints, String whom) {
    List<InetSocketAddress> near = new ArrayList<>();
    List<InetSocketAddress> far = new ArrayList<>();
    for (String endpoint : endpoints) {
      Optional<InetSocketAddress> address = parsed(endpoint);
      address.ifPresent(to -> (ways.isOnLink().test(to.getAddress()) ? near : far).add(to));
    }
    Deque<InetSocketAddress> order = new ArrayDeque<>(near);
    order.addAll(far);
    InetSocketAddress best = good.get(whom);
    if (best != null && order.remove(best)) {
      order.addFirst(best);
    }
    return order;
  }

  /** Only a literal address: a name in a message makes nobody ask a resolver. */
  static Optional<InetSocketAddress> parsed(String endpoint) {
    Matcher matcher = ENDPOINT.matcher(endpoint);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(matcher.group(4));
    if (port == 0 || port > 0xFFFF) {
      return Optional.empty();
    }
    String ipv6 = matcher.group(1);
    String zone = matcher.group(2);
    return Addresses.parse(ipv6 == null ? matcher.group(3) : ipv6)
        .flatMap(address -> zone == null ? Optional.of(address) : inZone(ipv6 + zone))
        .map(address -> new InetSocketAddress(address, port));
  }

  /** What stands before the zone is a literal; a zone is an interface of this host, or nothing. */
  private static Optional<InetAddress> inZone(String literal) {
    try {
      return Optional.of(InetAddress.getAllByName(literal)[0]);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private void tryNext(Asking asking, long nowNs) {
    if (asking.left.isEmpty()) {
      if (asking.open.isEmpty() && byNumber.remove(asking.number) != null) {
        failed.accept(asking.number);
      }
      return;
    }
    InetSocketAddress to = nextCallee(asking, nowNs);
    if (to == null) {
      return;
    }
    long attempt = ++attempts;
    asking.open.put(attempt, to);
    asking.nextNs = nowNs + NEXT_NS;
    byAttempt.put(attempt, asking);
    ways.connections().askPooled(whose, attempt, to, asking.body, nowNs);
  }

  /** The first that may be connected to now; else it is tried again when one may be. */
  private @Nullable InetSocketAddress nextCallee(Asking asking, long nowNs) {
    long waitNs = NEXT_NS;
    for (Iterator<InetSocketAddress> each = asking.left.iterator(); each.hasNext(); ) {
      InetSocketAddress to = each.next();
      long untilNs =
          ways.connections().isOpenTo(to) ? 0 : ways.callees().call(to.getAddress(), nowNs);
      if (untilNs == 0) {
        each.remove();
        return to;
      }
      waitNs = Math.min(waitNs, untilNs);
    }
    asking.nextNs = nowNs + waitNs;
    return null;
  }

  /** An address proved to be where it says it is: who waited for that is tried now. */
  void onProven(long nowNs) {
    for (Asking asking : byNumber.values()) {
      if (asking.open.isEmpty()) {
        asking.nextNs = nowNs;
      }
    }
  }

  void forget(long number) {
    Asking asking = byNumber.remove(number);
    if (asking != null) {
      end(asking);
    }
  }

  private void end(Asking asking) {
    for (Long attempt : asking.open.keySet()) {
      byAttempt.remove(attempt);
      ways.connections().forget(whose, attempt);
    }
    asking.open.clear();
  }

  /** An attempt brought an answer that makes sense; empty when nobody waits for it any more. */
  Optional<Answered> onAnswer(long attempt) {
    Asking asking = byAttempt.remove(attempt);
    if (asking == null) {
      return Optional.empty();
    }
    InetSocketAddress from = asking.open.remove(attempt);
    if (from != null) {
      good.put(asking.whom, from);
      ways.proven().accept(from.getAddress());
    }
    byNumber.remove(asking.number);
    end(asking);
    String at = from == null ? "" : Addresses.text(from.getAddress());
    return Optional.of(new Answered(asking.number, at));
  }

  /** An attempt failed, or brought what makes no sense. */
  void onFailed(long attempt, long nowNs) {
    Asking asking = byAttempt.remove(attempt);
    if (asking != null) {
      asking.open.remove(attempt);
      tryNext(asking, nowNs);
    }
  }

  /** Tries the next address where the last one is silent. */
  void wakeUp(long nowNs) {
    for (Asking asking : List.copyOf(byNumber.values())) {
      if (!asking.left.isEmpty() && asking.nextNs - nowNs <= 0) {
        tryNext(asking, nowNs);
      }
    }
  }

  long nextInNs(long nowNs) {
    long nextNs = Long.MAX_VALUE;
    for (Asking asking : byNumber.values()) {
      if (!asking.left.isEmpty()) {
        nextNs = Math.min(nextNs, Math.max(0, asking.nextNs - nowNs));
      }
    }
    return nextNs;
  }
}
