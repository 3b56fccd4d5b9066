package pharos.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void argumentsThatMakeNoSenseGetOneLine() {
    refuses("which benchmark?");
    refuses("no benchmark 'tracker'", "tracker");
    refuses("no benchmark '--quick'", "--quick");
    refuses("unknown argument '--slow'", "codec", "--quick", "--slow");
    refuses("siege: --minutes '0' is not 1 to 1440", "siege", "--minutes", "0");
    refuses("records: --killing '' is not 1 to 10000", "records", "--killing");
    refuses("records: unknown argument '--slow'", "records", "--slow");
    refuses("records: --quick has no others, the others want --killing", "records", "--nodes", "3");
    refuses("siege: --minutes '' is not 1 to 1440", "siege", "--minutes");
  }

  @Test
  void everyBenchmarkRunsAndHasItsLine() {
    var once =
        new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10));

    int code = Main.codec(once, print(out), print(err));

    assertEquals("", err.toString(UTF_8));
    assertEquals(0, code);
    String table = out.toString(UTF_8);
    for (String name : List.of("encode", "decode", "check", "known")) {
      for (CodecBenchmark.Kind kind : CodecBenchmark.Kind.values()) {
        String line = "(?sm).*^" + name + " +" + kind.name().toLowerCase(Locale.ROOT) + " +[0-9].*";
        assertTrue(table.matches(line), table);
      }
    }
  }

  private void refuses(String reason, String... args) {
    err.reset();
    assertEquals(2, Main.run(List.of(args), print(out), print(err)));
    assertEquals(
        "bench: "
            + reason
            + "; usage: bench codec|meeting|gateway|http [--quick]"
            + " | records [--quick | --killing N [--nodes N] [--copies N] [--state] [--etcd]"
            + " [--without-waiting]]"
            + " | siege [--quick] [--minutes N] [--pace PERCENT] [--alone] [ATTACK...]"
            + System.lineSeparator(),
        err.toString(UTF_8));
    assertEquals("", out.toString(UTF_8));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, UTF_8);
  }
}
