package pharos.daemon;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.daemon.json.PeersReader;

/**
 * What a running agent tells by its events. Where that ends, it is asked again, or who runs in its
 * place, until this is closed.
 */
final class DaemonSight implements Sight {
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LAST_PAUSE_MS = 4_000;

  private final Supplier<Optional<Daemon>> again;
  private volatile Daemon daemon;
  private volatile boolean isClosed;
  private volatile @Nullable EventStream open;

  /**
   * That of this daemon.
   *
   * @param again which one to ask when it is there no more
   */
  DaemonSight(Daemon daemon, Supplier<Optional<Daemon>> again) {
    this.daemon = daemon;
    this.again = again;
  }

  @Override
  public String by() {
    return daemon.label();
  }

  @Override
  public void follow(Follower follower) {
    Thread thread = new Thread(() -> read(follower), "events");
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Follower follower) {
    long pauseMs = FIRST_PAUSE_MS;
    while (!isClosed) {
      String why;
      try (EventStream events = EventStream.open(daemon)) {
        open = events;
        pauseMs = FIRST_PAUSE_MS;
        for (EventStream.Event event = events.next(); event != null; event = events.next()) {
          follower.trouble("");
          tell(event, follower);
        }
        why = "it ended";
      } catch (IOException e) {
        why = Errors.reason(e);
      } catch (IllegalArgumentException e) {
        why = "it tells what makes no sense";
      }
      if (!isClosed) {
        follower.trouble("not live, trying again: " + why + " (" + daemon.label() + ")");
        Visit.sleep(pauseMs * 1_000_000);
        pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
        again.get().ifPresent(it -> daemon = it);
      }
    }
  }

  private static void tell(EventStream.Event event, Follower follower) {
    Map<String, Object> data = Json.members(event.data());
    if (event.kind().equals("peers") || event.kind().equals("resync")) {
      List<Peer> peers = PeersReader.objects(event.data()).stream().map(PeersReader::peer).toList();
      follower.changed(board -> board.list(peers));
    } else if (data.containsKey("peer")) {
      Peer peer = PeersReader.peer(Json.members(data.get("peer")));
      if (event.kind().equals("gone")) {
        String reason = String.valueOf(data.getOrDefault("reason", ""));
        Instant at = at(String.valueOf(data.get("at")));
        follower.changed(board -> board.gone(peer, reason, at));
      } else {
        follower.changed(board -> board.put(peer));
      }
    }
  }

  private static Instant at(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.now();
    }
  }

  @Override
  public String why(String id) {
    return WhyCommand.ask(daemon, id).body();
  }

  @Override
  public void close() {
    isClosed = true;
    EventStream stream = open;
    if (stream != null) {
      stream.close();
    }
  }
}
