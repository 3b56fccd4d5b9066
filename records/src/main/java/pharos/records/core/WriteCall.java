package pharos.records.core;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.records.Content;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.Written;

/**
 * A write: a version is reserved at a majority of those who hold the key, which tell what they
 * have; if that is as was wished, the value is written there, and done when a majority has it.
 */
final class WriteCall extends Call {
  private static final long STEP_MS = 1_000;

  private final Wish.Put wish;
  private final Wiring wiring;
  private final Runnable next;

  /** Versions that this call tried to write before, and what each stood on. */
  private final NavigableMap<Version, Version> tried = new TreeMap<>();

  private @Nullable Copy base;
  private long atLeast;

  /**
   * Of whoever makes calls.
   *
   * @param writer what tells its versions from those of others
   * @param used the highest counter that it ever gave to a version of this key
   * @param also what it stands on beside the value that is there
   * @param ranMs the time of this node
   * @param dateMs the date
   * @param reserved is told each version before it is given to a value
   */
  record Wiring(
      LongSupplier writer,
      long used,
      History also,
      long ranMs,
      long dateMs,
      Consumer<Version> reserved) {}

  /**
   * @param wiring what is known when it begins
   * @param next is run when another one for the same key may begin
   */
  WriteCall(
      Around around,
      Wish.Put wish,
      long patienceMs,
      Wiring wiring,
      Consumer<Outcome> then,
      Runnable next) {
    super(around, patienceMs, then);
    this.wish = wish;
    this.wiring = wiring;
    this.next = next;
    atLeast = wiring.used() + 1;
  }

  @Override
  boolean mayHaveHappened() {
    return !tried.isEmpty();
  }

  @Override
  void onEnd() {
    next.run();
  }

  // Reserving.

  @Override
  void attempt() {
    long writer = wiring.writer().getAsLong();
    Version wanted = new Version(atLeast, writer);
    List<NodeId> holders = holders(wish.key());
    if (holders.size() < need(0)) {
      again(Reason.NO_MAJORITY, tooFew(holders.size(), need(0)));
      return;
    }
    Reserving reserving = new Reserving(writer);
    reserving.poll =
        new Poll(
            around.nodes(),
            holders,
            node -> new Ask.Reserve(wish.key(), wanted),
            STEP_MS,
            reserving::step);
    reserving.step();
  }

  /** One round of it. */
  private final class Reserving {
    private final long writer;
    private @Nullable Poll poll;
    private boolean isOver;

    Reserving(long writer) {
      this.writer = writer;
    }

    private void step() {
      Poll all = poll;
      if (all == null || isOver || WriteCall.this.isOver()) {
        return;
      }
      int sure = 0;
      int peak = 0;
      long counter = 0;
      boolean areAlike = true;
      Copy highest = null;
      for (Reply reply : all.replies().values()) {
        if (!(reply instanceof Reply.Reserved it)) {
          continue;
        }
        peak = Math.max(peak, it.peak());
        Copy stored = it.stored().orElse(null);
        if (stored != null
            && (highest == null || stored.version().compareTo(highest.version()) > 0)) {
          highest = stored;
        }
        if (it.isSure()) {
          areAlike &= sure == 0 || counter == it.promised().counter();
          counter = Math.max(counter, it.promised().counter());
          sure++;
        }
      }
      int need = need(peak);
      if (sure >= need) {
        isOver = true;
        onReserved(highest, new Version(counter, writer), areAlike);
      } else if (all.isOver()) {
        isOver = true;
        // sometimes: too few can promise a version
        again(Reason.NO_MAJORITY, tooFew(sure, need));
      }
    }
  }

  private void onReserved(@Nullable Copy highest, Version reserved, boolean areAlike) {
    long counter = reserved.counter();
    if (!areAlike || (highest != null && highest.version().counter() >= counter)) {
      // Some promised less than others: all have to promise the same.
      atLeast = Math.max(counter, highest == null ? 0 : highest.version().counter() + 1);
      // sometimes: nodes promise different versions, and are asked again
      attempt();
      return;
    }
    // What this call itself began to write stands on the same as what it writes now.
    Copy found = highest != null && tried.containsKey(highest.version()) ? base : highest;
    // sometimes: a write finds what it began to write before
    Optional<Outcome> wrong = wrong(found);
    if (wrong.isPresent()) {
      // sometimes: a write finds something else than it was to replace
      end(wrong.get());
      return;
    }
    base = found;
    write(found, reserved);
  }

