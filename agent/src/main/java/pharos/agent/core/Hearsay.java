package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.Loss;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * Who hears whom: each tells it in its announcements. From that follows whose fault it is where
 * datagrams are lost, by the same rule everywhere. It is for people to read; nobody is judged by
 * it.
 */
final class Hearsay implements Serializable {
  /** While all is well, so many announcements in a row do not say so. */
  private static final int SILENT = 2;

  /** Of fewer others it tells nothing how many are heard. */
  private static final int A_FEW = 3;

  /** So many others who complain of one make it his fault. */
  private static final int SEVERAL = 3;

  /** So many who complain of one are remembered. */
  private static final int MOST = 16;

  /** A word counts for so many announcements, and longer where many are named in turn. */
  private static final int INTERVALS = 4;

  private static final int MOST_INTERVALS = 40;

  /** Who is heard so badly is not heard. */
  private static final int NEARLY_ALL = 95;

  private final Turn turn;

  /** Whether we hear less than half of the others: then it is our fault. */
  private boolean isDeaf;

  private int unsaid = SILENT;
  private int next;

  /** What a peer says of its hearing, while it does not hear all. */
  static final class Report implements Serializable {
    private int heard;
    private int known;
    private long saidUntilNs;
    private int lossThere;
    private long lossUntilNs;
  }

  /** Somebody hears a peer badly. */
  private record Complaint(NodeId by, InetAddress at, int percent, long untilNs)
      implements Serializable {}

  /** All who do. */
  static final class Complaints implements Serializable {
    private final List<Complaint> all = new ArrayList<>();

    private void add(Complaint complaint, Turn turn) {
      all.removeIf(it -> it.by.equals(complaint.by) || turn.isDue(it.untilNs));
      if (all.size() < MOST) {
        all.add(complaint);
      }
    }
  }

  Hearsay(Turn turn) {
    this.turn = turn;
  }

  // What we say.

  /** What one walk over all peers on other hosts tells. */
  private final class Ear {
    private int known;
    private int heard;
    private final List<Loss> losses = new ArrayList<>();

    private void hear(Peer peer) {
      if (turn.self.isOwn(peer.source.getAddress())) {
        return;
      }
      known++;
      int percent = lossHere(peer);
      if (percent > 0) {
        losses.add(new Loss(Loss.idOf(peer.id), percent));
      } else if (!peer.isHeld) {
        heard++;
      }
    }
  }

  /** How much of what it sends is lost on the way to us, where that is much; else 0. */
  private int lossHere(Peer peer) {
    if (peer.isHeld) {
      return 0; // of its link nobody is heard
    }
    int percent = peer.isHeardByOthers() ? 0 : turn.losses.percent(peer);
    return percent == 0 && peer.state == State.SUSPECT ? 100 : percent;
  }

  /** Adds to an announcement whom we hear, as far as there is room. */
  Beacon.Builder tell(Beacon.Builder beacon, Roster roster) {
    Ear ear = new Ear();
    roster.forEachShown(ear::hear);
    isDeaf = isDeaf(ear.heard, ear.known);
    int room = beacon.roomForLosses();
    boolean isWell = ear.heard == ear.known;
    if (ear.known == 0 || room < 0 || (isWell && unsaid < SILENT)) {
      unsaid++;
      return beacon;
    }
    unsaid = isWell ? 0 : SILENT;
    List<Loss> named = new ArrayList<>();
    int most = isDeaf ? 0 : Math.min(room, ear.losses.size());
    for (int i = 0; i < most; i++) {
      named.add(ear.losses.get(next++ % ear.losses.size()));
    }
    next = ear.losses.isEmpty() ? 0 : next % ear.losses.size();
    int known = Math.min(ear.known, 0xFFFF);
    return beacon.hears(Math.min(ear.heard, known), known, named);
  }

  private static boolean isDeaf(int heard, int known) {
    return known >= A_FEW && 2 * heard < known;
  }

  // What others say.

