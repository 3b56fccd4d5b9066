package pharos.kademlia;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The arbiters that come along. Each is commutative, associative and idempotent, so that all
 * holders of a contact end with the same one, in whatever order they hear of it.
 */
public final class Arbiters {
  /** Equal versions must not let chance decide: what differs decides, whatever it is. */
  private static final Comparator<Contact> LATER =
      Comparator.comparing(Contact::version)
          .thenComparing(Contact::data)
          .thenComparing(contact -> String.join("\n", contact.endpoints()));

  /** Later than any time that can be written. */
  private static final long MAX_TIME = 1_000_000_000_000_000_000L;

  private Arbiters() {}

  /** The later version wins; among equal versions the greater data, so that the order is total. */
  public static Arbiter versions() {
    return (incumbent, candidate) ->
        LATER.compare(incumbent, candidate) >= 0 ? incumbent : candidate;
  }

  /**
   * Gathers: the data is JSON. Two arrays become one without doubles, sorted as text; two objects
   * are merged member by member, and what stands in them the same way. Nothing ever leaves it; past
   * 4 KiB what sorts last is left out. Who announces what cannot be merged is refused: another
   * value where one stands that is no array and no object. An array counts for more than an object,
   * and both for more than all else.
   */
  public static Arbiter growOnlySet() {
    return new GrowOnlySet();
  }

  /**
   * Gathers for a while: the data is an object of JSON whose members are {@code "element":time},
   * the time being when it expires in milliseconds. Of two equal elements the later time counts;
   * what has expired is left out, and past 4 KiB what expires first.
   *
   * @param nowMs the time in milliseconds, of the clock that the times are written by
   */
  public static Arbiter expiringSet(LongSupplier nowMs) {
    return expiringSet(nowMs, MAX_TIME);
  }

  /**
   * The same, where nobody is believed who says that an element lasts longer than so long. What
   * several told is gathered fairly: those who told least come first, and of each what expires
   * last.
   */
  public static Arbiter expiringSet(LongSupplier nowMs, long longestMs) {
    return new ExpiringSet(nowMs, longestMs);
  }

  /**
   * What an arbiter makes of the two. The incumbent stays where it cannot decide: it throws, or
   * returns another id; what arrived must not throw out of a loop.
   */
  public static Contact choose(
      Arbiter arbiter, Contact incumbent, Contact candidate, Runnable onFailure) {
    if (incumbent.equals(candidate)) {
      return incumbent;
    }
    try {
      Contact chosen = arbiter.choose(incumbent, candidate);
      if (chosen.id().equals(incumbent.id())) {
        return chosen;
      }
    } catch (RuntimeException e) {
      // Told below.
    }
    onFailure.run();
    return incumbent;
  }

  /** Another arbiter for other ids. */
  public static Arbiter byId(Function<ContactId, Arbiter> choice) {
    return new Arbiter() {
      @Override
      public Contact choose(Contact incumbent, Contact candidate) {
        return choice.apply(incumbent.id()).choose(incumbent, candidate);
      }

      @Override
      public Contact withDefaults(Contact contact, Version next) {
        return choice.apply(contact.id()).withDefaults(contact, next);
      }

      @Override
      public boolean covers(Contact chosen, Contact candidate) {
        return choice.apply(chosen.id()).covers(chosen, candidate);
      }

      @Override
      public boolean gathers(ContactId id) {
        return choice.apply(id).gathers(id);
      }

      @Override
      public Contact gather(List<Contact> parts) {
        return choice.apply(parts.get(0).id()).gather(parts);
      }
    };
  }

  private record ExpiringSet(LongSupplier nowMs, long longestMs) implements Arbiter {
    @Override
    public Contact choose(Contact incumbent, Contact candidate) {
      Optional<List<String>> one = timed(incumbent.data());
      Optional<List<String>> other = timed(candidate.data());
      if (one.isEmpty() && other.isEmpty()) {
        return versions().choose(incumbent, candidate);
      }
      if (one.isEmpty() || other.isEmpty()) {
        Contact kept = one.isEmpty() ? candidate : incumbent;
        return choose(kept, kept);
      }
      return joined(incumbent, candidate, written(sorted(unexpired(one.get(), other.get()))));
    }

