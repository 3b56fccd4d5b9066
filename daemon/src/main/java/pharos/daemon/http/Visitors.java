package pharos.daemon.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import pharos.agent.Counted;
import pharos.daemon.api.Asker;

/**
 * Who has a connection, and who has to go when there are too many, or too much was answered that
 * nobody reads. It decides alone: no socket, no clock. For any thread.
 *
 * <p>Nobody is kept out: who comes takes the place of another. Those of this host and those from
 * elsewhere have their own places each, so that a stranger takes none from whoever asks here for
 * the health. Among them the address that holds most has to give: its largest answer that waits to
 * be read, or a connection that waits for a question, and of several the oldest. So who opens many,
 * and says nothing or reads nothing, takes them from himself; who comes, asks and reads is through
 * before it is his turn. Who reads a stream takes no place, since there are places of their own for
 * those; but what he does not read counts. What many read is there once, and each holds a part.
 *
 * @param <C> a connection
 */
final class Visitors<C> {
  /** This host, and elsewhere. */
  private static final long SIDES = 2;

  private static final class Visit {
    final Asker asker;
    long sinceNs;
    boolean hasAsked;
    boolean isPatient;
    boolean isReader;
    long unreadBytes;

    /** What it is a part of; many may read the same. */
    Object body = this;

    Visit(Asker asker, long nowNs) {
      this.asker = asker;
      sinceNs = nowNs;
    }
  }

  private final Limits limits;
  private final Map<C, Visit> visits = new LinkedHashMap<>();

  Visitors(Limits limits) {
    this.limits = limits;
  }

  /** Somebody connects; returns who has to go for that. */
  synchronized List<C> enter(C connection, Asker asker, long nowNs) {
    visits.put(connection, new Visit(asker, nowNs));
    return places(asker.isHere()) > limits.connections()
        ? remove(payer(asker.isHere(), connection, Visitors::place, nowNs))
        : List.of();
  }

  /**
   * How long somebody waits at the door: who would have to go for him came so lately that he could
   * not ask yet. So many who come at once, and ask, lose nothing.
   *
   * @param graceNs what he has at least
   */
  synchronized long waitNs(Asker asker, long graceNs, long nowNs) {
    if (places(asker.isHere()) < limits.connections()) {
      return 0;
    }
    return payer(asker.isHere(), null, Visitors::place, nowNs)
        .map(it -> Math.max(0, graceNs - (nowNs - it.getValue().sinceNs)))
        .orElse(0L);
  }

  private long places(boolean isHere) {
    return visits.values().stream()
        .filter(it -> it.asker.isHere() == isHere)
        .mapToLong(Visitors::place)
        .sum();
  }

  private static long place(Visit visit) {
    return visit.isReader ? 0 : 1;
  }

  /** Somebody has asked: the head of a request is whole. */
  synchronized void ask(C connection, long nowNs) {
    change(
        connection,
        visit -> {
          visit.hasAsked = true;
          visit.sinceNs = nowNs;
        });
  }

  /** What somebody asked for may take its time. */
  synchronized void await(C connection) {
    change(connection, visit -> visit.isPatient = true);
  }

  /** What somebody asked for is a stream. */
  synchronized void follow(C connection) {
    change(connection, visit -> visit.isReader = true);
  }

  /**
   * So much is to be read by somebody; returns who has to go for that. A single answer may have
   * more than all may, once it is alone: otherwise nobody could ever read it.
   *
   * @param body the same object for the same octets in memory
   */
  synchronized List<C> answer(C connection, Object body, long bytes, long nowNs) {
    Visit visit = visits.get(connection);
    if (visit == null) {
      return List.of();
    }
    if (visit.isPatient || visit.isReader) {
      visit.isPatient = false;
      visit.sinceNs = nowNs;
    }
    visit.unreadBytes = bytes;
    visit.body = body;
    List<C> gone = new ArrayList<>();
    List<C> more = List.of();
    do {
      gone.addAll(more);
      more = unread(visit) > limits.unreadBytes() ? nonReaders(connection, nowNs) : List.of();
    } while (!more.isEmpty());
    return gone;
  }

