package pharos.kademlia;

/** What became of an announcement. */
public enum Verdict {
  /** There was none. */
  NONE,
  /** It is held; what the arbiter returned, that is. */
  STORED,
  /** It is held no more, or never was. */
  WITHDRAWN,
  /** A later one is held, and stays. */
  OLDER,
  /** As many contacts are held as may be, or as many bytes. */
  FULL,
  /** As many contacts are held for this source as may be. */
  QUOTA,
  /** It was said too long ago: it would have expired. */
  EXPIRED
}
