package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Series.Why;
import pharos.beacon.Beacon;

/**
 * Asks by UDP whether a peer is there: in series that share a nonce, at a pace that depends on why
 * one asks, and within a budget, so that a silent network does not make a loud one.
 */
final class Prober implements Serializable {
  /**
   * After the watch broke: a dying process closes TCP before UDP, so the first may be too early.
   */
  private static final long[] DOUBT_GAPS_NS = {
    Settings.MS, 4 * Settings.MS, 15 * Settings.MS, 80 * Settings.MS
  };

  private static final int PROBES = 8;
  private static final int PROBES_WHERE_LOST = 24;
  private static final int PROOFS = 5;

  private static final long FEW_ANSWERS_NS = 30 * Settings.MS;

  private static final long CROWD_ANSWER_NS = 10 * Settings.MS;

  /** Probes a second for silence and for proof; where much is lost, each peer may cost one. */
  private static final int SILENT = 10;

  private static final int PROOF = 50;

  /** From this many outcomes on, older ones count half. */
  private static final int OUTCOMES = 64;

  private final Turn turn;
  private final Announcer announcer;
  private final Roster roster;
  private final Budget silent;
  private final Budget proofs;
  private int answered;
  private int lost;

  Prober(Turn turn, Announcer announcer, Roster roster) {
    this.turn = turn;
    this.roster = roster;
    this.announcer = announcer;
    silent = new Budget(turn);
    proofs = new Budget(turn);
  }

  /** Starts a series, or hurries one that is under way; the first probe is due after the delay. */
  void begin(Peer peer, Why why, long delayNs) {
    peer.series = new Series(why, turn.nowNs);
    peer.nonce = turn.nonce();
    peer.plan(Plan.PROBE, turn.nowNs + delayNs);
  }

  /** The same, where nothing broke perhaps, and less is said against it. */
  void begin(Peer peer, Why why, long delayNs, boolean isWeak) {
    begin(peer, why, delayNs);
    if (peer.series != null) {
      peer.series.isWeak = isWeak;
    }
  }

  /** Sends the next probe of the series when it is due and the budget allows. */
  void continueSeries(Peer peer) {
    Series series = peer.series;
    if (series == null || !turn.isPast(peer, Plan.PROBE)) {
      return;
    }
    if (!takesLeave(series.why, roster.shown())) {
      // sometimes: probes are out of budget
      peer.plan(Plan.PROBE, turn.nowNs + 100 * Settings.MS + turn.upTo(100 * Settings.MS));
      return;
    }
    InetSocketAddress port = peer.tcpEndpoint(peer.probes());
    if (isConnecting(peer, series) && isProvenAt(peer, port.getAddress())) {
      turn.emit(new Effect.Connect(peer.id, peer.incarnation, port));
      turn.notice(peer, Sign.TRIED, port);
    }
    notice(peer, series, ask(peer));
    series.probes++;
    peer.plan(Plan.PROBE, nextNs(peer, series));
  }

  /** Who is asked as a matter of course is told of when that was not answered at once. */
  private void notice(Peer peer, Series series, @Nullable InetSocketAddress asked) {
    series.askedNs = turn.nowNs;
    boolean isOfCourse = series.why == Why.WATCH || series.why == Why.PROOF;
    if (asked != null && !(isOfCourse && series.probes == 0)) {
      series.isTold = true;
      turn.notice(peer, Sign.PROBED, asked);
    }
  }

  /** It answered from there: that ends the series, and is told if that was. */
  void onEcho(Peer peer, InetSocketAddress from) {
    Series series = peer.series;
    if (series != null && series.isTold) {
      turn.notice(peer, Sign.ECHOED, from, Optional.empty(), series.probes, series.askedNs);
    }
  }

  /** Doubt looks by TCP too; so does an overdue beacon of one that answered no datagram yet. */
  private static boolean isConnecting(Peer peer, Series series) {
    return switch (series.why) {
      // The ports of one that says goodbye take a moment to close.
      case DOUBT ->
          series.probes == 0 || series.probes == DOUBT_GAPS_NS.length || peer.goodbye.isSaid;
      case OVERDUE -> series.probes == 0 && !peer.places.hasEchoedAt(peer.udpEndpoint(0));
      case WATCH, PROOF -> false;
    };
  }

