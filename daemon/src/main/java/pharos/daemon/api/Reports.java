package pharos.daemon.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import pharos.agent.Peer;
import pharos.agent.PeerView;
import pharos.beacon.NodeId;

/**
 * {@code /v1/peers/PEER/reports}: what programs say of a peer that they really talk to. For any
 * thread.
 */
final class Reports {
  private final PeerView view;
  private final Desk desk;

  /** Where a report goes. */
  interface Desk {
    /**
     * Takes one.
     *
     * @param failure how the peer failed; nothing if it did what was asked of it
     * @throws IllegalArgumentException when the failure is no text that can be told
     */
    void take(NodeId peer, Optional<String> failure);
  }

  Reports(PeerView view, Desk desk) {
    this.view = view;
    this.desk = desk;
  }

  List<Resource> resources() {
    return List.of(
        Resource.withBody(
            "POST",
            "/v1/peers/{peer}/reports",
            Set.of(),
            call -> Resource.now(report(call.path("peer"), call.body()))));
  }

  private Reply report(String named, String body) {
    Body report = Body.of(body, "outcome", "cause");
    Optional<String> cause = report.text("cause");
    Optional<String> failure =
        switch (report.text("outcome").orElse("")) {
          case "failure" -> Optional.of(cause.orElse(""));
          case "success" -> Optional.empty();
          default -> throw Problem.badRequest("'outcome' is \"failure\" or \"success\"");
        };
    if (failure.isEmpty() && cause.isPresent()) {
      throw Problem.badRequest("a success has no 'cause'");
    }
    try {
      desk.take(peer(named).id(), failure);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
    return Reply.empty(204);
  }

  private Peer peer(String named) {
    List<Peer> found = PeerResources.named(view, named);
    if (found.isEmpty()) {
      throw PeerResources.nobody(named);
    } else if (found.size() > 1) {
      throw new Problem(409, found.size() + " here are '" + named + "': say which by its id");
    } else if (found.get(0).id().equals(view.self().id())) {
      throw new Problem(409, "'" + named + "' is the agent that was asked");
    }
    return found.get(0);
  }
}