  /** What is not as it was wished. */
  private Optional<Outcome> wrong(@Nullable Copy found) {
    boolean isThere = found != null && !found.isDeleted();
    Version version = found == null ? Version.NONE : found.version();
    return switch (wish.condition()) {
      case ANY -> Optional.empty();
      case ABSENT ->
          isThere
              ? failed(
                  Reason.ALREADY_THERE,
                  "'" + wish.key() + "' has a value already, of version " + version)
              : Optional.empty();
      case PRESENT ->
          isThere
              ? Optional.empty()
              : failed(Reason.NOT_THERE, "'" + wish.key() + "' has no value");
      case IS -> {
        if (!isThere) {
          yield failed(Reason.NOT_THERE, "'" + wish.key() + "' has no value");
        }
        yield version.equals(wish.is())
            ? Optional.empty()
            : failed(
                Reason.OTHER_VERSION, "the value of '" + wish.key() + "' is of version " + version);
      }
    };
  }

  private Optional<Outcome> failed(Reason reason, String why) {
    return Optional.of(new Outcome.Failed(reason, why, mayHaveHappened()));
  }

  // Writing.

  private void write(@Nullable Copy stands, Version version) {
    wiring.reserved().accept(version);
    atLeast = version.counter() + 1;
    Version standsOn = stands == null ? Version.NONE : stands.version();
    History history = stands == null ? History.NONE : stands.history().with(standsOn);
    history = wiring.also().rows().isEmpty() ? history : history.and(wiring.also());
    for (Map.Entry<Version, Version> own : tried.entrySet()) {
      // One that stood on more than this one does would take that with it: it lost, and is kept.
      if (history.place(own.getValue()) == History.Place.IN) {
        // sometimes: a version of this very write is overwritten by it
        history = history.with(own.getKey());
      }
    }
    tried.put(version, standsOn);
    long expiresMs = wish.expiryMs() == 0 ? Copy.NEVER : wiring.ranMs() + wish.expiryMs();
    Copy.Made made =
        Copy.of(wish.key())
            .version(version, history)
            .writtenMs(wiring.dateMs())
            .times(wiring.ranMs(), expiresMs);
    Copy copy = wish.content().map(it -> value(made, it)).orElse(made).copy();
    Writing writing = new Writing(version, stands == null || stands.isDeleted());
    writing.poll =
        new Poll(
            around.nodes(),
            holders(wish.key()),
            node -> new Ask.Keep(copy, true),
            STEP_MS,
            writing::step);
    writing.step();
  }

  private static Copy.Made value(Copy.Made made, Content content) {
    return made.value(content.type(), content.bytes());
  }

  private final class Writing {
    private final Version version;
    private final boolean isNew;
    private @Nullable Poll poll;
    private boolean isOver;

    Writing(Version version, boolean isNew) {
      this.version = version;
      this.isNew = isNew;
    }

    private void step() {
      Poll all = poll;
      if (all == null || isOver || WriteCall.this.isOver()) {
        return;
      }
      int sure = 0;
      int kept = 0;
      int full = 0;
      int peak = 0;
      for (Reply reply : all.replies().values()) {
        if (reply instanceof Reply.Kept it) {
          peak = Math.max(peak, it.peak());
          boolean isKept = it.fate() == Reply.Fate.KEPT;
          kept += isKept ? 1 : 0;
          sure += isKept && it.isSure() ? 1 : 0;
          full += it.fate() == Reply.Fate.FULL ? 1 : 0;
          atLeast = Math.max(atLeast, it.later().counter() + 1);
        }
      }
      int need = need(peak);
      if (sure >= need) {
        isOver = true;
        int copies = around.settings().copies();
        end(new Outcome.Put(new Written(wish.key(), version, isNew, kept, copies)));
      } else if (all.isOver() && full > all.asked() - need) {
        isOver = true;
        fail(Reason.FULL, "%d of %d nodes have no room for it".formatted(full, all.asked()));
      } else if (all.isOver()) {
        isOver = true;
        // sometimes: too few take a value
        again(
            Reason.NO_MAJORITY,
            "%d of the %d nodes that must have it took it".formatted(sure, need));
      }
    }
  }
}
