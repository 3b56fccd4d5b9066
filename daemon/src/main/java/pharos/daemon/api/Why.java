package pharos.daemon.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import pharos.agent.Counted;
import pharos.agent.Observation;
import pharos.agent.Peer;
import pharos.agent.PeerView;
import pharos.agent.json.Json;
import pharos.beacon.NodeId;
import pharos.daemon.story.Entry;
import pharos.daemon.story.Sentences;
import pharos.daemon.story.Stories;
import pharos.daemon.story.Told;

/** {@code /v1/peers/PEER/why}: what led to where a peer stands, be it gone. For any thread. */
public final class Why {
  /** Of those that share a name, and of those that are gone in an error. */
  private static final int MOST_OTHERS = 20;

  private final PeerView view;
  private final Stories stories;
  private final LongSupplier lost;

  /**
   * For these stories.
   *
   * @param lost how many observations this agent was too slow to hear
   */
  public Why(PeerView view, Stories stories, LongSupplier lost) {
    this.view = view;
    this.stories = stories;
    this.lost = lost;
  }

  List<Resource> resources() {
    return List.of(Resource.get("/v1/peers/{peer}/why", Set.of(), call -> why(call.path("peer"))));
  }

  List<Counted> counted() {
    return List.of(
        Counted.bounded("STORY_BYTES", "octets", "http", stories.bytes(), stories.mostBytes()),
        new Counted("STORIES_DROPPED", "stories", "http", stories.dropped()));
  }

  private Reply why(String named) {
    return Reply.json(200, told(named));
  }

  /**
   * The story of who is meant by that, as JSON.
   *
   * @throws Problem when nobody is
   */
  public String told(String named) {
    List<Told> found = stories.find(named);
    if (found.isEmpty()) {
      return Json.write(untold(named));
    }
    Map<String, Object> all = story(found.get(0));
    if (found.size() > 1) {
      all.put("others", others(found.subList(1, Math.min(found.size(), MOST_OTHERS + 1))));
    }
    return Json.write(all);
  }

  /** One that is known otherwise than by its beacons, or nobody. */
  private Map<String, Object> untold(String named) {
    Peer peer =
        PeerResources.named(view, named).stream().findFirst().orElseThrow(() -> unknown(named));
    boolean isSelf = peer.id().equals(view.self().id());
    String text =
        isSelf
            ? "this is the agent that was asked: it watches others, not itself"
            : "it is known by a gateway or a fixed address, not by its beacons: nothing was noticed"
                + " of it here";
    return Json.object(
        "peer", named(peer.id(), peer.name(), peer.incarnation()),
        "state", peer.state(),
        "summary", text,
        "seenBy", view.self().name(),
        "story", List.of());
  }

  private Problem unknown(String named) {
    List<String> gone = stories.goneNames(MOST_OTHERS);
    long hours = Stories.KEPT.toHours();
    return new Problem(
        404,
        "nothing is remembered of '"
            + named
            + "' by name, short name, id or the beginning of an id; who is gone is remembered for "
            + hours
            + " hours, since this agent started"
            + (stories.dropped() > 0
                ? " and as long as there is room: " + stories.dropped() + " stories had to give way"
                : "")
            + (gone.isEmpty() ? "; nobody is gone" : "; gone: " + String.join(", ", gone)));
  }

  private Map<String, Object> story(Told told) {
    Sentences sentences =
        new Sentences(
            view.self().name(),
            id -> stories.name(id).orElseGet(() -> "agent " + id.toShortString()));
    Map<String, Object> all =
        Json.object(
            "peer", named(told.id(), told.name(), told.incarnation()),
            "state", told.state(),
            "reason", told.reason(),
            "since", told.since(),
            "summary", sentences.summary(told),
            "seenBy", view.self().name(),
            "whole", told.isWhole(),
            "omitted", told.omitted(),
            "lost", lost.getAsLong());
    all.put("story", lines(told, sentences));
    return all;
  }

  /** The entries, and between them what keeps the story from being whole. */
  private List<Object> lines(Told told, Sentences sentences) {
    List<Entry> entries = told.entries();
    List<String> texts = sentences.of(entries);
    List<Entry> stalls = new ArrayList<>(stalls(entries));
    List<Object> lines = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      while (!stalls.isEmpty() && stalls.get(0).at().isBefore(entry.at())) {
        lines.add(line(stalls, sentences));
      }
      if (i == Told.before() && told.omitted() > 0) {
        lines.add(omitted(told, entry));
      }
      lines.add(line(entry, texts.get(i)));
    }
    while (!stalls.isEmpty()) {
      lines.add(line(stalls, sentences));
    }
    return lines;
  }

  /** Those since the peer is known. */
  private List<Entry> stalls(List<Entry> entries) {
    return stories.stalls().stream()
        .filter(it -> !entries.isEmpty() && !it.at().isBefore(entries.get(0).at()))
        .toList();
  }

  private static Map<String, Object> line(List<Entry> stalls, Sentences sentences) {
    Entry stall = stalls.remove(0);
    return line(stall, sentences.of(List.of(stall)).get(0));
  }

  private static Map<String, Object> omitted(Told told, Entry next) {
    String text =
        told.omitted() + " lines before this are not kept: only the first and the newest are";
    return Json.object("at", next.at(), "what", "OMITTED", "times", told.omitted(), "text", text);
  }

  private static Map<String, Object> line(Entry entry, String text) {
    Map<String, Object> line = Json.object("at", entry.at());
    if (!entry.until().equals(entry.at())) {
      line.put("until", entry.until());
    }
    line.put("what", entry.what());
    if (entry.first() instanceof Observation.Moved it) {
      line.putAll(Json.object("from", it.from(), "to", it.to(), "evidence", it.evidence()));
      line.put("unheardMs", ms(it.unheard()));
      if (!it.detail().isEmpty()) {
        line.put("detail", it.detail());
      }
    } else if (entry.first() instanceof Observation.Asked it) {
      line.putAll(Json.object("purpose", it.purpose(), "outcome", it.outcome()));
    }
    line.putAll(
        Json.object(
            "where", entry.where().map(Sentences::at),
            "by", entry.by().map(NodeId::toBase64),
            "times", entry.times(),
            "tookMs", ms(entry.took()),
            "incarnation", Optional.of(entry.incarnation()).filter(it -> it != 0)));
    line.put("text", text);
    return line;
  }

  /** To a thousandth. */
  private static double ms(Duration time) {
    return Math.round(time.toNanos() / 1e3) / 1e3;
  }

  private static List<Object> others(List<Told> found) {
    List<Object> others = new ArrayList<>();
    for (Told told : found) {
      Map<String, Object> other = named(told.id(), told.name(), told.incarnation());
      other.putAll(Json.object("state", told.state(), "reason", told.reason()));
      other.put("since", told.since());
      other.put("href", "/v1/peers/" + told.id() + "/why");
      others.add(other);
    }
    return others;
  }

  private static Map<String, Object> named(NodeId id, String name, long incarnation) {
    return Json.object(
        "id", id.toBase64(), "short", id.toShortString(), "name", name, "incarnation", incarnation);
  }
}