  private boolean takesLeave(Why why, int peers) {
    return switch (why) {
      case WATCH, DOUBT -> true;
      case OVERDUE -> silent.take(losesMuch() ? Math.max(SILENT, peers) : SILENT);
      case PROOF -> proofs.take(PROOF);
    };
  }

  /**
   * Wants an answer that proves itself, be it within a series or without. Where the peer proved
   * nothing yet, it gets no more than it sent. Returns where it was asked, if it was.
   */
  @Nullable InetSocketAddress ask(Peer peer) {
    return ask(peer, peer.udpEndpoint(peer.probes()), null);
  }

  /** The same at one of its places, and whether it sends from that address too. */
  @Nullable InetSocketAddress ask(Peer peer, InetSocketAddress at, @Nullable InetAddress vouch) {
    InetSocketAddress to = at;
    if (!isProvenAt(peer, to.getAddress())) {
      // What it advertises may be somebody else's: it has to answer where it sends from.
      to = peer.ownSocket();
    }
    long nonce = turn.nonceFor(peer, to.getAddress());
    Beacon question;
    if (isProvenAt(peer, to.getAddress())) {
      question = vouch == null ? announcer.question(nonce) : announcer.question(nonce, vouch);
    } else {
      question = announcer.questionFor(to.getAddress(), nonce);
    }
    if (question == null) {
      // sometimes: a probe is held back from an address that proved nothing
      return null;
    }
    turn.count(Count.PROBES);
    turn.emit(new Effect.Probe(peer.id, peer.incarnation, question, to));
    return to;
  }

  boolean isProvenAt(Peer peer, InetAddress address) {
    return peer.places.isProvenAt(address) || turn.ledger.isProven(address);
  }

  private long nextNs(Peer peer, Series series) {
    return switch (series.why) {
      case DOUBT -> {
        int sent = series.probes;
        boolean quick = sent <= DOUBT_GAPS_NS.length;
        yield turn.nowNs + (quick ? DOUBT_GAPS_NS[sent - 1] : peer.intervalNs / needed());
      }
      case WATCH -> turn.nowNs + peer.intervalNs / needed();
      case OVERDUE -> {
        // The closer the deadline, the more often: each gap is a fixed part of what remains.
        long silentNs = turn.losses.stretched(peer, 5 * peer.intervalNs);
        long restNs = peer.heardNs + silentNs - turn.nowNs;
        yield turn.nowNs + Math.max(restNs * 2 / needed(), peer.intervalNs / 20);
      }
      case PROOF -> turn.nowNs + Math.max(peer.intervalNs / 2, answersNs() / PROOFS);
    };
  }

  /** So long the answers to a solicit may take: few at once, a crowd at leisure. */
  long answersNs() {
    int shown = roster.shown();
    return shown > Settings.FEW ? shown * CROWD_ANSWER_NS : FEW_ANSWERS_NS;
  }

  /**
   * Whether a peer that must prove itself answered none of its probes; it is asked over TCP then.
   */
  boolean hasFailedToProve(Peer peer) {
    return peer.isProbedFor(Why.PROOF) && peer.probes() >= PROOFS && turn.isPast(peer, Plan.PROBE);
  }

  /**
   * The peer gave a sign of life: the series, if any, is over, and taught us about loss. Where a
   * beacon comes before the answer to any probe, all probes were lost.
   */
  void end(Peer peer, boolean isEcho) {
    if (!peer.isProbedFor(Why.WATCH) && peer.probes() > 0) {
      boolean isAnswered = isEcho || !peer.isProbedFor(Why.OVERDUE);
      answered += isAnswered ? 1 : 0;
      lost += isAnswered ? peer.probes() - 1 : peer.probes();
      if (answered + lost > OUTCOMES) {
        answered /= 2;
        lost /= 2;
      }
    }
    peer.endSeries();
  }

  /** Whether more than a fifth of the recent probes were lost, and not a single one by chance. */
  boolean losesMuch() {
    return lost > 1 && lost * 4 > answered;
  }

  /** How many unanswered probes it takes before silence counts. */
  int needed() {
    return losesMuch() ? PROBES_WHERE_LOST : PROBES;
  }
}