    private Map<String, Long> unexpired(List<String> one, List<String> other) {
      return Arbiters.unexpired(one, other, nowMs.getAsLong(), longestMs);
    }

    @Override
    public boolean covers(Contact chosen, Contact candidate) {
      return true;
    }

    @Override
    public boolean gathers(ContactId id) {
      return true;
    }

    @Override
    public Contact gather(List<Contact> parts) {
      List<Deque<String>> left = new ArrayList<>();
      Contact gathered = parts.get(0);
      for (Contact part : parts) {
        gathered = gathered.withVersion(gathered.version().max(part.version()));
        List<String> its = timed(part.data()).orElse(List.of());
        left.add(new ArrayDeque<>(sorted(unexpired(its, List.of()))));
      }
      left.sort(Comparator.comparingInt(Deque::size));
      Map<String, String> members = new LinkedHashMap<>();
      while (!left.isEmpty()) {
        left.removeIf(Deque::isEmpty);
        for (Deque<String> its : left) {
          String member = its.remove();
          members.putIfAbsent(member.substring(0, JsonParts.endOfString(member, 0)), member);
        }
      }
      return gathered.withData(written(List.copyOf(members.values())));
    }
  }

  /** One contact of two, with what their data became. */
  static Contact joined(Contact one, Contact other, ContactData data) {
    return new Contact(one.id(), endpoints(one, other), data, one.version().max(other.version()));
  }

  private static List<String> endpoints(Contact one, Contact other) {
    TreeSet<String> all = new TreeSet<>(one.endpoints());
    all.addAll(other.endpoints());
    return all.stream().limit(Contact.MAX_ENDPOINTS).toList();
  }

  /**
   * The elements of such a set, as they stand between their quotes, and when they expire; none when
   * the data is no such set.
   */
  public static Map<String, Long> elements(ContactData expiringSet) {
    Map<String, Long> times = new LinkedHashMap<>();
    timed(expiringSet)
        .orElse(List.of())
        .forEach(
            member -> {
              int end = JsonParts.endOfString(member, 0);
              long time = Long.parseLong(member.substring(end + 1));
              times.merge(member.substring(1, end - 1), time, Math::max);
            });
    return times;
  }

  private static Optional<List<String>> timed(ContactData data) {
    return JsonParts.ofObject(data.toString().strip()).filter(Arbiters::areTimes);
  }

  private static Map<String, Long> unexpired(
      List<String> one, List<String> other, long nowMs, long longestMs) {
    Map<String, Long> times = new HashMap<>();
    for (List<String> members : List.of(one, other)) {
      for (String member : members) {
        int end = JsonParts.endOfString(member, 0);
        times.merge(member.substring(0, end), Long.valueOf(member.substring(end + 1)), Math::max);
      }
    }
    times.values().removeIf(time -> time <= nowMs || time - nowMs > longestMs);
    return times;
  }

  private static List<String> sorted(Map<String, Long> times) {
    return times.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .toList();
  }

  /**
   * The longest beginning that fits. It is a beginning, and not all that fits, so that merging in
   * another order leaves out the same.
   */
  private static ContactData written(List<String> parts) {
    StringBuilder json = new StringBuilder("{");
    int bytes = 2;
    for (String part : parts) {
      bytes += part.getBytes(StandardCharsets.UTF_8).length + 1;
      if (bytes > ContactData.MAX_LENGTH + 1) {
        break;
      }
      json.append(json.length() > 1 ? "," : "").append(part);
    }
    return ContactData.ofText(json.append('}').toString());
  }

  private static boolean areTimes(List<String> members) {
    return members.stream().allMatch(Arbiters::isTime);
  }

  private static boolean isTime(String member) {
    int end = member.startsWith("\"") ? JsonParts.endOfString(member, 0) : -1;
    if (end < 0 || end >= member.length() || member.charAt(end) != ':') {
      return false;
    }
    String digits = member.substring(end + 1);
    return !digits.isEmpty()
        && digits.length() <= 18
        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
