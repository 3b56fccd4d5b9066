package pharos.records.core;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;

/**
 * A read. A majority of those who hold the key tell what they have; where they differ, the latest
 * is given to those who do not have it, and told when a majority does.
 */
final class ReadCall extends Call {
  private static final long STEP_MS = 1_000;

  private final String key;
  private final boolean isLocal;
  private final Shelf shelf;
  private final LongSupplier ranMs;

  ReadCall(
      Around around,
      String key,
      boolean isLocal,
      long patienceMs,
      Shelf shelf,
      LongSupplier ranMs,
      Consumer<Outcome> then) {
    super(around, patienceMs, then);
    this.key = key;
    this.isLocal = isLocal;
    this.shelf = shelf;
    this.ranMs = ranMs;
  }

  @Override
  void attempt() {
    List<NodeId> holders = holders(key);
    if (isLocal) {
      local(holders, 0);
      return;
    }
    if (holders.size() < need(0)) {
      again(Reason.NO_MAJORITY, tooFew(holders.size(), need(0)));
      return;
    }
    // Who has it oneself needs no value from others as long as they have the same.
    Version have = holders.contains(around.self()) ? shelf.version(key) : Version.NONE;
    Round round = new Round();
    round.poll =
        new Poll(
            around.nodes(),
            holders,
            node -> new Ask.Read(key, node.equals(around.self()) ? Version.NONE : have),
            STEP_MS,
            round::step);
    round.step();
  }

  /** The nearest who answers, this node first. */
  private void local(List<NodeId> holders, int next) {
    List<NodeId> order = holders.contains(around.self()) ? List.of(around.self()) : holders;
    if (next >= order.size()) {
      again(Reason.NO_MAJORITY, "none of the nodes that hold it answers");
      return;
    }
    around
        .nodes()
        .ask(
            order.get(next),
            new Ask.Read(key, Version.NONE),
            STEP_MS,
            reply -> {
              if (reply.orElse(null) instanceof Reply.Held it && isWhole(it)) {
                end(new Outcome.Got(entry(it.copy().orElse(null), 1)));
              } else if (order.size() < holders.size()) {
                // sometimes: the nearest node does not answer a local read
                local(holders.stream().filter(it -> !it.equals(around.self())).toList(), 0);
              } else {
                local(holders, next + 1);
              }
            });
  }

  private static boolean isWhole(Reply.Held held) {
    return held.copy().isEmpty()
        ? held.isSure()
        : held.copy().get().isDeleted() || held.copy().get().value() != null;
  }

  /** One round of it. */
  private final class Round {
    private @Nullable Poll poll;
    private boolean isOver;

    private void step() {
      Poll all = poll;
      if (all == null || isOver || ReadCall.this.isOver()) {
        return;
      }
      int sure = 0;
      int peak = 0;
      for (Reply reply : all.replies().values()) {
        if (reply instanceof Reply.Held it) {
          peak = Math.max(peak, it.peak());
          sure += it.isSure() ? 1 : 0;
        }
      }
      int need = need(peak);
      if (sure >= need) {
        isOver = true;
        onAgreed(all, need);
      } else if (all.isOver()) {
        isOver = true;
        // sometimes: too few can tell what the latest value is
        again(Reason.NO_MAJORITY, tooFew(sure, need));
      }
    }
  }

  private void onAgreed(Poll all, int need) {
    Copy latest = null;
    for (Reply reply : all.replies().values()) {
      if (reply instanceof Reply.Held it && it.copy().isPresent()) {
        latest = later(latest, it.copy().get());
      }
    }
    if (latest == null) {
      end(new Outcome.Got(entry(null, all.replies().size())));
      return;
    }
    Set<NodeId> agreed = new HashSet<>();
    int sure = 0;
    for (Map.Entry<NodeId, Reply> reply : all.replies().entrySet()) {
      if (reply.getValue() instanceof Reply.Held it
          && it.copy().map(Copy::version).equals(Optional.of(latest.version()))
          && it.copy().get().isDeleted() == latest.isDeleted()) {
        agreed.add(reply.getKey());
        sure += it.isSure() ? 1 : 0;
      }
    }
    if (!latest.isDeleted() && latest.value() == null) {
      // sometimes: the latest value is asked for once more
      fetch(all, latest);
    } else if (sure >= need) {
      end(new Outcome.Got(entry(latest, agreed.size())));
    } else {
      // sometimes: the latest value is given to others before it is told
      repair(latest, agreed, sure, need);
    }
  }

