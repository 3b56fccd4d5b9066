package pharos.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import pharos.demo.Cast.Actor;
import pharos.demo.Cast.Fact;

/**
 * How long it takes until everybody knows what was done. It is complete when the last of those who
 * can tell knows; an actor that ends meanwhile is waited for no more.
 *
 * @param begunAt when it was done; for a start, the moment when the last agent ran counts instead,
 *     since until then a JVM starts, not Pharos
 */
record Measure(String title, Act act, List<Actor> subjects, Instant begunAt) {
  Measure {
    subjects = List.copyOf(subjects);
  }

  /** The time that it took, once everybody knows. */
  Optional<Duration> result(Cast cast) {
    Instant from = begunAt;
    Instant last = Instant.MIN;
    for (Actor subject : subjects) {
      if (act == Act.START && subject.state == Cast.State.STARTING) {
        return Optional.empty();
      }
      if (act == Act.START && subject.startedAt.isAfter(from)) {
        from = subject.startedAt;
      }
      for (Actor witness : cast.witnesses(subject)) {
        Optional<Fact> fact = cast.fact(witness, subject);
        if (!knows(fact) || (act == Act.START && !isThere(cast.fact(subject, witness)))) {
          return Optional.empty();
        }
        last = later(last, fact);
        last = act == Act.START ? later(last, cast.fact(subject, witness)) : last;
      }
    }
    Duration took = last.equals(Instant.MIN) ? Duration.ZERO : Duration.between(from, last);
    return Optional.of(took.isNegative() ? Duration.ZERO : took);
  }

  /** Whose word is still missing. */
  List<Actor> missing(Cast cast) {
    List<Actor> missing = new ArrayList<>();
    for (Actor subject : subjects) {
      for (Actor witness : cast.witnesses(subject)) {
        if (!knows(cast.fact(witness, subject)) && !missing.contains(witness)) {
          missing.add(witness);
        }
      }
    }
    return missing;
  }

  boolean isAbout(Actor actor) {
    return subjects.contains(actor);
  }

  private boolean knows(Optional<Fact> fact) {
    return switch (act) {
      case START -> isThere(fact);
      case RESUME -> isThere(fact) && !fact.map(Fact::isSuspect).orElse(true);
      // Who has given it up meanwhile knows even more.
      case PAUSE -> fact.map(it -> it.isSuspect() || !it.isThere()).orElse(true);
      case KILL, LEAVE -> fact.map(it -> !it.isThere()).orElse(true);
    };
  }

  private static boolean isThere(Optional<Fact> fact) {
    return fact.map(Fact::isThere).orElse(false);
  }

  private static Instant later(Instant one, Optional<Fact> fact) {
    return fact.map(Fact::at).filter(it -> it.isAfter(one)).orElse(one);
  }
}
