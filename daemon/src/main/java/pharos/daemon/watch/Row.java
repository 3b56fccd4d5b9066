package pharos.daemon.watch;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import pharos.agent.Peer;
import pharos.agent.PeerHearing;
import pharos.agent.PeerState;
import pharos.beacon.Addresses;

/**
 * A peer in the table, with what is shown of it.
 *
 * @param state in a word: {@code here}, {@code suspect}, or why it is gone
 * @param since since when it stands there
 */
public record Row(
    Peer peer,
    boolean isGone,
    String state,
    Instant since,
    String name,
    String service,
    String address,
    String offers,
    String searched) {
  /** One that is there. */
  static Row here(Peer peer) {
    String state =
        switch (peer.state()) {
          case ALIVE -> peer.failure().isPresent() ? "failing" : heard(peer.hearing().fault());
          case SUSPECT -> "suspect";
          case UNREACHABLE_FROM_HERE -> "unreachable";
          default -> "heard";
        };
    return of(peer, false, state, peer.since());
  }

  private static String heard(PeerHearing.Fault fault) {
    return fault == PeerHearing.Fault.NONE
        ? "here"
        : fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** One that is gone, for that reason. */
  static Row gone(Peer peer, String reason, Instant at) {
    return of(peer, true, reason.isEmpty() ? "gone" : reason.toLowerCase(Locale.ROOT), at);
  }

  private static Row of(Peer peer, boolean isGone, String state, Instant since) {
    String name = Width.plain(peer.name());
    String service = Width.plain(peer.service());
    String address =
        peer.site().isEmpty()
            ? peer.addresses().stream().findFirst().map(Addresses::zonedText).orElse("")
            : Width.plain("by " + peer.site());
    String offers =
        Width.plain(
            peer.capabilities().stream()
                .map(it -> it.type() + ":" + it.port())
                .collect(Collectors.joining(" ")));
    String searched =
        String.join("\n", List.of(name, service, state, address, offers, peer.id().toShortString()))
            .toLowerCase(Locale.ROOT);
    return new Row(peer, isGone, state, since, name, service, address, offers, searched);
  }

  boolean isDoubtful() {
    return !isGone && peer.state() != PeerState.ALIVE;
  }

  boolean says(List<String> words) {
    return words.stream().allMatch(searched::contains);
  }
}
