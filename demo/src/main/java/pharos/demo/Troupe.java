package pharos.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import pharos.agent.json.Json;
import pharos.daemon.api.Backstage;
import pharos.demo.Cast.State;

/**
 * The programs of the demo as its page has them: who runs, how the others ended, and what may be
 * done to each. It knows its own children alone. For any thread.
 */
final class Troupe implements Backstage {
  private static final int SIGNALLED = 128;
  private static final int SIGKILL = 9;

  private final BiConsumer<String, Act> stage;
  private final boolean canPause;
  private final Map<String, Member> members = new LinkedHashMap<>();

  /**
   * One child.
   *
   * @param ended how, for people; empty while it runs
   */
  private record Member(State state, long pid, String ended) {}

  /**
   * With nobody in it.
   *
   * @param stage starts or strikes a program of this name
   */
  Troupe(boolean canPause, BiConsumer<String, Act> stage) {
    this.canPause = canPause;
    this.stage = stage;
  }

  @Override
  public synchronized Map<String, Object> programs() {
    List<Object> all = new ArrayList<>();
    members.forEach(
        (name, it) ->
            all.add(
                Json.object(
                    "name",
                    name,
                    "pid",
                    Optional.of(it.pid).filter(pid -> pid != 0),
                    "state",
                    it.state,
                    "ended",
                    Optional.of(it.ended).filter(ended -> !ended.isEmpty()))));
    return Json.object("programs", all, "hasRoom", free().isPresent(), "canPause", canPause);
  }

  /** The first name that nobody has now. */
  private Optional<String> free() {
    return Cast.NAMES.stream().filter(it -> !runs(it)).findFirst();
  }

  private boolean runs(String name) {
    Member member = members.get(name);
    return member != null && member.state != State.ENDED;
  }

  @Override
  public synchronized String act(String act, String name) {
    if (act.equals("start")) {
      String free =
          free().orElseThrow(() -> new IllegalArgumentException("there is room for no more"));
      members.remove(free); // behind those who were there before it
      members.put(free, new Member(State.STARTING, 0, ""));
      stage.accept(free, Act.START);
      return free + " starts";
    }
    Member member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException("no program of this demo is called '" + name + "'");
    }
    Act what = act(act);
    boolean isPossible =
        switch (what) {
          case KILL -> member.state == State.UP || member.state == State.PAUSED;
          case LEAVE -> member.state == State.UP;
          case PAUSE -> member.state == State.UP && canPause;
          default -> member.state == State.PAUSED;
        };
    if (!isPossible) {
      String state = member.state.name().toLowerCase(Locale.ROOT);
      throw new IllegalArgumentException(name + " is " + state + ": no " + act + " now");
    }
    stage.accept(name, what);
    if (what == Act.PAUSE || what == Act.RESUME) {
      State next = what == Act.PAUSE ? State.PAUSED : State.UP;
      members.put(name, new Member(next, member.pid, ""));
    }
    return switch (what) {
      case KILL -> name + " is killed (kill -9)";
      case LEAVE -> name + " is asked to end (kill -TERM)";
      case PAUSE -> name + " is paused (kill -STOP)";
      default -> name + " goes on (kill -CONT)";
    };
  }

  private static Act act(String text) {
    return switch (text) {
      case "kill" -> Act.KILL;
      case "leave" -> Act.LEAVE;
      case "pause" -> Act.PAUSE;
      case "resume" -> Act.RESUME;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is none of start, leave, kill, pause, resume");
    };
  }

  /** What its processes tell. */
  synchronized void on(Input input) {
    if (input instanceof Input.Launched it) {
      members.computeIfPresent(it.actor(), (name, was) -> new Member(was.state, it.pid(), ""));
    } else if (input instanceof Input.Reported it && it.report().what().equals(Report.STARTED)) {
      change(it.actor(), it.pid(), new Member(State.UP, it.pid(), ""));
    } else if (input instanceof Input.Exited it) {
      change(it.actor(), it.pid(), new Member(State.ENDED, it.pid(), how(it)));
    }
  }

  /** Unless another process has that name by now; one that never was has the number 0. */
  private void change(String name, long pid, Member next) {
    members.computeIfPresent(name, (same, was) -> was.pid == pid || pid == 0 ? next : was);
  }

  private static String how(Input.Exited exited) {
    int signal = exited.code() - SIGNALLED;
    if (signal == SIGKILL) {
      return "killed by SIGKILL";
    }
    String last = exited.code() == 0 || exited.last().isEmpty() ? "" : ": " + exited.last();
    return (signal > 0 ? "by signal " + signal : "with code " + exited.code()) + last;
  }
}
