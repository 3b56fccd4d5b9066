package pharos.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.daemon.json.PeersReader;

/**
 * Everybody whom a daemon knows, and itself.
 *
 * @param objects each as it told it
 */
record Members(List<Map<String, Object>> objects) {
  /** Asks it; one that has no list of all has a list of others. */
  static Members of(Daemon daemon) {
    Daemon.Answer all = daemon.ask("/v1/members");
    if (all.isOk()) {
      return new Members(read(daemon, all.body()));
    }
    List<Map<String, Object>> members = new ArrayList<>();
    Daemon.Answer self = daemon.ask("/v1/self");
    String told = self.isOk() ? self.body() : daemon.self();
    if (!told.isEmpty()) {
      members.add(Json.members(told));
    }
    Daemon.Answer others = daemon.ask("/v1/peers");
    if (!others.isOk()) {
      throw new Failure(daemon.label() + " answers " + others.status() + ": " + others.why());
    }
    members.addAll(read(daemon, others.body()));
    return new Members(members);
  }

  private static List<Map<String, Object>> read(Daemon daemon, String document) {
    try {
      return PeersReader.objects(document);
    } catch (IllegalArgumentException e) {
      throw new Failure(daemon.label() + " answers what is no list of peers", e);
    }
  }

  /** The same as peers. */
  List<Peer> peers() {
    try {
      return objects.stream().map(PeersReader::peer).toList();
    } catch (IllegalArgumentException e) {
      throw new Failure("a peer is told in a way that makes no sense: " + e.getMessage(), e);
    }
  }
}
