package pharos.agent.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final String ALL =
      "{\"z\":\"a\\n\\\"\",\"a\":[1,-9223372036854775808,true,{}],\"o\":{\"x\":\"ö\"}}";

  @Test
  void membersKeepTheirOrderAndNoneIsLeftOut() {
    assertEquals(
        "{\"z\":1,\"a\":\"SECONDS\",\"at\":\"1970-01-01T00:00:00Z\"}",
        Json.write(
            Json.object(
                "z",
                Optional.of(1),
                "none",
                Optional.empty(),
                "a",
                TimeUnit.SECONDS,
                "at",
                Instant.EPOCH)));
  }

  @Test
  void whatIsReadIsWrittenAsItWas() {
    assertEquals(ALL, Json.write(Json.read(ALL).orElseThrow()));
    assertEquals(ALL, Json.write(Json.members(ALL)));
    assertEquals("[" + ALL + "]", Json.write(List.of(new Json.Raw(ALL))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{}{}", "[1,]", "no", "'a'", "{\"a\"}", "1 2"})
  void whatIsNoJsonIsNone(String text) {
    assertFalse(Json.isJson(text));
    assertEquals(Optional.empty(), Json.read(text));
    assertEquals(Map.of(), Json.members(text));
  }

  @Test
  void nullIsJsonAndNoValue() {
    assertTrue(Json.isJson("null"));
    assertEquals(Optional.empty(), Json.read("null"));
    assertEquals("{\"b\":[2]}", Json.write(Json.members("{\"a\":null,\"b\":[null,2]}")));
    assertEquals(Map.of(), Json.members(null));
  }

  @Test
  void aMemberIsToldAsItWasWritten() {
    String object =
        "{\"a\":{\"b\":1}, \"n\" : null ,\"d\": [ 1.50, null ],\"t\":\"\\u00e4]\",\"x\":-1e3}";
    assertEquals(Optional.of("{\"b\":1}"), Json.raw(object, "a"));
    assertEquals(Optional.of("null"), Json.raw(object, "n"));
    assertEquals(Optional.of("[ 1.50, null ]"), Json.raw(object, "d"));
    assertEquals(Optional.of("\"\\u00e4]\""), Json.raw(object, "t"));
    assertEquals(Optional.of("-1e3"), Json.raw(object, "x"));
    assertEquals(Optional.empty(), Json.raw(object, "b"));
    assertEquals(Optional.empty(), Json.raw("[1]", "b"));
    assertEquals(Optional.empty(), Json.raw("{\"b\":", "b"));
  }
}
