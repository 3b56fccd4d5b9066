package pharos.agent.core;

import java.io.Serializable;

/**
 * How much of what peers send is lost on the way to us: each announcement tells when the next one
 * comes, and its sequence number that it was sent. Whose beacons are often lost is given more time
 * before it counts as silent, so that it is not told again and again to be gone.
 */
final class Losses implements Serializable {
  /** So many announcements are remembered, older ones less and less. */
  private static final int MEMORY = 40;

  /** From so many on a peer's own loss counts; before, that of all. */
  private static final int ENOUGH = 20;

  /** From so many on one may tell whether anything is lost at all. */
  private static final int A_FEW = 8;

  /** More in a row tell nothing more: it was away. */
  private static final int MOST_IN_A_ROW = 10;

  /** Up to here nothing changes. */
  private static final double USUAL = 0.35;

  /** From here on a datagram may well be lost that would contradict a refusal. */
  private static final double MUCH = 0.15;

  /** How likely it may be that all beacons of a usual silence are lost by chance. */
  private static final double BY_CHANCE = 2e-4;

  /** A usual silence has so many. */
  private static final int BEACONS = 5;

  private static final int MOST_STRETCH = 6;

  private final Turn turn;
  private final Sample ear = new Sample();

  /** What was heard of one, or of all. */
  static final class Sample implements Serializable {
    private float share;
    private int weighed;
    private float stretch = 1;

    private void add(boolean isLost) {
      weighed = Math.min(weighed + 1, MEMORY);
      share += ((isLost ? 1 : 0) - share) / weighed;
    }

    private void stretch() {
      stretch = 1;
      if (weighed >= ENOUGH && share > USUAL) {
        // sometimes: so much of a peer is lost that its silence is stretched
        double beacons = Math.log(BY_CHANCE) / Math.log(Math.min(share, 0.99));
        stretch = (float) Math.max(1, Math.min(beacons / BEACONS, MOST_STRETCH));
      }
    }
  }

  Losses(Turn turn) {
    this.turn = turn;
  }

  /**
   * An announcement came; those between it and the one before were lost, as far as they were sent
   * and we could hear.
   */
  void onAnnounced(Peer peer, long silentSinceNs, long sequence) {
    long sent = sequence - peer.announcedSequence;
    peer.announcedSequence = sequence;
    boolean couldHear = peer.rejoinedNs == Peer.NEVER || silentSinceNs - peer.rejoinedNs > 0;
    if (silentSinceNs == Peer.NEVER || sent <= 0 || !couldHear || turn.isStale) {
      return;
    }
    long intervals = (turn.nowNs - silentSinceNs + peer.intervalNs / 2) / peer.intervalNs;
    long lost = Math.min(Math.min(intervals, sent) - 1, MOST_IN_A_ROW);
    for (int i = 0; i < lost; i++) {
      // sometimes: announcements of a peer are lost
      add(peer, true);
    }
    if (intervals > 0) {
      add(peer, false);
    }
    peer.heard.stretch();
    ear.stretch();
  }

  private void add(Peer peer, boolean isLost) {
    peer.heard.add(isLost);
    ear.add(isLost);
  }

  private Sample of(Peer peer) {
    return peer.heard.weighed >= ENOUGH ? peer.heard : ear;
  }

  /** How it is heard, as it is told. */
  Hearing hearing(Peer peer) {
    Sample sample = of(peer);
    float stretch = stretch(peer);
    if (!peer.isNotJudged() && !peer.isHeardByOthers() && stretch == 1) {
      return Hearing.WELL;
    }
    int tens = sample.stretch == 1 ? 0 : Math.round(sample.share * 10);
    return new Hearing(
        peer.isNotJudged(), peer.isHeardByOthers(), 10 * tens, Math.round(stretch * 2) / 2f);
  }

  /** How much of what it alone sends is lost, where it is given more time for that; else 0. */
  int percent(Peer peer) {
    return peer.heard.stretch == 1 ? 0 : Math.round(peer.heard.share * 100);
  }

  private float stretch(Peer peer) {
    float stretch = of(peer).stretch;
    return peer.isUnheard ? Math.max(stretch, (float) peer.everyNs() / peer.intervalNs) : stretch;
  }

  /** So much longer it may be silent than usual. */
  long stretched(Peer peer, long usualNs) {
    float stretch = stretch(peer);
    return stretch == 1 ? usualNs : (long) (usualNs * stretch);
  }

  /** How many probes must go unanswered, where it is usually so many. */
  int probes(Peer peer, int usual) {
    return (int) (usual * of(peer).stretch);
  }

  /**
   * Whether its datagrams are so often lost that one is to be waited for again; if that is known.
   */
  boolean losesMuch(Peer peer, boolean otherwise) {
    return peer.heard.weighed >= A_FEW ? peer.heard.share > MUCH : otherwise;
  }
}
