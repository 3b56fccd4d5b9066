package pharos.simulator;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that one question after the other goes over. As TCP has it, what is sent arrives in
 * order, each way, and what is lost holds up all that comes after it, for twice as long each time.
 */
final class Line {
  private static final long MS = 1_000_000;
  private static final long FIRST_RETRY_NS = 200 * MS;
  private static final long LAST_RETRY_NS = 120_000 * MS;
  private static final int TRIES = 15;

  /** Who has not answered the first segment by then is given up, as in the shell. */
  private static final long CONNECT_PATIENCE_NS = 3_500 * MS;

  private final Lan lan;
  private final Program client;
  private final Runnable whenEnded;

  /** What goes to the server, and what comes from it; null until the connection is open. */
  private @Nullable Way there;

  private @Nullable Way back;

  private @Nullable Server server;

  /** Those that are not answered, in the order they were asked. */
  private final Set<Asked> open = new LinkedHashSet<>();

  private boolean isEnded;
  private long usedNs;

  /** A question, and who waits for its end: one of both is called, and once. */
  static final class Asked {
    final Object body;
    final Consumer<Object> answered;
    final Runnable failed;

    Asked(Object body, Consumer<Object> answered, Runnable failed) {
      this.body = body;
      this.answered = answered;
      this.failed = failed;
    }
  }

  /** Opens a connection from this program. */
  Line(Lan lan, Program client, InetSocketAddress to, Runnable whenEnded) {
    this.lan = lan;
    this.client = client;
    this.whenEnded = whenEnded;
    usedNs = lan.nowNs();
    lan.tcp().open(client.host, to, this::onOpen, () -> client.deliver(this::end));
    lan.in(CONNECT_PATIENCE_NS, () -> client.deliver(this::giveUp));
  }

  private void onOpen(Server accepting) {
    if (isEnded) {
      return;
    }
    server = accepting;
    there = new Way(client.host, accepting.host());
    back = new Way(accepting.host(), client.host);
    accepting.connected(this);
    open.forEach(asked -> send(there, accepting, asked));
  }

  private void giveUp() {
    if (server == null) {
      end();
    }
  }

  /** When the last question was asked. */
  long usedNs() {
    return usedNs;
  }

  boolean isIdle() {
    return open.isEmpty();
  }

  /** Asks over this connection, as soon as it is open. */
  Asked ask(Object body, Consumer<Object> answered, Runnable failed) {
    usedNs = lan.nowNs();
    Asked asked = new Asked(body, answered, failed);
    open.add(asked);
    if (there != null && server != null) {
      send(there, server, asked);
    }
    return asked;
  }

  /** Nobody waits for this answer any more; what is on its way goes on. */
  void forget(Asked asked) {
    open.remove(asked);
  }

  private void send(Way way, Server to, Asked asked) {
    way.send(
        () -> {
          if (to.isRunning()) {
            to.questioned(asked.body, client.host, answer -> answer(asked, answer));
          } else {
            refuse(to.host(), TRIES);
          }
        });
  }

  private void answer(Asked asked, Object answer) {
    if (back != null && !isEnded) {
      back.send(
          () ->
              client.deliver(
                  () -> {
                    if (open.remove(asked)) {
                      asked.answered.accept(answer);
                    }
                  }));
    }
  }

  /** Nobody is there to take it: what comes again is refused again. */
  private void refuse(Host by, int tries) {
    if (lan.arrives(by, client.host)) {
      lan.in(lan.delayNs(by, client.host), () -> client.deliver(this::end));
    } else if (tries > 0 && !isEnded) {
      lan.in(FIRST_RETRY_NS, () -> refuse(by, tries - 1));
    }
  }

  /** The server ended: its host says so, behind all that it said before. */
  void onServerEnded() {
    if (back != null && !isEnded) {
      back.send(() -> client.deliver(this::end));
    }
  }

  /** The connection is no more: its questions failed. */
  void end() {
    if (isEnded) {
      return;
    }
    isEnded = true;
    whenEnded.run();
    List<Asked> failed = List.copyOf(open);
    open.clear();
    failed.forEach(asked -> asked.failed.run());
  }

  boolean isEnded() {
    return isEnded;
  }

  /** One of the two directions. */
  private final class Way {
    private final Host from;
    private final Host to;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private long latestNs;
    private int tries;
    private boolean isHeldUp;

    Way(Host from, Host to) {
      this.from = from;
      this.to = to;
    }

    void send(Runnable delivered) {
      waiting.add(delivered);
      if (!isHeldUp) {
        flush();
      }
    }

    private void flush() {
      while (!waiting.isEmpty() && !isEnded) {
        if (!lan.arrives(from, to)) {
          hold();
          return;
        }
        tries = 0;
        latestNs = Math.max(latestNs, lan.nowNs() + lan.delayNs(from, to));
        lan.at(latestNs, waiting.remove());
      }
    }

    private void hold() {
      if (++tries > TRIES) {
        client.deliver(Line.this::end);
        return;
      }
      isHeldUp = true;
      lan.in(
          Math.min(FIRST_RETRY_NS << (tries - 1), LAST_RETRY_NS),
          () -> {
            isHeldUp = false;
            flush();
          });
    }
  }
}
