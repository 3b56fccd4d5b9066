package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.Cancellable;
import pharos.agent.Counted;
import pharos.agent.Peer;
import pharos.agent.PeerEvent;
import pharos.agent.PeerView;
import pharos.agent.json.Json;
import pharos.beacon.NodeId;

/**
 * What happened lately, written once for all who follow it. It keeps a ring of events, bounded by
 * their number and their bytes; each reader is a place in it. An event has the id {@code RUN.N},
 * with N from 1 on. News come on one thread at a time; the rest is for any thread.
 */
final class EventHub {
  /** What has become of those who read. */
  record Counts(int readers, long slow, long events) {}

  private final String run;
  private final PeerTexts texts;
  private final InstantSource clock;
  private final Supplier<List<Peer>> latest;
  private final long mostBytes;
  private final ByteBuffer[] ring;
  private final List<Runnable> afterNews = new CopyOnWriteArrayList<>();

  // Of the thread of the news.
  private boolean wasIsolated;

  // All below is guarded by the lock of this.
  private final Map<NodeId, Peer> there = new TreeMap<>();
  private long first = 1;
  private long next = 1;
  private long bytes;
  private @Nullable ByteBuffer list;
  private int readers;
  private long slow;

  /**
   * One that nothing has happened in yet.
   *
   * @param run tells the events of this one from those of others
   * @param latest everybody as they are now, with when each was last heard
   * @param events how many are kept
   * @param mostBytes how much they may have together; the last one is kept whatever it has
   */
  EventHub(
      String run,
      PeerTexts texts,
      InstantSource clock,
      Supplier<List<Peer>> latest,
      int events,
      long mostBytes) {
    this.run = run;
    this.texts = texts;
    this.clock = clock;
    this.latest = latest;
    this.mostBytes = mostBytes;
    ring = new ByteBuffer[events];
  }

  /** What peers are written by. */
  PeerTexts texts() {
    return texts;
  }

  /** Tells what happens in this view from now on, until it is cancelled. */
  Cancellable follow(PeerView view) {
    Cancellable news = view.onNews(this::onList, this::onEvent);
    Cancellable isolation = view.onIsolated(this::onIsolated);
    return () -> {
      isolation.cancel();
      news.cancel();
    };
  }

  /** Called after each event, in the thread that told of it. */
  void afterNews(Runnable callback) {
    afterNews.add(callback);
  }

  void forget(Runnable callback) {
    afterNews.remove(callback);
  }

  // News.

  private void onList(List<Peer> all) {
    synchronized (this) {
      boolean isFirst = next == 1 && there.isEmpty();
      there.clear();
      all.forEach(peer -> there.put(peer.id(), peer));
      list = null;
      if (!isFirst) {
        add("resync", peers());
      }
    }
    afterNews.forEach(Runnable::run);
  }

  private void onEvent(PeerEvent event) {
    synchronized (this) {
      if (event.kind() == PeerEvent.Kind.GONE) {
        there.remove(event.peer().id());
      } else {
        there.put(event.peer().id(), event.peer());
      }
      list = null;
      Map<String, Object> data =
          Json.object(
              "at", clock.instant(),
              "event", event.kind(),
              "reason", event.reason(),
              "detail", event.detail());
      data.put("peer", new Json.Raw(texts.one(event.peer())));
      add(event.kind().name().toLowerCase(java.util.Locale.ROOT), line(Json.write(data)));
    }
    afterNews.forEach(Runnable::run);
  }

  /** That it is not is news only where it was. */
  private void onIsolated(boolean isIsolated) {
    if (isIsolated != wasIsolated) {
      wasIsolated = isIsolated;
      synchronized (this) {
        list = null;
      }
      tell("isolated", Json.object("isolated", isIsolated));
    }
  }

  /** Something else that is to be told, with when it was. */
  void tell(String kind, Map<String, Object> data) {
    Map<String, Object> line = Json.object("at", clock.instant());
    line.putAll(data);
    synchronized (this) {
      add(kind, line(Json.write(line)));
    }
    afterNews.forEach(Runnable::run);
  }

  private void add(String kind, ByteBuffer data) {
    ByteBuffer head = head(next, kind);
    ByteBuffer event = ByteBuffer.allocate(head.remaining() + data.remaining() + 1);
    event.put(head).put(data.duplicate()).put((byte) '\n').flip();
    if (next - first == ring.length) {
      forgetFirst();
    }
    ring[slot(next++)] = event;
    bytes += event.remaining();
    while (bytes > mostBytes && next - first > 1) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    bytes -= ring[slot(first)].remaining();
    ring[slot(first++)] = ByteBuffer.allocate(0);
  }

  private int slot(long number) {
    return (int) (number % ring.length);
  }

  private ByteBuffer head(long number, String kind) {
    return line("id: " + run + "." + number + "\nevent: " + kind + "\ndata: ", "");
  }

  private static ByteBuffer line(String text) {
    return line(text, "\n");
  }

  private static ByteBuffer line(String text, String end) {
    return ByteBuffer.wrap((text + end).getBytes(StandardCharsets.UTF_8));
  }

  /** Everybody after the last event, in a line. */
  private ByteBuffer peers() {
    ByteBuffer known = list;
    if (known == null) {
      Map<NodeId, Peer> now = new HashMap<>();
      latest.get().forEach(peer -> now.put(peer.id(), peer));
      // The same ones as the events told, as lately heard as possible.
      List<Peer> fresh =
          there.values().stream()
              .map(peer -> peer.equals(now.get(peer.id())) ? now.get(peer.id()) : peer)
              .toList();
      known = texts.list("peers", fresh).body();
      list = known;
    }
    return known.duplicate();
  }

  // For readers.

  /**
   * Begins to read: behind this event where it is still known, else with everybody.
   *
   * @param lastId the id of the last event that the reader has
   */
  synchronized Reader read(Optional<String> lastId, boolean wantsLists) {
    readers++;
    long known = lastId.map(this::number).orElse(-1L);
    if (known >= first - 1 && known < next) {
      return new Reader(this, known + 1, wantsLists, List.of());
    }
    String kind = lastId.isPresent() ? "resync" : "peers";
    return new Reader(this, next, wantsLists, wholeList(kind));
  }

  /** In pieces, of which the large one is everybody's. */
  synchronized List<ByteBuffer> wholeList(String kind) {
    return List.of(head(next - 1, kind), peers(), line(""));
  }

  /** The number of an event of this run, or -1. */
  private long number(String id) {
    if (!id.startsWith(run + ".") || !id.substring(run.length() + 1).matches("\\d{1,18}")) {
      return -1;
    }
    return Long.parseLong(id.substring(run.length() + 1));
  }

  /** The number of the next event that there will be. */
  synchronized long next() {
    return next;
  }

  /** That event, or null when it is not kept any more. */
  synchronized @Nullable ByteBuffer event(long number) {
    return number < first || number >= next ? null : ring[slot(number)].duplicate();
  }

  synchronized void leave(boolean wasSlow) {
    readers--;
    slow += wasSlow ? 1 : 0;
  }

  synchronized Counts counts() {
    return new Counts(readers, slow, next - 1);
  }

  /** What was told, and how much of it is kept. */
  synchronized List<Counted> counted() {
    return List.of(
        new Counted("EVENTS", "events", "http", next - 1),
        new Counted("EVENT_READERS_DROPPED", "readers", "http", slow),
        Counted.bounded("EVENTS_KEPT", "events", "http", next - first, ring.length),
        Counted.bounded("EVENTS_KEPT_BYTES", "octets", "http", bytes, mostBytes));
  }
}
