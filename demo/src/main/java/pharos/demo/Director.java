package pharos.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.demo.Cast.Actor;
import pharos.demo.Cast.State;

/**
 * What happens next in the demo, and what is said about it: first the story, scene by scene, each
 * once all know of the one before; then what the audience wants. An input and the time go in,
 * effects come out, in the order in which they are to be done. Without a process, clock or terminal
 * of its own; for one thread.
 */
final class Director {
  private static final String KEYS =
      "s start one · k kill -9 · p pause or go on · l let one leave · q quit"
          + " (k, p, l: then its number)";

  private final Instant began;
  private final boolean playsOn;
  private final Optional<Duration> limit;
  private final Deque<Scene> scenes;
  private final Cast cast = new Cast();
  private final List<Measure> open = new ArrayList<>();
  private final List<String> results = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();

  private @Nullable Instant nextSceneAt;
  private boolean inStory = true;
  private boolean hasEnded;
  private char pending;
  private int code;

  /**
   * Begins.
   *
   * @param playsOn whether somebody is there to play once the story is over
   * @param limit how long all of it may take
   */
  Director(List<Scene> story, boolean playsOn, Optional<Duration> limit, Instant now) {
    scenes = new ArrayDeque<>(story);
    this.playsOn = playsOn;
    this.limit = limit;
    began = now;
    nextSceneAt = now;
  }

  /** Takes what came in; after an {@link Effect.End} it does nothing any more. */
  List<Effect> on(Input input, Instant now) {
    effects.clear();
    if (hasEnded) {
      return List.of();
    }
    if (input instanceof Input.Reported it) {
      onReported(it);
    } else if (input instanceof Input.Launched it) {
      onLaunched(it.actor(), it.pid());
    } else if (input instanceof Input.Exited it) {
      onExited(it, now);
    } else if (input instanceof Input.Key it) {
      onKey(it.key(), now);
    } else if (!(input instanceof Input.Tick)) {
      throw new AssertionError(input);
    }
    measure(now);
    if (!hasEnded) {
      goOn(now);
    }
    return List.copyOf(effects);
  }

  // What comes in.

  private void onLaunched(String name, long pid) {
    Actor actor = cast.find(name);
    if (actor != null) {
      actor.pid = pid;
    }
  }

  private void onReported(Input.Reported reported) {
    Actor actor = cast.find(reported.actor());
    Report report = reported.report();
    if (actor == null || !actor.runs() || actor.pid != reported.pid()) {
      return;
    }
    switch (report.what()) {
      case Report.STARTED -> {
        actor.state = State.UP;
        actor.id = report.id();
        actor.startedAt = report.at();
        long ms = Duration.between(actor.launchedAt, report.at()).toMillis();
        tell(
            actor,
            report.at(),
            "is up as process %d (%d ms for its JVM), offers %s"
                .formatted(actor.pid, ms, String.join(", ", report.offers())));
      }
      case Report.TOLD -> {
        // Arrivals and departures come as events; of the log, only who asks whom is of interest.
        if (report.text().startsWith("asking ")) {
          tell(actor, report.at(), "is " + report.text());
        }
      }
      default -> {
        cast.note(actor, report);
        tell(actor, report.at(), said(report));
      }
    }
  }

  private static String said(Report report) {
    String name = report.name();
    return switch (report.what()) {
      case "ARRIVED" -> "knows " + name + ": " + offered(report);
      case "UPDATED" -> "hears that " + name + " changed: " + offered(report);
      case "SUSPECT" -> "gets no answer from " + name + ", suspects it";
      case "RECOVERED" -> "hears " + name + " again";
      case "GONE" ->
          switch (report.reason()) {
            case "LEFT" -> "heard the goodbye of " + name;
            case "CRASHED" -> "sees that " + name + " crashed";
            case "REPLACED" -> "sees that " + name + " was replaced";
            default -> "gives " + name + " up after its silence";
          };
      default -> "tells of " + name + ": " + report.what();
    };
  }

  private static String offered(Report report) {
    return report.offers().isEmpty() ? "nothing" : String.join(", ", report.offers());
  }

