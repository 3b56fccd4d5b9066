package pharos.records.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import pharos.records.Version;
import pharos.records.core.Copy;
import pharos.records.core.History;

/**
 * A copy on its way, or on a disk: its times are told from now there, and by the running time of
 * the node here.
 *
 * @param value empty for one that is deleted, or whose value is elsewhere
 * @param size of the value; below zero for one that is deleted
 * @param since when it came: before 0, which is now, or in the time of the node
 * @param expires when it expires, if it does
 */
record WireCopy(
    String key,
    Version version,
    History history,
    String type,
    Optional<Shapes.Bytes> value,
    int size,
    long written,
    long since,
    Optional<Long> expires,
    List<WireCopy> losers) {
  /** What the values of one message may take, so that it is no longer than a frame. */
  private static final int MOST_VALUES = 84 * 1024;

  private static final int DELETED = -1;

  /** One whose times are told from now; of those that it won over as many values as fit. */
  static WireCopy of(Copy copy) {
    int left = MOST_VALUES - copy.size();
    List<WireCopy> losers = new ArrayList<>();
    for (Copy loser : copy.losers()) {
      boolean fits = loser.size() <= left;
      left -= fits ? loser.size() : 0;
      losers.add(of(fits ? loser : loser.withoutValue(), List.of(), true));
    }
    return of(copy, losers, true);
  }

  /** One for the disk, which has its value beside it. */
  static WireCopy kept(Copy copy) {
    List<WireCopy> losers = new ArrayList<>();
    for (Copy loser : copy.losers()) {
      losers.add(of(loser, List.of(), true));
    }
    return of(copy, losers, false);
  }

  private static WireCopy of(Copy copy, List<WireCopy> losers, boolean hasValue) {
    byte[] value = copy.value();
    boolean isTold = hasValue && value != null && !copy.isDeleted();
    return new WireCopy(
        copy.key(),
        copy.version(),
        copy.history(),
        copy.type(),
        isTold && value != null ? Optional.of(new Shapes.Bytes(value)) : Optional.empty(),
        copy.isDeleted() ? DELETED : copy.size(),
        copy.writtenMs(),
        copy.sinceMs(),
        copy.expiresMs() == Long.MAX_VALUE ? Optional.empty() : Optional.of(copy.expiresMs()),
        losers);
  }

  Copy copy() {
    Copy.Made made = Copy.of(key).version(version, history).writtenMs(written);
    if (size != DELETED) {
      made =
          value.isPresent() ? made.value(type, value.get().all()) : made.valueElsewhere(type, size);
    }
    return made.times(since, expires.orElse(Long.MAX_VALUE))
        .losers(losers.stream().map(WireCopy::copy).toList())
        .copy();
  }

  /** One from the disk, where the value is. */
  Copy restored(String storedKey, int valueBytes) {
    if (!key.equals(storedKey) || (size != DELETED && size != valueBytes)) {
      throw new IllegalArgumentException("the head of another value");
    }
    return copy();
  }
}
