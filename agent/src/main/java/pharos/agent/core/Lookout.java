package pharos.agent.core;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * Tells a neighbour what is heard of it here, so that both can compare what one sent and the other
 * heard. While nobody asks, it costs nothing. It asks nobody, sends no datagram, and connects to
 * the very address that asked, once for each question. Whoever is on none of our links is told
 * nothing but that.
 *
 * <p>A question is open until the time is over that was to be listened for, and the work for it is
 * done: first the survey of our own links, then the connection back. So the answer comes at the
 * later of both.
 */
public final class Lookout implements Talker<Look, Sight, Object> {
  /** So many may be looked out for at once, and so many for one address. */
  static final int MAX_OPEN = 8;

  static final int MAX_OPEN_OF_ONE = 2;

  /** So many are answered in a window, and so many from one address; the others hear nothing. */
  static final int MAX_ASKED = 400;

  static final int MAX_ASKED_BY_ONE = 100;

  static final long WINDOW_NS = 10 * Settings.SECOND;

  /** Of one asker: addresses that its beacons come from, and others at its own. */
  static final int MAX_TOLD = 8;

  /** What the shell finds out about this host. */
  public interface Shell {
    /** Our links, and who the asker is to them. */
    Survey survey(InetAddress asker);

    /** Connects there and hangs up. */
    Sight.Connected connect(InetAddress asker, int port);
  }

  /**
   * What is known of our own links.
   *
   * @param isNeighbour whether the asker is on one of them, or on this host
   * @param mac the asker's; empty when unknown
   */
  public record Survey(boolean isNeighbour, List<Sight.Way> ways, String mac) {
    /** Keeps a copy. */
    public Survey {
      ways = List.copyOf(ways);
    }
  }

  private record Source(InetAddress from, boolean isShared) {}

  private static final class Count {
    int count;
    long lastNs;
  }

  private static final class Open {
    final Look look;
    final String source;
    final long deadlineNs;
    final Map<Source, Count> heard = new LinkedHashMap<>();
    final Map<NodeId, Integer> others = new LinkedHashMap<>();
    @Nullable Survey survey;
    Sight.@Nullable Connected connected;

    Open(Look look, String source, long deadlineNs) {
      this.look = look;
      this.source = source;
      this.deadlineNs = deadlineNs;
    }

    boolean isListening() {
      return look.id().isPresent() && look.withinMs() > 0;
    }
  }

  private final Shell shell;
  private final String name;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private final Map<String, Integer> askedBy = Bounded.byUse(MAX_ASKED);
  private final List<Action<Look, Sight, Object>> actions = new ArrayList<>();
  private NodeId id;
  private long windowNs;
  private int asked;
  private long nowNs;
  private long nowMs;
  private long refused;

  /** One of this agent. */
  public Lookout(PeerInfo self, Shell shell, long nowNs) {
    this.shell = shell;
    this.nowNs = nowNs;
    name = self.name();
    id = self.id();
    windowNs = nowNs;
  }

  @Override
  public void turn(long now, long ms) {
    nowNs = now;
    nowMs = ms;
  }

  @Override
  public void onSelf(PeerInfo self, List<String> endpoints) {
    id = self.id();
  }

  @Override
  public void onQuestion(long token, String source, Look look) {
    if (!takes(source)) {
      refused++;
      actions.add(new Action.Ignore<>(token));
      return;
    }
    long withinNs = Math.max(0, Math.min(Look.MAX_WITHIN_MS, look.withinMs())) * 1_000_000;
    open.put(token, new Open(look, source, nowNs + withinNs));
    actions.add(new Action.Work<>(token, () -> shell.survey(look.asker())));
  }

  private boolean takes(String source) {
    if (nowNs - windowNs >= WINDOW_NS) {
      windowNs = nowNs;
      asked = 0;
      askedBy.clear();
    }
    long ofOne = open.values().stream().filter(it -> it.source.equals(source)).count();
    boolean takes =
        open.size() < MAX_OPEN
            && ofOne < MAX_OPEN_OF_ONE
            && asked < MAX_ASKED
            && askedBy.getOrDefault(source, 0) < MAX_ASKED_BY_ONE;
    if (takes) {
      asked++;
      askedBy.merge(source, 1, Integer::sum);
    }
    return takes;
  }