  private void onExited(Input.Exited exited, Instant now) {
    Actor actor = cast.find(exited.actor());
    // Whoever was asked to end counts as ended since then.
    if (actor == null || !actor.runs() || actor.pid != exited.pid()) {
      return;
    }
    boolean wasUp = actor.state != State.STARTING;
    actor.state = State.ENDED;
    open.removeIf(it -> it.isAbout(actor) && it.act() != Act.KILL && it.act() != Act.LEAVE);
    if (wasUp) {
      warn(actor.name + " ended by itself, with " + exited.code() + last(exited));
      open.add(new Measure(actor.name + " ended", Act.KILL, List.of(actor), now));
    } else {
      warn(actor.name + " could not start" + last(exited));
      code = 1;
      if (inStory) {
        end();
      }
    }
  }

  private static String last(Input.Exited exited) {
    return exited.last().isEmpty() ? "" : ": " + exited.last();
  }

  private void onKey(char key, Instant now) {
    char lower = Character.toLowerCase(key);
    if (lower == 'q' || key == '\u0004') {
      end();
    } else if (inStory || Character.isWhitespace(key)) {
      return;
    } else if (pending != 0 && Character.isDigit(key)) {
      strike(pending, key - '0', now);
      pending = 0;
    } else if (lower == 's') {
      pending = 0;
      Optional<String> name = cast.freeName();
      if (name.isPresent()) {
        act("Start of " + name.get(), Act.START, List.of(name.get()), now);
      } else {
        warn("the stage is full: let one leave first");
      }
    } else if (lower == 'k' || lower == 'p' || lower == 'l') {
      pending = lower;
      prompt(verb(lower) + " which? " + roster());
    } else {
      pending = 0;
      prompt(KEYS);
    }
  }

  private static String verb(char key) {
    return switch (key) {
      case 'k' -> "kill";
      case 'p' -> "pause, or let go on,";
      default -> "let leave";
    };
  }

  private void strike(char key, int number, Instant now) {
    String name = number >= 1 && number <= Cast.NAMES.size() ? Cast.NAMES.get(number - 1) : "";
    Actor actor = cast.find(name);
    if (actor == null || !actor.runs()) {
      warn("there is no number " + number + " now");
    } else if (actor.state == State.STARTING) {
      warn(name + " is still starting");
    } else if (key == 'k') {
      act("Kill of " + name, Act.KILL, List.of(name), now);
    } else if (key == 'l' && actor.state == State.PAUSED) {
      warn(name + " is paused and cannot hear: let it go on first");
    } else if (key == 'l') {
      act("Goodbye of " + name, Act.LEAVE, List.of(name), now);
    } else if (actor.state == State.PAUSED) {
      act("Return of " + name, Act.RESUME, List.of(name), now);
    } else {
      act("Pause of " + name, Act.PAUSE, List.of(name), now);
    }
  }

  // What is done.

  private void act(String title, Act act, List<String> names, Instant now) {
    List<Actor> subjects = new ArrayList<>();
    for (String name : names) {
      Actor actor = act == Act.START ? cast.add(name, now) : cast.find(name);
      if (actor != null && actor.runs()) {
        subjects.add(actor);
      }
    }
    // Who is struck again is past what was measured before.
    open.removeIf(it -> subjects.stream().anyMatch(it::isAbout));
    for (Actor actor : subjects) {
      show(new Line(Line.Kind.ACT, actor.number, actor.name, seconds(now), done(act)));
      switch (act) {
        case START -> effects.add(new Effect.Launch(actor.name, Cast.offer(actor.name)));
        // It tells of itself no more; that its process is gone comes later.
        case KILL, LEAVE -> actor.state = State.ENDED;
        case PAUSE -> actor.state = State.PAUSED;
        case RESUME -> actor.state = State.UP;
      }
      if (act != Act.START) {
        effects.add(new Effect.Strike(actor.name, act));
      }
    }
    open.add(new Measure(title, act, subjects, now));
  }

  private static String done(Act act) {
    return switch (act) {
      case START -> "starts";
      case KILL -> "is killed";
      case LEAVE -> "is asked to end";
      case PAUSE -> "is paused";
      case RESUME -> "goes on";
    };
  }

