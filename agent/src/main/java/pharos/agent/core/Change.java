package pharos.agent.core;

import java.util.Optional;

/**
 * One piece of news for the application.
 *
 * @param peer the peer as it is now; of one that is gone, as it was last
 * @param reason why it is gone; empty otherwise
 * @param detail what it said itself of how it crashed, which nothing proves; empty otherwise
 */
public record Change(Kind kind, PeerInfo peer, Optional<Reason> reason, String detail) {
  /** One without a detail. */
  public Change(Kind kind, PeerInfo peer, Optional<Reason> reason) {
    this(kind, peer, reason, "");
  }

  /** What happened. */
  public enum Kind {
    /** It is there, with capabilities. */
    ARRIVED,
    /** Its capabilities, name or addresses changed. */
    UPDATED,
    /** It did not answer. */
    SUSPECT,
    /** It answered after all. */
    RECOVERED,
    /** It is there no more. */
    GONE
  }
}