  /** A peer that is shown announces itself, and perhaps whom it hears. */
  void onAnnounced(Peer peer, Presence presence, Roster roster) {
    int missing = presence.known() - presence.heard();
    if (presence.known() == 0) {
      return;
    } else if (missing == 0) {
      peer.report = null;
      return;
    }
    long named = Math.min(INTERVALS + missing / 2, MOST_INTERVALS) * peer.everyNs();
    Report report = peer.report == null ? new Report() : peer.report;
    peer.report = report;
    report.heard = presence.heard();
    report.known = presence.known();
    report.saidUntilNs = turn.nowNs + INTERVALS * peer.everyNs();
    List<Loss> losses = presence.losses();
    if (missing <= losses.size()) {
      report.lossThere = 0; // all are named
    }
    for (Loss loss : losses) {
      if (loss.id() == Loss.idOf(turn.self.id())) {
        report.lossThere = loss.percent();
        report.lossUntilNs = turn.nowNs + named;
      } else {
        complain(peer, loss, roster, turn.nowNs + named);
      }
    }
  }

  private void complain(Peer by, Loss loss, Roster roster, long untilNs) {
    Peer about = roster.find(loss.id());
    if (about != null && about != by && about.state.isShown()) {
      about.complaints = about.complaints == null ? new Complaints() : about.complaints;
      about.complaints.add(
          new Complaint(by.id, by.source.getAddress(), loss.percent(), untilNs), turn);
    }
  }

  // What follows.

  /** How a peer is heard, and what is said of it. */
  Hearing hearing(Peer peer, int shown) {
    Hearing here = turn.losses.hearing(peer);
    boolean isSilent = peer.report == null && peer.complaints == null && peer.failures == null;
    if (isSilent && here.equals(Hearing.WELL)) {
      return Hearing.WELL;
    }
    Word word = new Word(peer);
    return new Hearing(
        here.isHeld(), here.isHeardByOthers(), here.lossPercent(), here.stretch(), word.of(shown));
  }

  /** What is said of one peer, and counts still. */
  private final class Word {
    private final int lossHere;

    /** Not only suspect for a moment. */
    private final boolean isBadHere;

    private int lossThere;
    private boolean isDeafThere;
    private int hearsPercent = 100;
    private final Map<NodeId, Integer> complaints = new TreeMap<>();
    private final Set<InetAddress> places = new HashSet<>();
    private final String failure;
    private int lost;

    Word(Peer peer) {
      failure = peer.failures == null ? "" : peer.failures.named();
      lossHere = isDeaf ? 0 : lossHere(peer);
      isBadHere = lossHere > 0 && (peer.isHeardByOthers() || turn.losses.percent(peer) > 0);
      Report report = peer.report;
      if (report != null && !turn.isDue(report.saidUntilNs)) {
        isDeafThere = isDeaf(report.heard, report.known);
        hearsPercent = isDeafThere ? tens(100 * report.heard / report.known) : 100;
      }
      if (report != null && !turn.isDue(report.lossUntilNs)) {
        lossThere = report.lossThere;
      }
      add(peer.complaints);
    }

    private void add(@Nullable Complaints said) {
      for (Complaint each : said == null ? List.<Complaint>of() : said.all) {
        if (!turn.isDue(each.untilNs)) {
          complaints.put(each.by, tens(each.percent));
          lost += each.percent;
          places.add(each.at);
        }
      }
    }

    private Hearing.Word of(int shown) {
      Hearing.Fault fault = fault(shown);
      boolean isNothing = fault == Hearing.Fault.NONE && lossThere == 0 && complaints.isEmpty();
      return isNothing && failure.isEmpty()
          ? Hearing.Word.NONE
          : new Hearing.Word(fault, tens(lossThere), hearsPercent, Map.copyOf(complaints), failure);
    }

    private Hearing.Fault fault(int shown) {
      if (isDeafThere) {
        return Hearing.Fault.DEAF;
      }
      int voices = places.size() + (lossHere > 0 ? 1 : 0);
      if (voices >= Math.min(SEVERAL, Math.max(2, shown))) {
        int all = complaints.size() + (lossHere > 0 ? 1 : 0);
        boolean isMute = lost + lossHere >= NEARLY_ALL * all;
        return isMute ? Hearing.Fault.MUTE : Hearing.Fault.LOSSY;
      } else if (isBadHere && lossThere > 0) {
        return Hearing.Fault.BOTH_WAYS;
      }
      return isBadHere || lossThere > 0 ? Hearing.Fault.ONE_WAY : Hearing.Fault.NONE;
    }
  }

  private static int tens(int percent) {
    return Math.round(percent / 10f) * 10;
  }
}
