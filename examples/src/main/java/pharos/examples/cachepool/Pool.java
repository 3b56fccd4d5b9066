package pharos.examples.cachepool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import pharos.agent.Peer;

/**
 * Who owns which key, by rendezvous hashing: each member draws a number for the key, and the
 * highest wins. When a member goes only its own keys move, and to all others alike; when one comes
 * it takes its share from all alike. Immutable.
 */
final class Pool {
  private final List<Peer> members;

  Pool(List<Peer> members) {
    this.members = List.copyOf(members);
  }

  int size() {
    return members.size();
  }

  /** The owner of the key; nobody in an empty pool. */
  Optional<Peer> owner(String key) {
    Optional<Peer> best = Optional.empty();
    long highest = Long.MIN_VALUE;
    for (Peer member : members) {
      long drawn = draw(member, key);
      if (best.isEmpty() || drawn > highest) {
        best = Optional.of(member);
        highest = drawn;
      }
    }
    return best;
  }

  /** How many of the keys have an owner there that they do not have here. */
  long moved(Pool next, Collection<String> keys) {
    return keys.stream()
        .filter(key -> !Objects.equals(owner(key).map(Peer::id), next.owner(key).map(Peer::id)))
        .count();
  }

  /** The share of keys that must move when this becomes the next: those who come take theirs. */
  double ideal(Pool next) {
    long stay = members.stream().filter(member -> next.has(member)).count();
    double left = size() == 0 ? 1 : 1 - (double) stay / size();
    double come = next.size() == 0 ? 1 : 1 - (double) stay / next.size();
    return Math.max(left, come);
  }

  private boolean has(Peer peer) {
    return members.stream().anyMatch(member -> member.id().equals(peer.id()));
  }

  private static long draw(Peer member, String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(member.id().toBytes());
      byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
