package pharos.kademlia;

/** What the overlay counts. */
public enum Count {
  /** Requests sent. */
  SENT,
  /** Responses that were waited for. */
  ANSWERED,
  /** Requests that failed, or were not answered in time. */
  FAILED,
  /** Requests that took so long that others were asked meanwhile. */
  STALLED,
  /** Requests that arrived and were answered. */
  SERVED,
  /** Requests that were dropped since their source asks too often. */
  TOO_MANY,
  /** Responses by another than the one that was asked. */
  WRONG_SENDER,
  /** Responses that nobody waits for. */
  LATE,
  /** Contacts that an arbiter could not decide on: it threw, or returned another id. */
  ARBITER_FAILED,
  /** Nodes that came into the table. */
  ADMITTED,
  /** Nodes that left the table. */
  EVICTED,
  /** Announcements that were not held: full, over the quota, or too old. */
  REFUSED_ANNOUNCEMENTS,
  /** Contacts held for a source that had most of all, and gave way to one that had less. */
  GAVE_WAY,
  /** Contacts held for others that expired. */
  EXPIRED,
  /** Lookups begun. */
  LOOKUPS,
  /** Lookups whose paths contradicted each other, or named more nodes than there can be. */
  SUSPICIOUS_LOOKUPS
}
