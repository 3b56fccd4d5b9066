package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;

/** Somebody elsewhere who claims to be a peer that is known, and what was found out about it. */
final class Claim extends Timed {
  final Peer peer;
  final Beacon beacon;
  final InetSocketAddress source;

  /** By what its goodbye is known, if it answered. */
  long goodbye;

  /** Whether it speaks from where the peer was before another claim displaced it. */
  final boolean isHome;

  private final Claims claims;
  long sinceNs;

  /** The open or waiting question to the claimed place. */
  @Nullable Question question;

  /** The claimed place answered; now the known one is looked for. */
  boolean isLooking;

  int probes;

  Claim(Claims claims, Peer peer, Beacon beacon, InetSocketAddress source, boolean isHome) {
    this.claims = claims;
    this.peer = peer;
    this.beacon = beacon;
    this.source = source;
    this.isHome = isHome;
  }

  InetAddress address() {
    return source.getAddress();
  }

  InetSocketAddress tcpEndpoint() {
    return new InetSocketAddress(source.getAddress(), beacon.tcpPort());
  }

  /** The same, of the run that answered. */
  Claim as(Introduction answer) {
    Beacon answered =
        beacon.toBuilder()
            .incarnation(answer.incarnation())
            .digest(answer.document().digest())
            .build();
    Claim claim = new Claim(claims, peer, answered, source, isHome);
    claim.sinceNs = sinceNs;
    claim.goodbye = answer.goodbye();
    return claim;
  }

  /** Whether it claims to be the very run that is known, at another place. */
  boolean isMove() {
    return beacon.incarnation() == peer.incarnation;
  }

  @Override
  void fire() {
    claims.onTimer(this);
  }
}