  @Override
  public void onWorked(long number, @Nullable Object outcome) {
    Open it = open.get(number);
    if (it == null) {
      return;
    }
    if (it.survey == null) {
      onSurveyed(number, it, outcome);
    } else {
      it.connected =
          outcome instanceof Sight.Connected connected ? connected : Sight.Connected.NOT_TRIED;
    }
  }

  private void onSurveyed(long token, Open it, @Nullable Object outcome) {
    if (!(outcome instanceof Survey survey)) {
      end(token, new Sight.Refused("this agent has too much to do"));
    } else if (!survey.isNeighbour()) {
      end(token, new Sight.Refused("you are on none of this agent's networks"));
    } else {
      it.survey = survey;
      if (it.look.port() == 0) {
        it.connected = Sight.Connected.NOT_TRIED;
      } else {
        Look look = it.look;
        actions.add(new Action.Work<>(token, () -> shell.connect(look.asker(), look.port())));
      }
    }
  }

  private void end(long token, Sight answer) {
    open.remove(token);
    actions.add(new Action.Answer<>(token, answer));
  }

  @Override
  public boolean isOverhearing() {
    for (Open it : open.values()) {
      if (it.isListening()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void onOverheard(InetAddress from, boolean isShared, Presence presence) {
    for (Open it : open.values()) {
      if (!it.isListening()) {
        continue;
      }
      if (presence.isFrom(it.look.id().orElseThrow())) {
        Source source = new Source(from, isShared);
        if (it.heard.containsKey(source) || it.heard.size() < MAX_TOLD) {
          Count count = it.heard.computeIfAbsent(source, any -> new Count());
          count.count++;
          count.lastNs = nowNs;
        }
      } else if (presence.tcpPort() != 0
          && from.equals(it.look.asker())
          && it.others.size() < MAX_TOLD) {
        it.others.put(presence.id(), presence.tcpPort());
      }
    }
  }

  @Override
  public void wakeUp() {
    Iterator<Map.Entry<Long, Open>> all = open.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Long, Open> entry = all.next();
      Open it = entry.getValue();
      if (isDone(it) && nowNs - it.deadlineNs >= 0) {
        all.remove();
        actions.add(new Action.Answer<>(entry.getKey(), seen(it)));
      }
    }
  }

  private static boolean isDone(Open it) {
    return it.survey != null && it.connected != null;
  }

  private Sight seen(Open it) {
    Survey survey = it.survey;
    Sight.Connected connected = it.connected;
    if (survey == null || connected == null) {
      throw new AssertionError("only what is done is told");
    }
    return new Sight.Seen(
        id,
        name,
        nowMs,
        it.look.asker(),
        survey.mac(),
        told(it.heard, entry -> heard(entry.getKey(), entry.getValue())),
        told(it.others, entry -> new Sight.Other(entry.getKey(), entry.getValue())),
        survey.ways(),
        connected,
        it.look.fillBytes());
  }

  private Sight.Heard heard(Source source, Count count) {
    return new Sight.Heard(
        source.from(), source.isShared(), count.count, (nowNs - count.lastNs) / 1_000_000);
  }

  private static <K, V, T> List<T> told(Map<K, V> map, Function<Map.Entry<K, V>, T> one) {
    return map.entrySet().stream().map(one).toList();
  }

  @Override
  public List<Action<Look, Sight, Object>> takeActions() {
    if (actions.isEmpty()) {
      return List.of();
    }
    List<Action<Look, Sight, Object>> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  @Override
  public long nextWakeUpNs() {
    long nextNs = nowNs + WINDOW_NS;
    for (Open it : open.values()) {
      if (isDone(it) && it.deadlineNs - nextNs < 0) {
        nextNs = it.deadlineNs;
      }
    }
    return nextNs;
  }

  /** Nothing is due before the work is done. */
  @Override
  public boolean isIdle() {
    for (Open it : open.values()) {
      if (isDone(it)) {
        return false;
      }
    }
    return true;
  }

  /** It asks nobody. */
  @Override
  public void onReply(long number, String at, Sight reply) {}

  @Override
  public void onFailed(long number) {}

  @Override
  public List<Counter> counters() {
    String source = "look";
    return List.of(
        Counter.bounded("LOOKS_OPEN", "questions", source, open::size, MAX_OPEN),
        new Counter("LOOKS_REFUSED", "questions", source, () -> refused));
  }
}
