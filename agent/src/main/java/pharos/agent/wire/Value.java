package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One kind of value on the wire, declared once for both directions. What is wrong with what another
 * wrote is a {@link WireException}, what is wrong with our own an {@link IllegalArgumentException}.
 * These are classes and not lambdas, which cost a fresh JVM several times as much each.
 */
public abstract class Value<T> {
  /** Reads the value that begins with the current token, and ends at its last. */
  public abstract T read(WireReader in) throws IOException, WireException;

  public abstract void write(JsonGenerator out, T value) throws IOException;

  /** The same on the wire, and another type here. */
  public final <U> Value<U> as(Function<T, U> make, Function<U, T> take) {
    Value<T> same = this;
    return new Value<>() {
      @Override
      public U read(WireReader in) throws IOException, WireException {
        return make.apply(same.read(in));
      }

      @Override
      public void write(JsonGenerator out, U value) throws IOException {
        same.write(out, take.apply(value));
      }
    };
  }

  /** The same without those that are so; the types here have none of them. */
  public final Value<T> unless(Predicate<T> wrong, String fault) {
    Value<T> any = this;
    return new Value<>() {
      @Override
      public T read(WireReader in) throws IOException, WireException {
        T value = any.read(in);
        if (wrong.test(value)) {
          throw in.fault(fault);
        }
        return value;
      }

      @Override
      public void write(JsonGenerator out, T value) throws IOException {
        any.write(out, value);
      }
    };
  }

  /** A text with which nothing is wrong that this finds. */
  public static Value<String> text(Function<String, Optional<String>> fault) {
    return new Value<>() {
      @Override
      public String read(WireReader in) throws IOException, WireException {
        String text = in.text();
        Optional<String> wrong = fault.apply(text);
        if (wrong.isPresent()) {
          throw in.fault(in.shownToken() + " " + wrong.get());
        }
        return text;
      }

      @Override
      public void write(JsonGenerator out, String text) throws IOException {
        Optional<String> wrong = fault.apply(text);
        if (wrong.isPresent()) {
          throw mistake(out, "'" + WireText.shown(text) + "' " + wrong.get());
        }
        out.writeString(text);
      }
    };
  }

  /** A text of so many bytes. */
  public static Value<String> text(int minBytes, int maxBytes) {
    return text(text -> WireText.fault(text, minBytes, maxBytes));
  }

  /** Bytes as text: written plain with padding, read URL-safe or without padding too. */
  public static <T> Value<T> base64(
      int minBytes, int maxBytes, Function<byte[], T> make, Function<T, byte[]> bytes) {
    return new Value<>() {
      @Override
      public T read(WireReader in) throws IOException, WireException {
        return make.apply(in.base64(minBytes, maxBytes));
      }

      @Override
      public void write(JsonGenerator out, T value) throws IOException {
        out.writeString(Base64.getEncoder().encodeToString(bytes.apply(value)));
      }
    };
  }

  /** So many bytes, of which all zero are none. */
  public static <T> Value<T> id(int length, Function<byte[], T> make, Function<T, byte[]> bytes) {
    return base64(length, length, read -> read, written -> written)
        .unless(read -> Arrays.equals(read, new byte[length]), "is all zero")
        .as(make, bytes);
  }

  public static Value<Long> number(long min, long max) {
    return new Value<>() {
      @Override
      public Long read(WireReader in) throws IOException, WireException {
        return in.number(min, max);
      }

      @Override
      public void write(JsonGenerator out, Long value) throws IOException {
        if (value < min || value > max) {
          throw mistake(out, value + " is not " + min + " to " + max);
        }
        out.writeNumber(value);
      }
    };
  }

  public static Value<Integer> number(int min, int max) {
    return number((long) min, (long) max).as(Long::intValue, Integer::longValue);
  }

  /** A time that has passed or will; one too long is told as the longest. */
  public static Value<Long> millis(long minMs) {
    return number(minMs, Limits.MAX_MS).as(ms -> ms, ms -> Math.min(ms, Limits.MAX_MS));
  }

  public static Value<Boolean> truth() {
    return new Value<>() {
      @Override
      public Boolean read(WireReader in) throws IOException, WireException {
        return in.truth();
      }

      @Override
      public void write(JsonGenerator out, Boolean value) throws IOException {
        out.writeBoolean(value);
      }
    };
  }

  /** One of these by its name; what is not known here is read as the other, when there is one. */
  public static <E extends Enum<E>> Value<E> oneOf(
      List<E> values, String what, Optional<E> unknown) {
    return new Value<>() {
      @Override
      public E read(WireReader in) throws IOException, WireException {
        String name = in.text();
        for (E value : values) {
          if (value.name().equals(name)) {
            return value;
          }
        }
        if (unknown.isEmpty()) {
          throw in.fault(in.shownToken() + " is not " + what + " that is known here");
        }
        return unknown.get();
      }

      @Override
      public void write(JsonGenerator out, E value) throws IOException {
        if (!values.contains(value)) {
          throw mistake(out, value + " is not told");
        }
        out.writeString(value.name());
      }
    };
  }

  /** At most so many: a longer list is refused when it is read, and cut when it is written. */
  public static <T> Value<List<T>> list(int max, Value<T> element) {
    return new Value<>() {
      @Override
      public List<T> read(WireReader in) throws IOException, WireException {
        in.expect(JsonToken.START_ARRAY, "an array");
        List<T> list = new ArrayList<>();
        while (in.parser.nextToken() != JsonToken.END_ARRAY) {
          in.refuseMore(list.size(), max);
          list.add(element.read(in));
        }
        return list;
      }

      @Override
      public void write(JsonGenerator out, List<T> list) throws IOException {
        out.writeStartArray();
        for (T value : list.subList(0, Math.min(max, list.size()))) {
          element.write(out, value);
        }
        out.writeEndArray();
      }
    };
  }

  /** What the caller did wrong, with the field that was to be written. */
  static IllegalArgumentException mistake(JsonGenerator out, String fault) {
    var context = out.getOutputContext();
    String field =
        context.inArray() ? context.getParent().getCurrentName() : context.getCurrentName();
    return new IllegalArgumentException(field + ": " + fault);
  }
}
