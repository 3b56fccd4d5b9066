package pharos.agent.core;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * The part of a {@link Peer} that each of its datagrams reads or writes. It is a class of its own
 * so that it lies together in memory: among thousands of peers a datagram costs what it misses in
 * the caches, and the fields of a superclass come first.
 */
abstract class Heard extends Timed {
  final NodeId id;

  // What it says of itself.
  long incarnation;
  String name;
  String service;
  boolean overlay;
  long digest;
  long sequence;
  long sequencedNs = Peer.NEVER;
  long announcedNs = Peer.NEVER;

  /** Nothing that it broadcasts is heard, though it answers: it is told, and tells, by unicast. */
  boolean isUnheard;

  /** When it first answered since we last heard it broadcast. */
  long answeredNs = Peer.NEVER;

  /** When it last said so of us; and how long after one such datagram the next one comes. */
  long unheardThereNs = Peer.NEVER;

  long directEveryNs;

  // What is lost of its announcements.
  long announcedSequence;
  Losses.Sample heard = new Losses.Sample();

  // Where and when it was heard first and last, and where it stands.
  InetSocketAddress source;
  State state = State.UNKNOWN;
  long intervalNs;
  long heardNs;

  // What its next sign of life ends.
  @Nullable Series series;
  @Nullable Question last;
  boolean lastFailed;
  boolean isWatchBroken;
  boolean isAwaited;

  /** What is planned for it changed: its timer is set anew at the end of this call. */
  boolean isTouched;

  /** Its beacons come, and it answers nothing: they lift no suspicion. */
  boolean isUnanswering;

  /** What others are asked about it, since we do not hear it. */
  @Nullable Inquiry inquiry;

  /** What it says it hears, while that is not all. */
  Hearsay.@Nullable Report report;

  /** Who says that it is heard badly. */
  Hearsay.@Nullable Complaints complaints;

  /** How the application says that it failed since it last did what was asked of it. */
  Dealings.@Nullable Failures failures;

  /** It tells who asks whom it hears. */
  boolean isWitness;

  /** It is not judged: of its link nobody is heard. */
  boolean isHeld;

  /** When somebody was heard there again. */
  long rejoinedNs = Peer.NEVER;

  // The link that it is on, as its source says, and for which source that was found out.
  Links.@Nullable Link link;
  @Nullable InetSocketAddress linkedAt;

  /** Whether it speaks from several addresses: then it is noted when from each. */
  boolean isAtSeveral;

  // What is planned: a bit each, and the times of those whose bit is set.
  private int planned;
  private final long[] plannedNs = new long[Plan.values().length];

  Heard(NodeId id, String name, String service, InetSocketAddress source) {
    this.id = id;
    this.name = name;
    this.service = service;
    this.source = source;
  }

  /** Others hear it, and we do not. */
  boolean isHeardByOthers() {
    return inquiry != null && inquiry.isVouched;
  }

  /** How long after one sign of it the next one is due. */
  long everyNs() {
    return isUnheard ? Math.max(intervalNs, directEveryNs) : intervalNs;
  }

  /** It is held, for whatever reason: nobody is heard where it is, or nobody there hears us. */
  boolean isNotJudged() {
    return isHeld || (inquiry != null && inquiry.isHeld());
  }

  /** Its silence alone brings nothing now. */
  boolean isPutOff() {
    return isHeld || inquiry != null;
  }

  /** The links changed. */
  void loseLink() {
    linkedAt = null;
  }

  /** Plans it for that time, and no more for the one it had. */
  void plan(Plan plan, long atNs) {
    planned |= bit(plan);
    plannedNs[place(plan)] = atNs;
    touch();
  }

  void drop(Plan plan) {
    if (isPlanned(plan)) {
      planned &= ~bit(plan);
      touch();
    }
  }

  void dropAll() {
    planned = 0;
    touch();
  }

  /** Has its timer set anew at the end of this call. */
  abstract void touch();

  boolean isPlanned(Plan plan) {
    return (planned & bit(plan)) != 0;
  }

  /** When that is planned for; {@link Peer#NEVER} if it is not. */
  long plannedNs(Plan plan) {
    return isPlanned(plan) ? plannedNs[place(plan)] : Peer.NEVER;
  }

  /** The earliest of all that is planned, and of this time. */
  long earliestNs(long otherNs) {
    long earliestNs = otherNs;
    for (int left = planned; left != 0; left &= left - 1) {
      earliestNs = Deadlines.earlier(earliestNs, plannedNs[Integer.numberOfTrailingZeros(left)]);
    }
    return earliestNs;
  }

  private static int bit(Plan plan) {
    return 1 << place(plan);
  }

  @SuppressWarnings("EnumOrdinal") // it is told to nobody
  private static int place(Plan plan) {
    return plan.ordinal();
  }
}
