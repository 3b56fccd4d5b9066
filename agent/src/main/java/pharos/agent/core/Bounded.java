package pharos.agent.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map with room for so many entries, which drops one for each that is too many. One thread's. */
public final class Bounded<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int most;

  private Bounded(int most, boolean isByUse) {
    super(16, 0.75f, isByUse);
    this.most = most;
  }

  /** Drops the one that came first. */
  public static <K, V> Map<K, V> byAge(int most) {
    return new Bounded<>(most, false);
  }

  /** Drops the one that was not used for longest. */
  public static <K, V> Map<K, V> byUse(int most) {
    return new Bounded<>(most, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
