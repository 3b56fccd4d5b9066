package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object of JSON that is a record here, as a table of its fields for both directions. The order
 * of the table is the one in which fields are written, and in which it is looked what is missing.
 * They are read in any order, each once; what is not in the table is skipped.
 */
public final class Shape<T extends Record> extends Value<T> {
  private static final Value<Integer> VERSION =
      new Value<>() {
        @Override
        public Integer read(WireReader in) throws IOException, WireException {
          return in.version();
        }

        @Override
        public void write(JsonGenerator out, Integer version) throws IOException {
          out.writeNumber(version);
        }
      };

  private static final Value<String> ERROR = text(error -> Optional.empty());

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Entry> byName = new HashMap<>();
  private final Constructor<T> constructor;
  private final boolean isDocument;
  private String subject = "";

  /** One of the names that a field can have, and what is there then. */
  public record Case(String name, Class<?> type, Value<?> value) {
    @SuppressWarnings("unchecked")
    private void write(JsonGenerator out, Object it) throws IOException {
      out.writeFieldName(name);
      ((Value<Object>) value).write(out, it);
    }
  }

  /** A row of the table, as it is declared. */
  public static final class Field {
    private final List<Case> cases;
    private final @Nullable Object orElse;
    private String component;
    private String twice = "";
    private String missing = "";
    private boolean isAlwaysTold;

    private Field(List<Case> cases, @Nullable Object orElse) {
      this.cases = cases;
      this.orElse = orElse;
      component = cases.get(0).name();
    }

    /** The component of the record has another name. */
    public Field of(String name) {
      component = name;
      return this;
    }

    /** Written even when it is what one would take it for without. */
    public Field always() {
      isAlwaysTold = true;
      return this;
    }
  }

  /** A row with the component of the record that it is. */
  private record Row(Field field, int index, Method accessor) {}

  /** What a name stands for. */
  private record Entry(Case it, int index, String twice) {}

  /** A field without which the object is refused. */
  public static <V> Field must(String name, Value<V> value) {
    return new Field(List.of(new Case(name, Object.class, value)), null);
  }

  /** A field that is left out when it is the default. */
  public static <V> Field may(String name, Value<V> value, V orElse) {
    return new Field(List.of(new Case(name, Object.class, value)), orElse);
  }

  /** A field that is left out when there is none. */
  public static <V> Field maybe(String name, Value<V> value) {
    return may(name, value.as(Optional::of, Optional::orElseThrow), Optional.<V>empty());
  }

  /** A field that has one of several names, by what it is. */
  public static Field either(List<Case> cases, String twice, String missing) {
    Field field = new Field(cases, null);
    field.twice = twice;
    field.missing = missing;
    return field;
  }

  private Shape(Class<T> type, boolean isDocument, Field... fields) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Map<String, Integer> indices = new HashMap<>();
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      indices.put(components[i].getName(), i);
    }
    for (Field field : fields) {
      Integer index = indices.remove(field.component);
      if (index == null) {
        throw new AssertionError(type + " has no " + field.component);
      }
      Method accessor = components[index].getAccessor();
      accessor.setAccessible(true);
      rows.add(new Row(field, index, accessor));
      for (Case it : field.cases) {
        byName.put(it.name(), new Entry(it, index, field.twice));
      }
    }
    if (!indices.isEmpty()) {
      throw new AssertionError(type + " has " + indices.keySet() + " too");
    }
    try {
      constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new AssertionError("each record has it", e);
    }
    this.isDocument = isDocument;
    if (isDocument) {
      byName.put("pharos", new Entry(new Case("pharos", Object.class, VERSION), types.length, ""));
      byName.put("error", new Entry(new Case("error", Object.class, ERROR), types.length + 1, ""));
    }
  }

  public static <T extends Record> Shape<T> of(Class<T> type, Field... fields) {
    return new Shape<>(type, false, fields);
  }

  /** A whole document, which tells the version first, and may be an error instead of all else. */
  public static <T extends Record> Shape<T> document(Class<T> type, Field... fields) {
    return new Shape<>(type, true, fields);
  }

  /** What a mistake in what is to be written begins with: this word and the first of the fields. */
  public Shape<T> called(String what) {
    subject = what;
    return this;
  }

  @Override
  public T read(WireReader in) throws IOException, WireException {
    in.expect(JsonToken.START_OBJECT, "an object");
    @Nullable Object[] values = new Object[byName.size()];
    @Nullable Entry[] seen = new Entry[byName.size()];
    while (in.parser.nextToken() != JsonToken.END_OBJECT) {
      Entry entry = byName.get(in.parser.currentName());
      in.parser.nextToken();
      if (entry == null) {
        in.parser.skipChildren();
        continue;
      }
      Entry before = seen[entry.index()];
      if (before != null) {
        throw in.fault(before.equals(entry) ? "is there twice" : entry.twice());
      }
      seen[entry.index()] = entry;
      values[entry.index()] = entry.it().value().read(in);
    }
    if (isDocument) {
      refuseError(in, values);
    }
    return make(in, values);
  }

  private void refuseError(WireReader in, @Nullable Object[] values) throws WireException {
    if (values[rows.size()] == null) {
      throw in.missing("pharos");
    }
    if (values[rows.size() + 1] instanceof String error) {
      throw WireException.told(error);
    }
  }

  private T make(WireReader in, @Nullable Object[] values) throws WireException {
    for (Row row : rows) {
      if (values[row.index()] == null) {
        Field field = row.field();
        if (field.orElse == null) {
          throw field.missing.isEmpty()
              ? in.missing(field.cases.get(0).name())
              : in.fault(field.missing);
        }
        values[row.index()] = field.orElse;
      }
    }
    try {
      return constructor.newInstance(Arrays.copyOf(values, rows.size()));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw in.fault(String.valueOf(refused.getMessage()));
      }
      throw new AssertionError("only that is expected of records", e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("each record can be made", e);
    }
  }

  @Override
  public void write(JsonGenerator out, T it) throws IOException {
    out.writeStartObject();
    if (isDocument) {
      out.writeNumberField("pharos", 1);
    }
    try {
      for (Row row : rows) {
        write(out, row.field(), get(row, it));
      }
    } catch (IllegalArgumentException e) {
      if (subject.isEmpty()) {
        throw e;
      }
      Object name = get(rows.get(0), it);
      String shown = name instanceof String text ? "'" + WireText.shown(text) + "'" : "" + name;
      throw new IllegalArgumentException(subject + " " + shown + ": " + e.getMessage(), e);
    }
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Field field, Object value) throws IOException {
    if (value.equals(field.orElse) && !field.isAlwaysTold) {
      return;
    }
    for (Case it : field.cases) {
      if (it.type().isInstance(value)) {
        it.write(out, value);
        return;
      }
    }
    throw new AssertionError(value);
  }

  private static Object get(Row row, Object it) {
    try {
      return row.accessor().invoke(it);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("each component can be read", e);
    }
  }
}
