package pharos.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Hearing;
import pharos.beacon.NodeId;

/**
 * What happened, a line each: the latest ones for people, and a hash over all of them, so that two
 * runs of one seed can be held against each other.
 */
final class Trace {
  private static final int KEPT = 2_000;

  private final ArrayDeque<Line> lines = new ArrayDeque<>();
  private @Nullable Appendable echo;
  private long hash = 1;
  private long count;

  /** Nothing yet. */
  Trace() {}

  /** Writes each line here too from now on. */
  public void echo(Appendable echo) {
    this.echo = echo;
  }

  private record Line(long nowNs, String subject, String what, @Nullable Change change) {
    @Override
    public String toString() {
      String text = String.format(Locale.ROOT, "%12.6f  %s %s", nowNs / 1e9, subject, what);
      if (change == null) {
        return text;
      }
      return text
          + change.peer().name()
          + " "
          + change.kind()
          + change.reason().map(reason -> " " + reason).orElse("")
          + (change.kind() == Change.Kind.UPDATED ? how(change.peer().hearing()) : "")
          + ", "
          + run(change.peer().id(), change.peer().incarnation());
    }
  }

  /** Why it changed, if it did not itself. */
  private static String how(Hearing hearing) {
    return hearing.isHeardByOthers() ? " ELSEWHERE" : hearing.isHeld() ? " HELD" : "";
  }

  /** What its machines are told, and its application too unless that follows. */
  void told(long nowNs, Program program, Change change) {
    news(nowNs, program, "hears: ", change);
  }

  /** Its application is told that, where this is something else than what its machines are told. */
  void shown(long nowNs, Program program, Change change) {
    news(nowNs, program, "shows: ", change);
  }

  /** Its application is not told what its machines are. */
  void keptBack(long nowNs, Program program, Change change) {
    news(nowNs, program, "keeps back: ", change);
  }

  private void news(long nowNs, Program program, String what, Change change) {
    hash = hash * 31 + change.peer().id().hashCode();
    add(new Line(nowNs, program.name(), what, change));
  }

  /** How one run of a node is named: by its id, and its incarnation from the beginning on. */
  static String run(NodeId id, long incarnation) {
    return String.format(Locale.ROOT, "%s%+d", id.toShortString(), incarnation - Lan.EPOCH_MS);
  }

  void line(long nowNs, String subject, String what) {
    hash = hash * 31 + what.hashCode();
    add(new Line(nowNs, subject, what, null));
  }

  private void add(Line line) {
    count++;
    hash = hash * 31 + line.nowNs();
    hash = hash * 31 + line.subject().hashCode();
    lines.add(line);
    if (lines.size() > KEPT) {
      lines.remove();
    }
    if (echo != null) {
      try {
        echo.append(line.toString()).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Equal for equal runs. */
  public long hash() {
    return hash;
  }

  /** How many lines there were. */
  public long count() {
    return count;
  }

  /** The latest lines. */
  public String latest(int number) {
    StringBuilder text = new StringBuilder();
    lines.stream()
        .skip(Math.max(0, lines.size() - number))
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
