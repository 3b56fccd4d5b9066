package pharos.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static pharos.agent.wire.Shape.may;
import static pharos.agent.wire.Shape.must;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final WireJson JSON = new WireJson(1_000, 4);

  record Span(long first, long last) {
    Span {
      if (last < first) {
        throw new IllegalArgumentException("ends before it begins");
      }
    }
  }

  private static final Shape<Span> SPAN =
      Shape.of(
          Span.class,
          must("from", Value.number(0, 9L)).of("first"),
          must("last", Value.number(0, 9L)));

  @Test
  void whatTheRecordItselfRefusesIsTheFaultOfWhoWroteIt() throws Exception {
    Value<Span> span = SPAN;
    assertEquals(new Span(1, 2), JSON.read(utf8("{\"last\":2,\"x\":[],\"from\":1}"), span));
    assertEquals(
        "{\"from\":1,\"last\":2}",
        new String(JSON.write(span, new Span(1, 2)), StandardCharsets.UTF_8));
    WireException e =
        assertThrows(
            WireException.class,
            () -> JSON.read(utf8("[{\"from\":2,\"last\":1}]"), Value.list(1, span)));
    assertEquals("[0]: ends before it begins", e.getMessage());
  }

  @Test
  void aTableThatDoesNotFitItsRecordIsFoundAtOnce() {
    Value<Long> number = Value.number(0, 9L);
    assertThrows(AssertionError.class, () -> Shape.of(Span.class, must("first", number)));
    assertThrows(
        AssertionError.class,
        () -> Shape.of(Span.class, must("first", number), may("end", number, 0L)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
