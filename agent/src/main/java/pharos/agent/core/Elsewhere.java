package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is said of a peer from elsewhere than where it is known. Most peers never have any. */
final class Elsewhere {
  /** From where it was heard while it was being met. */
  final List<InetSocketAddress> heardAt = new ArrayList<>(0);

  /** Where it was heard last; what it was asked there, if it is asked there. */
  @Nullable InetSocketAddress unproven;

  long unprovenNonce;
  long askedNs = Peer.NEVER;

  /** Since when its known place has not answered whether it sends from elsewhere too. */
  long unvouchedNs = Peer.NEVER;

  /** Whose claims to be it wait, and when the last one was checked and was noted. */
  final Set<InetAddress> claimants = new HashSet<>(0);

  long claimedNs = Peer.NEVER;
  long askedHereNs = Peer.NEVER;
  long notedNs = Peer.NEVER;

  /** Where it was before a claim displaced it, and when it was asked there. */
  @Nullable Home home;

  long homeAskedNs = Peer.NEVER;

  /** It is another run from now on: what was asked of the former one says nothing. */
  void forget() {
    heardAt.clear();
    unproven = null;
    unprovenNonce = 0;
    unvouchedNs = Peer.NEVER;
  }
}
