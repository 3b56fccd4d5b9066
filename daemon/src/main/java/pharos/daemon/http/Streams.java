package pharos.daemon.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;

/** All streams that are open. Their idle ones get something to read now and then. */
final class Streams {
  private static final long BEAT_SECONDS = 5;

  private final Server server;
  private final Set<StreamWriter> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean beats = new AtomicBoolean();

  Streams(Server server) {
    this.server = server;
  }

  /** Writes from now on whenever there is more, until it ends. */
  void begin(StreamWriter writer) {
    open.add(writer);
    writer.begin(server.getThreadPool(), () -> open.remove(writer));
    beatSoon();
  }

  private void beatSoon() {
    if (beats.compareAndSet(false, true)) {
      var unused = server.getScheduler().schedule(this::beat, BEAT_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void beat() {
    beats.set(false);
    open.forEach(StreamWriter::beat);
    if (!open.isEmpty()) {
      beatSoon();
    }
  }
}
