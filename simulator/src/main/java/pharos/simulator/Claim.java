package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/** What a forger holds at a port of his: whom he claims to be there, and how he answers for it. */
final class Claim implements Server {
  private static final long MS = 1_000_000;

  private final Lan lan;
  private final Forger forger;
  private final Forgery forgery;
  private final Host host;
  private final Program model;
  private final Beacon beacon;
  private final Document document;
  private final InetSocketAddress modelSource;
  private long sequence;

  Claim(
      Lan lan,
      Forger forger,
      Forgery forgery,
      Program model,
      InetSocketAddress modelSource,
      Beacon beacon,
      Document document) {
    this.lan = lan;
    this.forger = forger;
    this.forgery = forgery;
    this.host = forger.host(forgery);
    this.model = model;
    this.modelSource = modelSource;
    this.beacon = beacon;
    this.document = document;
    this.sequence = beacon.sequence();
  }

  boolean refusesConnections() {
    return forgery.tcp == Forgery.Tcp.REFUSE;
  }

  /** A datagram came to this port; whether the port is held. */
  boolean takes(Beacon question, InetSocketAddress from, InetSocketAddress to) {
    if (question.nonce() == 0) {
      return true;
    }
    switch (forgery.udp) {
      case ECHO -> echo(question, from, to);
      case ECHO_AS_SUBJECT -> echo(question, from, modelSource);
      case ECHO_LATE -> lan.in(forgery.random.nextLong(3_000 * MS), () -> echo(question, from, to));
      case MUTE -> {}
      case REFUSE -> {
        return false;
      }
    }
    return true;
  }

  private void echo(Beacon question, InetSocketAddress from, InetSocketAddress source) {
    sequence = Math.min(sequence + 1, 0xFFFF_FFFFL);
    Beacon.Builder answer = beacon.toBuilder().sequence(sequence).echo(question.nonce());
    long goodbye = forger.goodbye(forgery.told, forgery, model);
    if (goodbye != 0) {
      answer.goodbye(goodbye);
    }
    question.vouch().ifPresent(answer::vouch);
    if (forgery.random.nextInt(4) == 0) {
      answer.solicit(forgery.random.nextLong() | 1);
    }
    InetSocketAddress to = new InetSocketAddress(from.getAddress(), question.udpPort());
    forger.send(host, source, answer, to);
  }

  @Override
  public Host host() {
    return host;
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public boolean answers() {
    return forger.isThere() && forgery.tcp != Forgery.Tcp.MUTE;
  }

  @Override
  public void asked(Introduction asking, Host asker, Consumer<Introduction> back) {
    if (!forger.isThere()) {
      return;
    }
    switch (forgery.tcp) {
      case AS_CLAIMED -> back.accept(introduction(beacon.id(), beacon.incarnation()));
      case TRUE_RUN -> back.accept(introduction(beacon.id(), model.core().incarnation()));
      case ANOTHER -> {
        Introduction another = forger.anyIntroduction(forgery);
        if (another != null) {
          back.accept(another);
        }
      }
      case RELAY -> forger.ask(host, model, asking, back);
      case OPEN_ONLY, MUTE, REFUSE -> {}
    }
  }

  /** The document of whoever he claims to be. */
  Introduction introduction(NodeId id, long incarnation) {
    Introduction known = forger.introduction(model);
    Document offered = document.digest() == 0 && known != null ? known.document() : document;
    return new Introduction(
        id,
        incarnation,
        beacon.name(),
        beacon.service(),
        offered,
        forger.goodbye(forgery.told, forgery, model),
        sendsFrom());
  }

  private List<InetAddress> sendsFrom() {
    return switch (forgery.sendsFrom) {
      case NOTHING -> List.of();
      case FORGER -> List.of(host.address());
      case TRUE -> List.of(model.host.address());
      case BOTH -> List.of(host.address(), model.host.address());
    };
  }

  /** Now and then the connection ends, as if whoever it is had died. */
  @Override
  public void watched(Program.Watch watch) {
    if (forgery.random.nextInt(3) == 0) {
      lan.in(
          forgery.random.nextLong(3_000 * MS),
          () -> lan.tcp().send(host, watch.watcher.host, () -> watch.watcher.onWatchEnd(watch)));
    }
  }
}
