package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Introduction;

/** Connections of a simulated LAN: what is lost is sent again, and so arrives later. */
final class Tcp {
  private static final long MS = 1_000_000;
  private static final long FIRST_RETRY_NS = 200 * MS;
  private static final long SYN_RETRY_NS = 1_000 * MS;
  private static final int TRIES = 7;

  private final Lan lan;

  Tcp(Lan lan) {
    this.lan = lan;
  }

  /** Opens a connection: to whoever holds the port, a refusal, or nothing at all. */
  void connect(Host from, InetSocketAddress to, Consumer<Server> accepted, Runnable refused) {
    connect(from, to, accepted, refused, 0);
  }

  private void connect(
      Host from,
      InetSocketAddress to,
      Consumer<Server> accepted,
      Runnable refused,
      int lostRefusals) {
    segment(
        from,
        to.getAddress(),
        true,
        0,
        host -> {
          boolean isRefused = host.isWalledOff && !host.passesConnections;
          Server server = isRefused ? null : host.byTcpPort(to.getPort(), from);
          if (server != null) {
            accept(server, host, from, accepted, refused);
          } else if (lan.arrives(host, from)) {
            lan.in(lan.delayNs(host, from), refused);
          } else if (lostRefusals < TRIES) {
            // Nobody sends a refusal again: the next SYN is judged anew.
            if (host.stranger != null) {
              host.stranger.triesAgain(from);
            }
            Runnable again = () -> connect(from, to, accepted, refused, lostRefusals + 1);
            lan.in(SYN_RETRY_NS << lostRefusals, again);
          }
        });
  }

  private void accept(
      Server server, Host host, Host from, Consumer<Server> accepted, Runnable refused) {
    if (server.answers()) {
      Runnable answered =
          () -> {
            if (server.isRunning()) {
              accepted.accept(server);
            } else {
              refused.run();
            }
          };
      send(host, from, answered);
    }
  }

  /** Asks whoever holds that port. Three round trips: connection, handshake, question. */
  void ask(
      Host from,
      InetSocketAddress to,
      Introduction asking,
      Consumer<Introduction> answered,
      Runnable failed) {
    open(from, to, asked -> question(from, asked, asking, answered, failed), failed);
  }

  /** Opens a connection that questions can go over. Two round trips: connection and handshake. */
  void open(Host from, InetSocketAddress to, Consumer<Server> opened, Runnable failed) {
    connect(
        from,
        to,
        asked ->
            send(from, asked.host(), () -> send(asked.host(), from, () -> opened.accept(asked))),
        failed);
  }

  private void question(
      Host from,
      Server asked,
      Introduction asking,
      Consumer<Introduction> answered,
      Runnable failed) {
    send(
        from,
        asked.host(),
        () -> {
          if (asked.isRunning()) {
            asked.asked(
                asking, from, answer -> send(asked.host(), from, () -> answered.accept(answer)));
          } else {
            send(asked.host(), from, failed);
          }
        });
  }

  /** Sends something over an open connection, as often as it takes. */
  void send(Host from, Host to, Runnable delivered) {
    segment(from, to.address(), false, 0, host -> delivered.run());
  }

  private void segment(
      Host from, InetAddress to, boolean isSyn, int tries, Consumer<Host> delivered) {
    @Nullable Host host = lan.host(to);
    if (host != null && !(isSyn && host.isShut) && lan.arrives(from, host)) {
      lan.in(lan.delayNs(from, host), () -> delivered.accept(host));
    } else if (tries < TRIES) {
      long retryNs = isSyn ? SYN_RETRY_NS : FIRST_RETRY_NS;
      lan.in(retryNs << tries, () -> segment(from, to, isSyn, tries + 1, delivered));
    }
  }
}
