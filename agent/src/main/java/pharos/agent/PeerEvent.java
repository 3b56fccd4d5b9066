package pharos.agent;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that happened to a peer. Immutable, for any thread. */
public final class PeerEvent {
  private final Kind kind;
  private final Peer peer;
  private final Optional<GoneReason> reason;

  /** What happened. More may be added, so a {@code switch} wants a default. */
  public enum Kind {
    /** It is there, with its capabilities. */
    ARRIVED,
    /** Its capabilities, name or addresses changed. */
    UPDATED,
    /** It did not answer when asked. */
    SUSPECT,
    /** It answered after all. */
    RECOVERED,
    /** It is there no more. */
    GONE
  }

  PeerEvent(Kind kind, Peer peer, Optional<GoneReason> reason) {
    this.kind = kind;
    this.peer = peer;
    this.reason = reason;
  }

  /** That it is there no more, and why. */
  static PeerEvent gone(Peer peer, GoneReason reason) {
    return new PeerEvent(Kind.GONE, peer.in(PeerState.GONE), Optional.of(reason));
  }

  /** What happened. */
  public Kind kind() {
    return kind;
  }

  /** To whom, as it is since then; of one that is gone, as it was last. */
  public Peer peer() {
    return peer;
  }

  /** Why it is gone; empty for all other kinds. */
  public Optional<GoneReason> reason() {
    return reason;
  }

  /**
   * As a JSON object: {@code event}, {@code reason} if there is one, and {@code peer} as {@link
   * Peer#toJson()} has it. More fields may be added.
   */
  public String toJson() {
    return PeerJson.of(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerEvent that
        && kind == that.kind
        && peer.equals(that.peer)
        && reason.equals(that.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, peer, reason);
  }

  @Override
  public String toString() {
    return kind + reason.map(r -> "(" + r + ")").orElse("") + " " + peer;
  }
}
