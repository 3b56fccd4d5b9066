package pharos.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.RecordsException;
import pharos.records.Version;
import pharos.records.core.Copy;
import pharos.records.core.History;
import pharos.records.core.Outcome;
import pharos.records.core.Wish;

/**
 * What records promise, and whether it is so: every write that was acknowledged is there, or a
 * later one stands on it, or it is among those that lost, as long as a copy of it lived; the same
 * everywhere; one version is one value; a value that expires is there until then and not for ever;
 * who left has handed over; and no read tells less than what was acknowledged, or read, before it
 * began, where not more than one thing is wrong at a time.
 */
final class RecordsPromises {
  private final Lan lan;
  private final boolean isStrict;
  private final Map<String, List<Acknowledged>> writes = new TreeMap<>();
  private final Map<String, Set<Version>> replaced = new HashMap<>();

  /** The value of each version that was acknowledged or read; its key before it. */
  private final Map<String, Content> contents = new HashMap<>();

  /** The latest version of each key that was read. */
  private final Map<String, Version> seen = new HashMap<>();

  private long memoriesLost;
  private final Tally tally = new Tally();

  /** What was counted. */
  static final class Tally {
    long calls;
    long written;
    long read;
    long refused;
    long unsure;
    long stale;
    long lostReplaces;
    long conflicts;
    long vanishedWithAllCopies;

    void add(Tally other) {
      calls += other.calls;
      written += other.written;
      read += other.read;
      refused += other.refused;
      unsure += other.unsure;
      stale += other.stale;
      lostReplaces += other.lostReplaces;
      conflicts += other.conflicts;
      vanishedWithAllCopies += other.vanishedWithAllCopies;
    }

    @Override
    public String toString() {
      return "%d calls, %d written, %d read, %d refused, %d perhaps; %d stale reads, %d replaces that both won, %d conflicts, %d gone with all their copies"
          .formatted(
              calls,
              written,
              read,
              refused,
              unsure,
              stale,
              lostReplaces,
              conflicts,
              vanishedWithAllCopies);
    }
  }

  /** A write that was acknowledged. */
  private record Acknowledged(
      Version version, long wishedNs, long expiryMs, int holders, long lostBefore) {}

  /**
   * @param isStrict whether no more than one thing is wrong at a time
   */
  RecordsPromises(Lan lan, boolean isStrict) {
    this.lan = lan;
    this.isStrict = isStrict;
  }

  Tally tally() {
    return tally;
  }

  /** A node is gone with all that it had. */
  void memoryLost() {
    memoriesLost++;
  }

  /** How many are gone so far. */
  long memoriesLost() {
    return memoriesLost;
  }

  // Calls.

  void put(Program program, Wish.Put wish) {
    tally.calls++;
    RecordsPlug plug = RecordsPlug.of(program);
    lan.trace(program, "wishes " + text(wish));
    Began began = new Began(lan.nowNs(), memoriesLost);
    program.deliver(() -> plug.wish(wish, outcome -> onPut(program, wish, began, outcome)));
  }

  /** An arbiter writes something in place of all that is in conflict. */
  void settle(Program program, String key) {
    RecordsPlug plug = RecordsPlug.of(program);
    Copy copy = plug.machine().copy(key);
    if (copy == null || copy.losers().isEmpty()) {
      return;
    }
    List<Version> losers = copy.losers().stream().map(Copy::version).toList();
    Content content = Content.text("in place of " + copy.version() + " and " + losers);
    tally.calls++;
    lan.trace(program, "settles " + key + " " + copy.version() + " and " + losers);
    Began began = new Began(lan.nowNs(), memoriesLost);
    // It expires when the winner would have, which may be at once.
    long expiryMs = copy.expiresMs() == Copy.NEVER ? 0 : 1;
    Wish.Put put = new Wish.Put(key, Optional.of(content), Wish.If.ANY, Version.NONE, expiryMs);
    Wish.Settle wish = new Wish.Settle(key, copy.version(), losers, content);
    program.deliver(() -> plug.wish(wish, outcome -> onPut(program, put, began, outcome)));
  }

  /** When a wish was made, and what was lost by then. */
  private record Began(long atNs, long memoriesLost) {}

  private static String text(Wish.Put wish) {
    return "to "
        + (wish.content().isPresent() ? "put " : "delete ")
        + wish.key()
        + " if "
        + wish.condition()
        + (wish.condition() == Wish.If.IS ? " " + wish.is() : "");
  }

