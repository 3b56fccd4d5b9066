package pharos.agent;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that happened to a peer. Immutable, for any thread. */
public final class PeerEvent {
  private final Kind kind;
  private final Peer peer;
  private final Optional<GoneReason> reason;
  private final String detail;

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
    this(kind, peer, reason, "");
  }

  PeerEvent(Kind kind, Peer peer, Optional<GoneReason> reason, String detail) {
    this.kind = kind;
    this.peer = peer;
    this.reason = reason;
    this.detail = detail;
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
   * How it crashed, as it said itself with its last beacon, such as {@code exit 3}: at most 64
   * bytes, which nothing proves. Empty where it said nothing.
   */
  public Optional<String> detail() {
    return detail.isEmpty() ? Optional.empty() : Optional.of(detail);
  }

  /**
   * As a JSON object: {@code event}, {@code reason} and {@code detail} if there is one, and {@code
   * peer} as {@link Peer#toJson()} has it. More fields may be added.
   */
  public String toJson() {
    return PeerJson.of(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerEvent that
        && kind == that.kind
        && peer.equals(that.peer)
        && reason.equals(that.reason)
        && detail.equals(that.detail);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, peer, reason);
  }

  @Override
  public String toString() {
    String why = detail.isEmpty() ? "" : ": " + detail;
    return kind + reason.map(r -> "(" + r + why + ")").orElse("") + " " + peer;
  }
}
