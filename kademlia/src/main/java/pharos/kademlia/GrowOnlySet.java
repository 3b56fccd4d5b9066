package pharos.kademlia;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@link Arbiters#growOnlySet} promises: arrays become one array, objects are merged member by
 * member, however deep they stand in each other. Two values that are neither cannot become one: the
 * greater text stands, and whoever announced the other is refused.
 */
final class GrowOnlySet implements Arbiter {
  /** A value; its order among those of another kind is that of this list, the last one wins. */
  private enum Kind {
    OTHER,
    OBJECT,
    ARRAY
  }

  /** A value, with what it holds: the text of other values, members, or elements. */
  private static final class Value {
    final Kind kind;
    final String text;
    final TreeSet<String> elements = new TreeSet<>();
    final TreeMap<String, Value> members = new TreeMap<>();

    private Value(Kind kind, String text) {
      this.kind = kind;
      this.text = text;
    }

    static Value of(String json) {
      Optional<List<String>> elements = JsonParts.ofArray(json);
      if (elements.isPresent()) {
        Value array = new Value(Kind.ARRAY, "");
        array.elements.addAll(elements.get());
        return array;
      }
      return JsonParts.ofObject(json).flatMap(Value::object).orElse(new Value(Kind.OTHER, json));
    }

    /** Empty when a member has no name. */
    private static Optional<Value> object(List<String> members) {
      Value object = new Value(Kind.OBJECT, "");
      for (String member : members) {
        int end = member.startsWith("\"") ? JsonParts.endOfString(member, 0) : -1;
        if (end < 0 || end + 1 >= member.length() || member.charAt(end) != ':') {
          return Optional.empty();
        }
        object.members.merge(member.substring(0, end), of(member.substring(end + 1)), Value::with);
      }
      return Optional.of(object);
    }

    Value with(Value other) {
      if (kind != other.kind) {
        return kind.compareTo(other.kind) > 0 ? this : other;
      }
      if (kind == Kind.OTHER) {
        return text.compareTo(other.text) >= 0 ? this : other;
      }
      Value both = new Value(kind, "");
      both.elements.addAll(elements);
      both.elements.addAll(other.elements);
      both.members.putAll(members);
      other.members.forEach((name, value) -> both.members.merge(name, value, Value::with));
      return both;
    }

    /** Whether all of the other is kept when it is merged into this. */
    boolean takes(Value other) {
      if (kind != other.kind) {
        return false;
      }
      if (kind == Kind.OTHER) {
        return text.equals(other.text);
      }
      for (Map.Entry<String, Value> member : other.members.entrySet()) {
        Value own = members.get(member.getKey());
        if (own != null && !own.takes(member.getValue())) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Writes the longest beginning that fits, so that merging in another order leaves out the same.
   */
  private static final class Writer {
    private final StringBuilder json = new StringBuilder();
    private int bytes;
    private int open;
    private boolean isFull;

    String write(Value value) {
      put("", value);
      return json.toString();
    }

    private void put(String name, Value value) {
      if (value.kind == Kind.OTHER) {
        append(name + value.text, 0);
        return;
      }
      boolean isArray = value.kind == Kind.ARRAY;
      if (!append(name + (isArray ? "[" : "{"), 1)) {
        return;
      }
      open++;
      String comma = "";
      for (String element : value.elements) {
        if (!append(comma + element, 0)) {
          break;
        }
        comma = ",";
      }
      for (Map.Entry<String, Value> member : value.members.entrySet()) {
        put(comma + member.getKey() + ":", member.getValue());
        if (isFull) {
          break;
        }
        comma = ",";
      }
      open--;
      json.append(isArray ? ']' : '}');
      bytes++;
    }

    /** With room for all brackets that have to be closed yet. */
    private boolean append(String part, int opens) {
      int length = part.getBytes(StandardCharsets.UTF_8).length;
      isFull |= bytes + length + open + opens > ContactData.MAX_LENGTH;
      if (!isFull) {
        json.append(part);
        bytes += length;
      }
      return !isFull;
    }
  }

  private static Value value(Contact contact) {
    return Value.of(contact.data().toString().strip());
  }

  @Override
  public Contact choose(Contact incumbent, Contact candidate) {
    Value one = value(incumbent);
    Value other = value(candidate);
    if (one.kind == Kind.OTHER && other.kind == Kind.OTHER) {
      return Arbiters.versions().choose(incumbent, candidate);
    }
    if (one.kind != other.kind) {
      Contact kept = one.kind.compareTo(other.kind) > 0 ? incumbent : candidate;
      return choose(kept, kept);
    }
    return Arbiters.joined(
        incumbent, candidate, ContactData.ofText(new Writer().write(one.with(other))));
  }

  @Override
  public boolean covers(Contact chosen, Contact candidate) {
    return value(chosen).takes(value(candidate));
  }
}
