package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits, by the address that it concerns: addresses take turns, so that thousands at one delay
 * nobody at another. Bounded by who adds.
 */
final class Turns<T> implements Serializable {
  private final Map<InetAddress, Set<T>> waiting = new LinkedHashMap<>();
  private int size;

  int size() {
    return size;
  }

  void add(InetAddress address, T one) {
    size += waiting.computeIfAbsent(address, it -> new LinkedHashSet<>()).add(one) ? 1 : 0;
  }

  boolean remove(InetAddress address, T one) {
    Set<T> line = waiting.get(address);
    if (line == null || !line.remove(one)) {
      return false;
    }
    size--;
    if (line.isEmpty()) {
      waiting.remove(address);
    }
    return true;
  }

  /** Takes the first one of the next address that may have a turn. */
  @Nullable T next(Predicate<InetAddress> may) {
    return next(may, one -> true);
  }

  /** The same, passing over those of an address that may not yet. */
  @Nullable T next(Predicate<InetAddress> may, Predicate<T> mayOne) {
    @Nullable InetAddress address = null;
    @Nullable T one = null;
    for (Map.Entry<InetAddress, Set<T>> entry : waiting.entrySet()) {
      one = may.test(entry.getKey()) ? first(entry.getValue(), mayOne) : null;
      if (one != null) {
        address = entry.getKey();
        break;
      }
    }
    if (address != null) {
      take(address, one);
    }
    return one;
  }

  /** Whose turn it was stands behind all others now. */
  private void take(InetAddress address, @Nullable T one) {
    Set<T> line = waiting.remove(address);
    if (line != null && line.remove(one)) {
      size--;
      if (!line.isEmpty()) {
        waiting.put(address, line);
      }
    }
  }

  private @Nullable T first(Set<T> line, Predicate<T> may) {
    for (T one : line) {
      if (may.test(one)) {
        return one;
      }
    }
    return null;
  }
}