  /**
   * Of one version a value that is gone counts before one that is not yet, and one that is here.
   */
  private static Copy later(@Nullable Copy one, Copy other) {
    if (one == null) {
      return other;
    }
    int order = one.version().compareTo(other.version());
    if (order == 0) {
      boolean isBetter =
          !one.isDeleted() && (other.isDeleted() || (one.value() == null && other.value() != null));
      return isBetter ? other : one;
    }
    return order < 0 ? other : one;
  }

  /** Those who have the latest were not asked for its value, or have lost it. */
  private void fetch(Poll all, Copy latest) {
    List<NodeId> having =
        all.replies().entrySet().stream()
            .filter(
                it ->
                    it.getValue() instanceof Reply.Held held
                        && held.copy().map(Copy::version).equals(Optional.of(latest.version())))
            .map(Map.Entry::getKey)
            .filter(it -> !it.equals(around.self()))
            .toList();
    if (having.isEmpty()) {
      again(Reason.NO_MAJORITY, "the value of version " + latest.version() + " is lost");
      return;
    }
    NodeId whom = having.get(around.random().nextInt(having.size()));
    around
        .nodes()
        .ask(
            whom,
            new Ask.Read(key, Version.NONE),
            STEP_MS,
            reply -> {
              if (reply.orElse(null) instanceof Reply.Held it && isWhole(it)) {
                Copy whole = it.copy().orElse(null);
                if (whole != null && whole.version().equals(latest.version())) {
                  all.replies().put(whom, it);
                  onAgreed(all, need(it.peak()));
                  return;
                }
              }
              again(Reason.NO_MAJORITY, "who has the latest value does not give it");
            });
  }

  /** Those who have something older are given the latest, before anybody is told of it. */
  private void repair(Copy latest, Set<NodeId> agreed, int sure, int need) {
    List<NodeId> others = holders(key).stream().filter(it -> !agreed.contains(it)).toList();
    Repair repair = new Repair(latest, agreed.size(), sure, need);
    repair.poll =
        new Poll(
            around.nodes(), others, node -> new Ask.Keep(latest, false), STEP_MS, repair::step);
    repair.step();
  }

  private final class Repair {
    private final Copy latest;
    private final int agreed;
    private final int sureBefore;
    private final int need;
    private @Nullable Poll poll;
    private boolean isOver;

    Repair(Copy latest, int agreed, int sureBefore, int need) {
      this.latest = latest;
      this.agreed = agreed;
      this.sureBefore = sureBefore;
      this.need = need;
    }

    private void step() {
      Poll all = poll;
      if (all == null || isOver || ReadCall.this.isOver()) {
        return;
      }
      int kept = 0;
      int sure = sureBefore;
      for (Reply reply : all.replies().values()) {
        if (reply instanceof Reply.Kept it && it.fate() == Reply.Fate.KEPT) {
          kept++;
          sure += it.isSure() ? 1 : 0;
        }
      }
      if (sure >= need) {
        isOver = true;
        end(new Outcome.Got(entry(latest, agreed + kept)));
      } else if (all.isOver()) {
        isOver = true;
        again(
            Reason.NO_MAJORITY,
            "%d of the %d nodes that must have the latest value took it".formatted(sure, need));
      }
    }
  }

  /** As the application is told of it. */
  private Entry entry(@Nullable Copy copy, int agreed) {
    return entry(key, copy, agreed, around.settings().copies(), ranMs.getAsLong());
  }

  static Entry entry(String key, @Nullable Copy copy, int agreed, int copies, long nowMs) {
    if (copy == null) {
      return new Entry(
          key,
          Version.NONE,
          Optional.empty(),
          Instant.EPOCH,
          Duration.ZERO,
          Optional.empty(),
          agreed,
          copies,
          0);
    }
    return new Entry(
        key,
        copy.version(),
        content(copy),
        Instant.ofEpochMilli(copy.writtenMs()),
        Duration.ofMillis(Math.max(0, nowMs - copy.sinceMs())),
        copy.expiresMs() == Copy.NEVER
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(Math.max(0, copy.expiresMs() - nowMs))),
        agreed,
        copies,
        copy.losers().size());
  }

  static Optional<Content> content(Copy copy) {
    byte[] value = copy.value();
    return copy.isDeleted() || value == null
        ? Optional.empty()
        : Optional.of(new Content(value, copy.type()));
  }
}
