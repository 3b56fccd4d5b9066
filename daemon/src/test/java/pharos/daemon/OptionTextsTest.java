package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.wire.Offer;
import picocli.CommandLine.TypeConversionException;

/** What people write as values of options, and what it means. */
class OptionTextsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "1s, PT1S",
    "1.5s, PT1.5S",
    "2min, PT2M",
    "1h, PT1H",
    "0s, PT0S",
    "366h, PT366H",
  })
  void timesHaveAUnit(String text, Duration time) {
    assertEquals(time, DurationText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "s", "1 s", "1e3s", "-1s", "1m", "1s1", ".5s", "9999999999s"})
  void whatIsNoTimeIsRefusedByName(String text) {
    TypeConversionException wrong =
        assertThrows(TypeConversionException.class, () -> DurationText.parse(text));
    assertEquals(0, String.valueOf(wrong.getMessage()).indexOf("'" + text + "' "));
  }

  @Test
  void anOfferingHasAttributesInTheirOrderAndAProtocol() {
    Offer plain = new Offering().convert("Alpha.Orders=7001");
    assertEquals(new Offer("Alpha.Orders", 7001, "tcp", Map.of()), plain);

    Offer rich = new Offering().convert("Web=80,z=1,protocol=http,a=x=y,empty=");
    assertEquals(80, rich.port());
    assertEquals("http", rich.protocol());
    assertEquals(List.of("z", "a", "empty"), List.copyOf(rich.attributes().keySet()));
    assertEquals("x=y", rich.attributes().get("a"));
    assertEquals("", rich.attributes().get("empty"));
  }

  @Test
  void aPortMayBeARange() {
    assertEquals(new PortRange(7000, 7000), new PortRange.Reader().convert("7000"));
    assertEquals(new PortRange(0, 0), new PortRange.Reader().convert("0"));
    assertEquals(new PortRange(7000, 7010), new PortRange.Reader().convert("7000-7010"));
  }

  @ParameterizedTest
  @CsvSource({
    "8670, 127.0.0.1, 8670",
    "0, 127.0.0.1, 0",
    "0.0.0.0:80, 0.0.0.0, 80",
    "localhost:80, localhost, 80",
    "[::1]:80, ::1, 80",
  })
  void httpIsOnTheLoopbackUnlessAHostIsGiven(String text, String host, int port) {
    HttpAddress address = new HttpAddress.Reader().convert(text);
    assertEquals(new HttpAddress(host, port), address);
    assertEquals(text.contains(":") ? text : host + ":" + port, address.toString());
  }
}
