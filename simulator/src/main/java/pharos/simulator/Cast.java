package pharos.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;

/** Who plays: the agents of a scenario by name, each with its present run and the one before. */
final class Cast {
  private final Lan lan;
  private final Map<String, Program> present = new LinkedHashMap<>();
  private final Map<String, Program> former = new HashMap<>();
  private final Map<Program, Long> digests = new HashMap<>();

  /** Some of the agents, chosen when it is time. */
  interface Choice {
    List<Program> of(Cast cast);
  }

  Cast(Lan lan) {
    this.lan = lan;
  }

  /** Starts an agent of a new host. */
  Program start(String name, Document document) {
    return enter(lan.start(name, document), document);
  }

  /** Starts an agent once more where it ended. */
  Program restart(Program ended, boolean keepsId, boolean keepsPorts) {
    Program program = lan.restart(ended, keepsId, keepsPorts);
    former.put(program.name(), ended);
    return enter(program, Lan.document(program.name()));
  }

  private Program enter(Program program, Document document) {
    present.put(program.name(), program);
    digests.put(program, document.digest());
    return program;
  }

  /** Lets an agent offer something else. */
  void offer(Program program, Document document) {
    digests.put(program, document.digest());
    lan.trace(program, "offers " + document);
    program.deliver(() -> program.core().offer(document));
  }

  /** The present or last run of the agent with this name. */
  Program get(String name) {
    Program program = present.get(name);
    if (program == null) {
      throw new IllegalStateException(name + " did not start");
    }
    return program;
  }

  /** The run before the present one. */
  Program former(String name) {
    Program program = former.get(name);
    if (program == null) {
      throw new IllegalStateException(name + " did not start again");
    }
    return program;
  }

  /** Whether this run is the one that bears its name now. */
  boolean isPresent(Program program) {
    return present.get(program.name()) == program;
  }

  /** Of whom this news is, unless it is of a run that is over. */
  @Nullable Program subject(Change change) {
    Program program = present.get(change.peer().name());
    return program != null && program.isOf(change) ? program : null;
  }

  /** All agents, running or not. */
  List<Program> all() {
    return List.copyOf(present.values());
  }

  /** All agents that run. */
  List<Program> running() {
    return present.values().stream().filter(Program::isRunning).toList();
  }

  /** Those with these names. */
  List<Program> named(List<String> names) {
    return names.stream().map(this::get).toList();
  }

  /** So many of those that run and are not paused, by chance. */
  List<Program> any(int number) {
    List<Program> awake = new ArrayList<>(running());
    awake.removeIf(program -> program.isPaused() || program.isLeaving());
    Collections.shuffle(awake, new Random(lan.random().nextLong()));
    return awake.subList(0, Math.min(number, awake.size()));
  }

  /** Whether the observer lists the subject as it is now, with what it offers now. */
  boolean knows(Program observer, Program subject) {
    Change listed = observer.listed().get(subject.core().id());
    Long digest = digests.get(subject);
    return listed != null
        && subject.isOf(listed)
        && digest != null
        && listed.peer().document().digest() == digest;
  }

  /** Whether every agent that is awake lists exactly those it can reach; of the paused, any. */
  boolean doAllKnowAll() {
    List<Program> running = running();
    if (isWhole(running)) {
      for (Program observer : running) {
        if (observer.listed().size() != running.size() - 1) {
          return false;
        }
      }
    }
    for (Program observer : running) {
      if (!observer.isPaused() && !observer.isLeaving() && stranger(observer, running) != null) {
        return false;
      }
    }
    return true;
  }

  private boolean isWhole(List<Program> running) {
    for (Program program : running) {
      if (program.isPaused() || !lan.isReachable(program)) {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with somebody's list, for people; empty when nothing is. */
  String whatIsWrong() {
    List<Program> running = running();
    for (Program observer : running) {
      String stranger = observer.isPaused() ? null : stranger(observer, running);
      if (stranger != null) {
        return observer.name() + " " + stranger;
      }
    }
    return "";
  }

  /** The same of what these have of each other; paused ones may be listed or not. */
  String whatIsWrongAmong(List<Program> core) {
    for (Program observer : core) {
      if (!observer.isRunning()) {
        return observer.name() + " does not run";
      }
      for (Program subject : core) {
        boolean areAwake = !observer.isPaused() && !subject.isPaused();
        if (observer != subject && areAwake && !knows(observer, subject)) {
          return observer.name() + " does not know " + subject.name() + " as it is";
        }
      }
    }
    return "";
  }

  /**
   * How many of those whom nothing keeps from judging hold the verdict that most hold of this run:
   * it is not there, it is, it is suspect.
   */
  double agreement(Program subject) {
    Map<String, Integer> verdicts = new HashMap<>();
    int judges = 0;
    for (Program observer : running()) {
      if (observer != subject && !observer.isPaused() && lan.mayJudge(observer, subject)) {
        Change listed = observer.listed().get(subject.core().id());
        String verdict =
            listed != null && subject.isOf(listed) ? listed.peer().state().name() : "GONE";
        verdicts.merge(verdict, 1, Integer::sum);
        judges++;
      }
    }
    return judges == 0 ? 1 : (double) Collections.max(verdicts.values()) / judges;
  }

  /** What part of those whom nothing keeps from judging takes this one for that. */
  double named(Program subject, Hearing.Fault fault) {
    List<Program> judges =
        running().stream()
            .filter(it -> it != subject && !it.isPaused() && lan.mayJudge(it, subject))
            .toList();
    long named = judges.stream().filter(it -> it.fault(subject) == fault).count();
    return judges.isEmpty() ? 1 : (double) named / judges.size();
  }

  private @Nullable String stranger(Program observer, List<Program> running) {
    int listed = 0;
    for (Program subject : running) {
      if (subject == observer) {
        continue;
      }
      boolean isThere = lan.areConnected(observer, subject) && !subject.isLeaving();
      boolean isListed = observer.listed().containsKey(subject.core().id());
      if (isListed) {
        listed++;
      }
      boolean mustKnow = isThere && (isListed || lan.meet(observer, subject));
      if (mustKnow && !subject.isPaused() && !knows(observer, subject)) {
        return "does not know " + subject.name() + " as it is";
      }
      boolean mayBeListed =
          !subject.isLeaving() && (lan.mayHear(observer, subject) || observer.holds(subject));
      if (!isThere && isListed && !mayBeListed) {
        return "still lists " + subject.name();
      }
    }
    return observer.listed().size() == listed || observer.core().isIsolated()
        ? null
        : "lists " + observer.listed().size() + " peers, of whom " + listed + " are there";
  }
}
