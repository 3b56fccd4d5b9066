package pharos.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The programs of the demo, and what each of them knows of the others. */
final class Cast {
  /** The stage has place for so many, so that one digit chooses. */
  static final List<String> NAMES =
      List.of("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota");

  private static final Map<String, String> OFFERS =
      Map.of(
          "alpha", "Orders",
          "beta", "Prices",
          "gamma", "Users",
          "delta", "Search");

  private static final int FIRST_PORT = 7_001;

  enum State {
    STARTING,
    UP,
    PAUSED,
    ENDED
  }

  /** One program, from its start on; a later one of the same name is another. */
  static final class Actor {
    final String name;
    final int number;
    final Instant launchedAt;
    State state = State.STARTING;
    long pid;
    String id = "";
    Instant startedAt;

    Actor(String name, Instant now) {
      this.name = name;
      number = NAMES.indexOf(name) + 1;
      launchedAt = now;
      startedAt = now;
    }

    boolean runs() {
      return state != State.ENDED;
    }
  }

  /** What somebody knows of another since when. */
  record Fact(String what, String reason, Instant at) {
    boolean isThere() {
      return !what.equals("GONE");
    }

    boolean isSuspect() {
      return what.equals("SUSPECT");
    }
  }

  private final Map<String, Actor> actors = new HashMap<>();
  private final Map<String, Map<String, Fact>> known = new HashMap<>();

  Actor add(String name, Instant now) {
    Actor actor = new Actor(name, now);
    actors.put(name, actor);
    known.put(name, new HashMap<>());
    return actor;
  }

  @Nullable Actor find(String name) {
    return actors.get(name);
  }

  /** All that were ever there, by number. */
  List<Actor> all() {
    return NAMES.stream().flatMap(it -> Optional.ofNullable(actors.get(it)).stream()).toList();
  }

  /** Who can tell of this one: all others that are up. */
  List<Actor> witnesses(Actor of) {
    return all().stream().filter(it -> it != of && it.state == State.UP).toList();
  }

  void note(Actor observer, Report report) {
    Map<String, Fact> facts = known.get(observer.name);
    if (facts != null) {
      facts.put(report.id(), new Fact(report.what(), report.reason(), report.at()));
    }
  }

  Optional<Fact> fact(Actor observer, Actor of) {
    return Optional.ofNullable(known.getOrDefault(observer.name, Map.of()).get(of.id));
  }

  /** The first name that nobody has now. */
  Optional<String> freeName() {
    return NAMES.stream()
        .filter(
            it -> {
              Actor actor = actors.get(it);
              return actor == null || !actor.runs();
            })
        .findFirst();
  }

  static String offer(String name) {
    String type = OFFERS.getOrDefault(name, "Work");
    return "Demo." + type + "=" + (FIRST_PORT + NAMES.indexOf(name));
  }

  /** The names of some, as people list them. */
  static String names(List<Actor> actors) {
    List<String> names = new ArrayList<>(actors.stream().map(it -> it.name).toList());
    if (names.size() < 2) {
      return String.join("", names);
    }
    String last = names.remove(names.size() - 1);
    return String.join(", ", names) + " and " + last;
  }
}
