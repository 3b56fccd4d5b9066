package pharos.bench.siege;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short siege of two gateways, as processes on hosts of their own; needs root. */
class SampleTest {
  @Test
  void nobodyIsDeadOrDeafOrUnknownAfterAllAttacksAtOnce() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Siege siege = new Siege(new PrintStream(printed, true, UTF_8), 2, 40);
    List<String> lost = siege.sample(Duration.ofSeconds(15), Attack.all());
    assertEquals(List.of(), lost, () -> lost + " " + printed.toString(UTF_8));
  }
}