  private void onPut(Program program, Wish.Put wish, Began began, Outcome outcome) {
    lan.trace(program, "is told of " + wish.key() + ": " + outcome);
    if (outcome instanceof Outcome.Put it) {
      tally.written++;
      Version version = it.written().version();
      writes
          .computeIfAbsent(wish.key(), any -> new ArrayList<>())
          .add(
              new Acknowledged(
                  version,
                  began.atNs(),
                  wish.expiryMs(),
                  holders(wish.key(), version),
                  began.memoriesLost()));
      wish.content().ifPresent(content -> isValue(wish.key(), version, content));
      if (wish.condition() == Wish.If.IS
          && !replaced.computeIfAbsent(wish.key(), any -> new HashSet<>()).add(wish.is())) {
        tally.lostReplaces++;
        if (isStrict) {
          throw violation("two replaces of " + wish.key() + " " + wish.is() + " were both done");
        }
      }
    } else if (outcome instanceof Outcome.Failed it) {
      tally.refused++;
      tally.unsure += it.mayHaveHappened() ? 1 : 0;
    }
  }

  /** How many nodes have it, or what stands on it. */
  private int holders(String key, Version version) {
    int count = 0;
    for (Program program : lan.programs()) {
      Copy copy = program.isRunning() ? RecordsPlug.of(program).machine().copy(key) : null;
      if (copy != null && isIn(version, copy)) {
        count++;
      }
    }
    return count;
  }

  private static boolean isIn(Version version, Copy copy) {
    return copy.version().equals(version)
        || copy.history().place(version) != History.Place.OUT
        || copy.losers().stream().anyMatch(it -> isIn(version, it));
  }

  void get(Program program, String key) {
    tally.calls++;
    RecordsPlug plug = RecordsPlug.of(program);
    Version before = acknowledged(key);
    program.deliver(
        () -> plug.wish(new Wish.Get(key, false), outcome -> onGot(program, key, before, outcome)));
  }

  /** Of one version there is one value. */
  private void isValue(String key, Version version, Content content) {
    Content before = contents.putIfAbsent(key + " " + version, content);
    if (before != null && !before.equals(content)) {
      throw violation(key + " " + version + " is both " + before.text() + " and " + content.text());
    }
  }

  /** No less than this is to be read from now on. */
  private Version acknowledged(String key) {
    Version read = seen.getOrDefault(key, Version.NONE);
    Version written = written(key);
    return written.compareTo(read) > 0 ? written : read;
  }

  private Version written(String key) {
    return writes.getOrDefault(key, List.of()).stream()
        .map(Acknowledged::version)
        .max(Version::compareTo)
        .orElse(Version.NONE);
  }

  private void onGot(Program program, String key, Version before, Outcome outcome) {
    if (outcome instanceof Outcome.Got it) {
      tally.read++;
      Entry entry = it.entry();
      lan.trace(program, "reads " + key + " " + entry.version());
      entry.content().ifPresent(content -> isValue(key, entry.version(), content));
      if (entry.content().isEmpty()) {
        mayBeEmpty(key, entry.version());
      }
      if (entry.version().compareTo(before) < 0) {
        tally.stale++;
        if (isStrict) {
          throw violation(
              program.name() + " reads " + key + " " + entry.version() + " after " + before);
        }
      }
      seen.merge(key, entry.version(), (one, other) -> one.compareTo(other) > 0 ? one : other);
    } else {
      tally.refused++;
      lan.trace(program, "reads no " + key + ": " + outcome);
    }
  }

  /** A value that was written is there until it expires. */
  private void mayBeEmpty(String key, Version version) {
    for (Acknowledged write : writes.getOrDefault(key, List.of())) {
      boolean hadValue = contents.containsKey(key + " " + version);
      long leastNs = write.expiryMs() == 0 ? Long.MAX_VALUE : write.expiryMs() * 1_000_000;
      if (hadValue && write.version().equals(version) && lan.nowNs() - write.wishedNs() < leastNs) {
        throw violation(key + " " + version + " has expired too early");
      }
    }
  }

  /** This one has handed over what it had, and nobody was lost meanwhile. */
  void handedOver(Program program) {
    for (Map.Entry<String, List<Acknowledged>> each : writes.entrySet()) {
      String key = each.getKey();
      Copy copy = RecordsPlug.of(program).machine().copy(key);
      for (Acknowledged write : each.getValue()) {
        boolean isHere = copy != null && isIn(write.version(), copy);
        if (isHere && holders(key, write.version()) < 2) {
          throw violation(program.name() + " leaves with " + key + " " + write.version());
        }
      }
    }
  }