  private List<C> nonReaders(C connection, long nowNs) {
    IdentityHashMap<Object, Integer> holders = new IdentityHashMap<>();
    visits.values().stream()
        .filter(it -> it.unreadBytes > 0)
        .forEach(it -> holders.merge(it.body, 1, Integer::sum));
    return remove(
        payer(
            isHere(connection),
            connection,
            it -> it.unreadBytes / Math.max(1, holders.getOrDefault(it.body, 1)),
            nowNs));
  }

  private long unread(Visit visit) {
    IdentityHashMap<Object, Long> bodies = new IdentityHashMap<>();
    visits.values().stream()
        .filter(it -> it.asker.isHere() == visit.asker.isHere())
        .forEach(it -> bodies.merge(it.body, it.unreadBytes, Math::max));
    return bodies.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The answer was read, and another request may come. */
  synchronized void read(C connection, long nowNs) {
    change(
        connection,
        visit -> {
          visit.hasAsked = visit.isReader;
          visit.unreadBytes = 0;
          visit.body = visit;
          visit.sinceNs = nowNs;
        });
  }

  /** Somebody is gone. */
  synchronized void leave(C connection) {
    visits.remove(connection);
  }

  /** Who took too long, and has to go. */
  synchronized List<C> late(long nowNs) {
    List<C> late = new ArrayList<>();
    visits.forEach(
        (connection, visit) -> {
          boolean isIdle = visit.isReader && visit.unreadBytes == 0;
          if (!isIdle && nowNs - visit.sinceNs >= limitNs(visit)) {
            late.add(connection);
          }
        });
    late.forEach(visits::remove);
    return late;
  }

  private long limitNs(Visit visit) {
    if (!visit.hasAsked) {
      return limits.head().toNanos();
    }
    long answerNs = limits.answer().toNanos();
    return visit.isPatient ? answerNs + limits.patience().toNanos() : answerNs;
  }

  /** The system has no descriptor left: who waits for nothing may go, a stranger first. */
  synchronized List<C> makeRoom(long nowNs) {
    Optional<Map.Entry<C, Visit>> first =
        visits.entrySet().stream()
            .filter(it -> !it.getValue().hasAsked)
            .min(
                Comparator.comparing((Map.Entry<C, Visit> it) -> it.getValue().asker.isHere())
                    .thenComparing(it -> it.getValue().sinceNs - nowNs));
    return remove(first);
  }

  /** What clients hold, those of this host and those from elsewhere together. */
  synchronized List<Counted> counted() {
    long connections = visits.values().stream().filter(it -> !it.isReader).count();
    long unread = visits.values().stream().mapToLong(it -> it.unreadBytes).sum();
    return List.of(
        Counted.bounded(
            "HTTP_CONNECTIONS", "connections", "http", connections, SIDES * limits.connections()),
        Counted.bounded(
            "HTTP_UNREAD_BYTES", "octets", "http", unread, SIDES * limits.unreadBytes()));
  }

  synchronized int count() {
    return visits.size();
  }

  /** Who gives way to this one: one of the address that holds most, by this measure. */
  private Optional<Map.Entry<C, Visit>> payer(
      boolean isHere, @Nullable C to, ToLongFunction<Visit> measure, long nowNs) {
    Map<InetAddress, Long> held = new HashMap<>();
    for (Visit visit : visits.values()) {
      if (visit.asker.isHere() == isHere) {
        held.merge(visit.asker.address(), measure.applyAsLong(visit), Long::sum);
      }
    }
    Comparator<Visit> first =
        Comparator.comparing((Visit it) -> -held.getOrDefault(it.asker.address(), 0L))
            .thenComparing(it -> -measure.applyAsLong(it))
            .thenComparing(it -> it.hasAsked)
            .thenComparing(it -> it.sinceNs - nowNs);
    return visits.entrySet().stream()
        .filter(it -> it.getValue().asker.isHere() == isHere && !it.getKey().equals(to))
        .filter(it -> measure.applyAsLong(it.getValue()) > 0)
        .min(Map.Entry.comparingByValue(first));
  }

  private void change(C connection, Consumer<Visit> change) {
    Optional.ofNullable(visits.get(connection)).ifPresent(change);
  }

  private boolean isHere(C connection) {
    Visit visit = visits.get(connection);
    return visit != null && visit.asker.isHere();
  }

  private List<C> remove(Optional<Map.Entry<C, Visit>> visit) {
    visit.ifPresent(it -> visits.remove(it.getKey()));
    return visit.map(it -> List.of(it.getKey())).orElse(List.of());
  }
}
