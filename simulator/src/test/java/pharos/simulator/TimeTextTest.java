package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({"250us,250000", "0.1ms,100000", "1.5s,1500000000", "2min,120000000000", "0s,0"})
  void timesAreReadWithTheirUnits(String text, long timeNs) {
    assertEquals(Optional.of(timeNs), TimeText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s", "5d", ".5s", "1e3s", "99999999h", "--1s", "+1s"})
  void whatIsNoTimeIsNotRead(String text) {
    assertEquals(Optional.empty(), TimeText.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 us",
    "999999,999 us",
    "1500000,1.5 ms",
    "250000000,250 ms",
    "1500000000,1.50 s",
    "600000000000,600 s"
  })
  void timesAreWrittenShort(long timeNs, String text) {
    assertEquals(text, TimeText.of(timeNs));
  }
}
