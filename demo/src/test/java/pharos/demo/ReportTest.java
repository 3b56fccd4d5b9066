package pharos.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  @Test
  void anEventIsReadWithWhatTheDemoShowsAndNothingElse() {
    String line =
        "{\"at\":\"2026-01-02T03:04:05.678Z\",\"event\":\"GONE\",\"reason\":\"LEFT\",\"later\":[{}],"
            + "\"peer\":{\"id\":\"aWQ=\",\"name\":\"beta\",\"addresses\":[\"127.0.0.1\"],"
            + "\"capabilities\":[{\"type\":\"A\",\"port\":1,\"attributes\":{\"k\":\"v\"},"
            + "\"endpoints\":[\"tcp://127.0.0.1:1\",\"tcp://10.0.0.1:1\"]},"
            + "{\"endpoints\":[\"tcp://127.0.0.1:2\"],\"type\":\"B\"}],\"since\":\"x\"}}";
    assertEquals(
        Optional.of(
            new Report(
                Instant.parse("2026-01-02T03:04:05.678Z"),
                "GONE",
                "aWQ=",
                "beta",
                "LEFT",
                List.of("A at tcp://127.0.0.1:1", "B at tcp://127.0.0.1:2"),
                "")),
        Report.read(line));
  }

  @Test
  void aLineOfTheLogIsRead() {
    Report report =
        Report.read("{\"at\":\"2026-01-02T03:04:05Z\",\"told\":\"asking \\\"beta\\\"\"}").get();
    assertEquals(Report.TOLD, report.what());
    assertEquals("asking \"beta\"", report.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Error: could not create the Java Virtual Machine.",
        "{",
        "{\"at\":\"2026-01-02T03:04:05Z\",\"event\":",
        "{\"at\":\"yesterday\"}",
        "{\"event\":\"GONE\"}",
        "{}",
      })
  void whatIsNoReportIsNone(String line) {
    assertEquals(Optional.empty(), Report.read(line));
  }
}
