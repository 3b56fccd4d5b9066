package pharos.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Reason;

/**
 * What applications were told, and when: who is gone, says who, why, and whether wrongly. Stricter
 * than {@link Invariants}: that the observer itself stood still is no excuse here.
 */
final class News implements Lan.Listener {
  /** Who could not answer for so many intervals may be given up. */
  private static final int LONG_SILENCE = 2;

  /** What was decided while it could not answer may be told a little later. */
  private static final int LATE_NEWS = 7;

  /** How long nobody looks whether what is awaited came true; the news has its own time. */
  private static final long LOOK_NS = 5 * TimeText.MS;

  private final Lan lan;
  private final Cast cast;
  private final long intervalNs;
  private final Map<Program, Long> excusedUntilNs = new HashMap<>();
  private final Map<Program, Long> offlineUntilNs = new HashMap<>();
  private final Map<Program, Long> stoppedNs = new HashMap<>();
  private final Map<Program, Long> latestNs = new HashMap<>();
  private final List<Loss> losses = new ArrayList<>();
  private final List<Told> events = new ArrayList<>();
  private @Nullable Loss firstFalse;
  private int falseOnes;
  private int suspicions;
  private int falseSuspicions;
  private long lastNewsNs;
  private boolean isNews;

  /** Something about this one was shown to some application. */
  private record Told(long atNs, String name) {}

  /** One GONE, told to one application. */
  record Loss(long atNs, Program observer, String name, long incarnation, Reason reason) {
    @Override
    public String toString() {
      return "%s lost %s (%s) at %.6f s".formatted(observer.name(), name, reason, atNs / 1e9);
    }
  }

  News(Lan lan, Cast cast, long intervalNs) {
    this.lan = lan;
    this.cast = cast;
    this.intervalNs = intervalNs;
    lan.listen(this);
  }

  @Override
  public void told(Program observer, Change change) {
    lastNewsNs = lan.nowNs();
    latestNs.put(observer, lastNewsNs);
    isNews = true;
    if (change.kind() == Change.Kind.SUSPECT) {
      suspicions++;
      falseSuspicions += isFalse(observer, change) ? 1 : 0;
    }
    if (change.kind() == Change.Kind.GONE) {
      Loss loss =
          new Loss(
              lan.nowNs(),
              observer,
              change.peer().name(),
              change.peer().incarnation(),
              change.reason().orElseThrow());
      losses.add(loss);
      if (isFalse(observer, change)) {
        falseOnes++;
        firstFalse = firstFalse == null ? loss : firstFalse;
      }
    }
  }

  @Override
  public void shown(Program observer, Change change) {
    events.add(new Told(lan.nowNs(), change.peer().name()));
  }

  @Override
  public void isolated(Program program, boolean isIsolated) {
    isNews = true;
  }

  @Override
  public void ended(Program program) {
    isNews = true;
  }

  @Override
  public void disturbed(Program program) {
    isNews = true;
  }

  private boolean isFalse(Program observer, Change change) {
    Program subject = cast.subject(change);
    return subject != null
        && subject.isRunning()
        && !subject.isLeaving()
        && !isStoppedForLong(subject)
        && !isExcused(subject)
        && !wasOffline(subject)
        && !wasOffline(observer)
        && lan.areConnected(observer, subject);
  }

  private boolean isStoppedForLong(Program program) {
    Long sinceNs = stoppedNs.get(program);
    return program.isPaused()
        && sinceNs != null
        && lan.nowNs() - sinceNs >= LONG_SILENCE * intervalNs;
  }

  private boolean isExcused(Program program) {
    return isBefore(excusedUntilNs.get(program));
  }

  private boolean wasOffline(Program program) {
    return isBefore(offlineUntilNs.get(program));
  }

  private boolean isBefore(@Nullable Long untilNs) {
    return untilNs != null && lan.nowNs() < untilNs;
  }

  /** The program stands still from now on. */
  void onPause(Program program) {
    stoppedNs.put(program, lan.nowNs());
  }

  /** The program goes on. */
  void onResume(Program program) {
    Long sinceNs = stoppedNs.remove(program);
    if (sinceNs != null && lan.nowNs() - sinceNs >= LONG_SILENCE * intervalNs) {
      excusedUntilNs.put(program, lan.nowNs() + LATE_NEWS * intervalNs);
    }
  }

  /** The program is back on the network, or the network is whole again. */
  void onReconnected(Program program) {
    offlineUntilNs.put(program, lan.nowNs() + LATE_NEWS * intervalNs);
  }

  /** Lets time pass until this is so, at most so long; whether it came true. */
  boolean await(long withinNs, BooleanSupplier holds) {
    long untilNs = lan.nowNs() + withinNs;
    boolean isTrue = holds.getAsBoolean();
    while (!isTrue && lan.nowNs() < untilNs) {
      isNews = false;
      lan.runFor(Math.min(LOOK_NS, untilNs - lan.nowNs()));
      isTrue = isNews && holds.getAsBoolean();
    }
    return isTrue || holds.getAsBoolean();
  }

  /** When each program was last told something. */
  Map<Program, Long> latestNs() {
    return latestNs;
  }

  /** When anybody was last told something. */
  long lastNewsNs() {
    return lastNewsNs;
  }

  /** All so far, the earliest first. */
  List<Loss> all() {
    return losses;
  }

  /** How often any application was shown something about this one since then. */
  long eventsAbout(String name, long sinceNs) {
    return events.stream().filter(it -> it.atNs() >= sinceNs && it.name().equals(name)).count();
  }

  /** How often somebody was said to be gone who was not. */
  int falseOnes() {
    return falseOnes;
  }

  @Nullable Loss firstFalse() {
    return firstFalse;
  }

  /** How often somebody was suspect who was there, as for those who are gone. */
  int falseSuspicions() {
    return falseSuspicions;
  }

  /** How often somebody was suspect. */
  int suspicions() {
    return suspicions;
  }
}
