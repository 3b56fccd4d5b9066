package pharos.records.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.records.Version;

/**
 * What one node has of one key: its latest value or that there is none, and the values it won over.
 * Times are those of the node's own running time, which stands still while it does not run.
 * Immutable.
 */
public final class Copy {
  /** So many values that lost are kept beside a key. */
  public static final int MOST_LOSERS = 8;

  /** The end of a value that has none. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final byte[] NOTHING = {};

  private final String key;
  private final Version version;
  private final History history;
  private final boolean isDeleted;
  private final String type;
  private final byte @Nullable [] value;
  private final int size;
  private final long writtenMs;
  private final long sinceMs;
  private final long expiresMs;
  private final List<Copy> losers;

  private Copy(Made made) {
    key = made.key;
    version = made.version;
    history = made.history;
    isDeleted = made.isDeleted;
    type = isDeleted ? "" : made.type;
    value = isDeleted ? NOTHING : made.value;
    size = isDeleted ? 0 : made.size;
    writtenMs = made.writtenMs;
    sinceMs = made.sinceMs;
    expiresMs = isDeleted ? NEVER : made.expiresMs;
    losers = List.copyOf(made.losers);
  }

  /** What a copy is made of; what is not set is as in a deletion that nothing is known of. */
  public static final class Made {
    private final String key;
    private Version version = Version.NONE;
    private History history = History.NONE;
    private boolean isDeleted = true;
    private String type = "";
    private byte @Nullable [] value = NOTHING;
    private int size;
    private long writtenMs;
    private long sinceMs;
    private long expiresMs = NEVER;
    private List<Copy> losers = List.of();

    private Made(String key) {
      this.key = key;
    }

    /** Which version, and what it stands on. */
    public Made version(Version version, History history) {
      this.version = version;
      this.history = history;
      return this;
    }

    /** A value of this type; its bytes are not copied. */
    public Made value(String type, byte[] value) {
      this.type = type;
      this.value = value;
      size = value.length;
      isDeleted = false;
      return this;
    }

    /** A value whose bytes are not here, but in the store or at another node. */
    public Made valueElsewhere(String type, int size) {
      this.type = type;
      this.value = null;
      this.size = size;
      isDeleted = false;
      return this;
    }

    /** When it was written, by the clock of who wrote it. */
    public Made writtenMs(long writtenMs) {
      this.writtenMs = writtenMs;
      return this;
    }

    /** Since when this node has it, and when it expires; {@link Long#MAX_VALUE} for never. */
    public Made times(long sinceMs, long expiresMs) {
      this.sinceMs = sinceMs;
      this.expiresMs = expiresMs;
      return this;
    }

    /** What it won over. */
    public Made losers(List<Copy> losers) {
      this.losers = losers;
      return this;
    }

    /** The copy. */
    public Copy copy() {
      return new Copy(this);
    }
  }

  /** One of this key. */
  public static Made of(String key) {
    return new Made(key);
  }

  private Made same() {
    Made made = of(key).version(version, history).writtenMs(writtenMs);
    made.isDeleted = isDeleted;
    made.type = type;
    made.value = value;
    made.size = size;
    return made.times(sinceMs, expiresMs).losers(losers);
  }

  /** Its key. */
  public String key() {
    return key;
  }

  /** Its version. */
  public Version version() {
    return version;
  }

  /** What it stands on. */
  public History history() {
    return history;
  }

  /** Whether there is no value: it was deleted, or has expired. */
  public boolean isDeleted() {
    return isDeleted;
  }

  /** The type of the value; empty where there is none. */
  public String type() {
    return type;
  }

  /** The value; null when it is elsewhere. Nobody may change it. */
  public byte @Nullable [] value() {
    return value;
  }

  /** How many bytes the value has. */
  public int size() {
    return size;
  }

  /** When it was written, by the clock of who wrote it. */
  public long writtenMs() {
    return writtenMs;
  }

  /** Since when this node has it. */
  public long sinceMs() {
    return sinceMs;
  }

  /** When it expires; {@link Long#MAX_VALUE} for never. */
  public long expiresMs() {
    return expiresMs;
  }

  /** The values it won over, without losers of their own. */
  public List<Copy> losers() {
    return losers;
  }

  /** What it is told as, when copies are compared. */
  Head head() {
    long told = 0;
    for (Copy loser : losers) {
      told += loser.version.counter() * 0x9E3779B97F4A7C15L ^ loser.version.writer();
    }
    return new Head(key, version, told);
  }

  /** What it takes of the room. */
  int room() {
    int all = key.length() + size;
    for (Copy loser : losers) {
      all += loser.size;
    }
    return all;
  }

  /** The same, with the value here. */
  Copy withValue(byte[] bytes) {
    Made made = same();
    made.value = bytes;
    return made.copy();
  }

  /** The same, with the value elsewhere. */
  public Copy withoutValue() {
    Made made = same();
    made.value = isDeleted ? NOTHING : null;
    return made.copy();
  }

  /** The same without what it won over. */
  Copy alone() {
    return losers.isEmpty() ? this : same().losers(List.of()).copy();
  }

  /** The same, whose value has expired now. */
  Copy expired(long nowMs) {
    Made made = same();
    made.isDeleted = true;
    return made.times(nowMs, NEVER).copy();
  }

  /** The same at a node whose time is another one: what has passed stays passed. */
  public Copy moved(long fromMs, long toMs) {
    long sinceThere = toMs - (fromMs - sinceMs);
    long expiresThere = expiresMs == NEVER ? NEVER : toMs + (expiresMs - fromMs);
    List<Copy> moved = losers.stream().map(loser -> loser.moved(fromMs, toMs)).toList();
    return same().times(sinceThere, expiresThere).losers(moved).copy();
  }

  /** The same with a history of this version alone. */
  Copy standingOn(Version other) {
    return same().version(version, History.NONE.with(other)).copy();
  }

  /** The same, with another end. */
  Copy expiring(long newMs) {
    return same().times(sinceMs, newMs).copy();
  }

  /** The same, which this node has since now. */
  Copy since(long nowMs) {
    return same().times(nowMs, expiresMs).copy();
  }

  /** The same, with at most so many losers: the latest known. */
  Copy over(List<Copy> all) {
    List<Copy> kept = new ArrayList<>(all);
    while (kept.size() > MOST_LOSERS) {
      kept.remove(0);
    }
    return same().losers(kept).copy();
  }

  @Override
  public String toString() {
    return key + " " + version + (isDeleted ? " deleted" : " of " + size + " bytes");
  }
}