  private void measure(Instant now) {
    for (Measure measure : List.copyOf(open)) {
      Optional<Duration> result = measure.result(cast);
      if (result.isPresent()) {
        open.remove(measure);
        String took = took(result.get());
        results.add("%-30s %9s".formatted(measure.title(), took));
        show(Line.of(Line.Kind.RESULT, sentence(measure, took)));
        settled(measure.act(), now);
      } else if (measure.begunAt().plusMillis(Scene.PATIENCE_MS).isBefore(now)) {
        open.remove(measure);
        results.add("%-30s %9s".formatted(measure.title(), "-"));
        code = 1;
        warn(
            "%s: after %d s it is still not known to all; %s"
                .formatted(
                    measure.title(),
                    Scene.PATIENCE_MS / 1_000,
                    "waiting for " + Cast.names(measure.missing(cast))));
        settled(measure.act(), now);
      }
    }
  }

  private String sentence(Measure measure, String took) {
    List<Actor> witnesses =
        cast.all().stream().filter(it -> it.state == State.UP && !measure.isAbout(it)).toList();
    String subjects = Cast.names(measure.subjects());
    if (witnesses.isEmpty() && measure.subjects().size() == 1) {
      return "nobody else is there to know";
    }
    String others = Cast.names(witnesses) + (witnesses.size() == 1 ? " knows" : " know");
    return switch (measure.act()) {
      case START ->
          witnesses.isEmpty()
              ? took + " after the last one was up, each knows all others and what they offer"
              : took + " after " + subjects + " was up, it knows all others, and they it";
      case KILL -> took + " after the kill, " + others + " that " + subjects + " is gone";
      case LEAVE -> took + " after the signal, " + others + " that " + subjects + " left";
      case PAUSE -> took + " after the pause, all others suspect " + subjects + "; none dropped it";
      case RESUME -> took + " after it went on, nobody suspects " + subjects + " any more";
    };
  }

  /** {@code 7.3 ms}, {@code 23 ms}, {@code 1.61 s}. */
  static String took(Duration time) {
    double ms = time.toNanos() / 1e6;
    if (ms >= 1_000) {
      return String.format(Locale.ROOT, "%.2f s", ms / 1_000);
    }
    return String.format(Locale.ROOT, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
  }

  private void settled(Act act, Instant now) {
    if (inStory) {
      nextSceneAt = now.plusMillis(act == Act.PAUSE ? Scene.SHORT_PAUSE_MS : Scene.PAUSE_MS);
    } else {
      prompt(roster());
    }
  }

  private void goOn(Instant now) {
    if (limit.isPresent() && !now.isBefore(began.plus(limit.get()))) {
      if (inStory) {
        warn("the time is over before the story is");
      }
      end();
      return;
    }
    Instant due = nextSceneAt;
    if (!inStory || due == null || now.isBefore(due)) {
      return;
    }
    Scene scene = scenes.poll();
    if (scene != null) {
      nextSceneAt = null;
      show(Line.of(Line.Kind.TITLE, scene.title()));
      show(Line.of(Line.Kind.WORDS, scene.words()));
      act(scene.title(), scene.act(), scene.actors(), now);
      return;
    }
    inStory = false;
    show(Line.of(Line.Kind.TITLE, "How soon everybody else knew"));
    results.forEach(it -> show(Line.of(Line.Kind.WORDS, it)));
    if (playsOn) {
      show(Line.of(Line.Kind.TITLE, "Now you"));
      prompt(KEYS);
      prompt(roster());
    } else {
      end();
    }
  }

  private void end() {
    hasEnded = true;
    effects.add(new Effect.End(code));
  }

  // What is said.

  private String roster() {
    List<String> names = new ArrayList<>();
    for (Actor actor : cast.all()) {
      if (actor.runs()) {
        names.add(
            actor.number + " " + actor.name + (actor.state == State.PAUSED ? " (paused)" : ""));
      }
    }
    return names.isEmpty() ? "the stage is empty" : String.join("   ", names);
  }

  private void tell(Actor actor, Instant at, String text) {
    show(new Line(Line.Kind.EVENT, actor.number, actor.name, seconds(at), text));
  }

  private void warn(String text) {
    show(Line.of(Line.Kind.WARNING, text));
  }

  private void prompt(String text) {
    show(Line.of(Line.Kind.PROMPT, text));
  }

  private void show(Line line) {
    effects.add(new Effect.Show(line));
  }

  private double seconds(Instant at) {
    return Duration.between(began, at).toNanos() / 1e9;
  }
}
