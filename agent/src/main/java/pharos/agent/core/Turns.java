package pharos.agent.core;

import java.net.InetAddress;
import java.util.Iterator;
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
final class Turns<T> {
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
    for (Map.Entry<InetAddress, Set<T>> entry : waiting.entrySet()) {
      if (may.test(entry.getKey())) {
        return take(entry.getKey(), entry.getValue());
      }
    }
    return null;
  }

  private T take(InetAddress address, Set<T> line) {
    Iterator<T> first = line.iterator();
    T one = first.next();
    first.remove();
    size--;
    waiting.remove(address);
    if (!line.isEmpty()) {
      waiting.put(address, line);
    }
    return one;
  }
}