  private Invariants.Violation violation(String what) {
    return new Invariants.Violation(lan, what);
  }

  // At rest.

  /** All is mended, and time has passed. */
  void check() {
    List<Program> nodes =
        lan.programs().stream().filter(it -> it.isRunning() && RecordsPlug.of(it).holds()).toList();
    for (Program node : nodes) {
      if (!RecordsPlug.of(node).machine().isSettled()) {
        throw violation(node.name() + " has not all that it should");
      }
      if (RecordsPlug.of(node).machine().nodes() != nodes.size()) {
        throw violation(
            node.name()
                + " knows "
                + RecordsPlug.of(node).machine().nodes()
                + " nodes of "
                + nodes.size());
      }
    }
    for (Map.Entry<String, List<Acknowledged>> entry : writes.entrySet()) {
      check(entry.getKey(), entry.getValue(), nodes);
    }
  }

  private void check(String key, List<Acknowledged> acknowledged, List<Program> nodes) {
    Copy winner = null;
    Map<Version, Copy> losers = new TreeMap<>();
    int copies = 0;
    for (Program node : nodes) {
      Copy copy = RecordsPlug.of(node).machine().copy(key);
      if (copy == null) {
        continue;
      }
      copies++;
      copy.losers().forEach(it -> losers.put(it.version(), it));
      if (winner != null && !winner.version().equals(copy.version())) {
        throw violation(
            key + " is " + winner.version() + " somewhere and " + copy.version() + " elsewhere");
      }
      if (winner != null && winner.isDeleted() != copy.isDeleted()) {
        throw violation(key + " " + copy.version() + " is deleted somewhere and not elsewhere");
      }
      if (winner != null && !areAlike(winner.value(), copy.value())) {
        throw violation(key + " " + copy.version() + " has two values");
      }
      winner = winner == null || winner.value() == null ? copy : winner;
    }
    tally.conflicts += losers.size();
    for (Acknowledged write : acknowledged) {
      if (winner != null
          && winner.version().equals(write.version())
          && write.expiryMs() != 0
          && !winner.isDeleted()) {
        throw violation(key + " " + write.version() + " never expires");
      }
      boolean isThere =
          (winner != null && isIn(write.version(), winner))
              || losers.values().stream().anyMatch(it -> isIn(write.version(), it));
      if (isThere) {
        continue;
      }
      if (memoriesLost - write.lostBefore() >= Math.max(1, write.holders()) && !isStrict) {
        tally.vanishedWithAllCopies++;
      } else {
        throw violation(
            key
                + " "
                + write.version()
                + " was acknowledged and is gone: now "
                + (winner == null ? "nothing" : winner + " " + winner.history()));
      }
    }
    int wanted = Math.min(copiesOf(nodes), nodes.size());
    if (winner != null && copies != wanted) {
      throw violation(key + " has " + copies + " copies of " + wanted);
    }
  }

  /** Whether two that may be elsewhere are the same. */
  private static boolean areAlike(byte @Nullable [] one, byte @Nullable [] other) {
    return one == null || other == null || Arrays.equals(one, other);
  }

  private int copies = 3;

  void copies(int wanted) {
    copies = wanted;
  }

  private int copiesOf(List<Program> nodes) {
    return nodes.isEmpty() ? 0 : copies;
  }

  /** Whether a call that must succeed did. */
  void mustPut(Program program, String key) {
    RecordsPlug plug = RecordsPlug.of(program);
    Wish.Put wish =
        new Wish.Put(key, Optional.of(Content.text("at last")), Wish.If.ANY, Version.NONE, 0);
    Began began = new Began(lan.nowNs(), memoriesLost);
    program.deliver(
        () ->
            plug.wish(
                wish,
                outcome -> {
                  onPut(program, wish, began, outcome);
                  if (outcome instanceof Outcome.Failed it
                      && it.reason() != RecordsException.Reason.NO_MAJORITY
                      && it.reason() != RecordsException.Reason.NO_RECORDS) {
                    throw violation(program.name() + " cannot write: " + it);
                  }
                }));
  }

  /** The version that was acknowledged last, to be replaced. */
  @Nullable Version last(String key) {
    List<Acknowledged> all = writes.get(key);
    return all == null ? null : all.get(all.size() - 1).version();
  }
}
