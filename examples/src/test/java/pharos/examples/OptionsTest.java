package pharos.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.examples.alpha.Main;
import pharos.testkit.JavaProcess;

class OptionsTest {
  private static Options of(Map<String, String> environment, String... arguments) {
    return Options.of(arguments, environment, Set.of("call-every"));
  }

  @Test
  void anArgumentWinsOverTheEnvironment() {
    Options options = of(Map.of("PHAROS_CALL_EVERY", "5", "PHAROS_NAME", "a"), "--name=b");
    assertEquals(Optional.of("b"), options.text("name"));
    assertEquals(Duration.ofSeconds(5), options.seconds("call-every", Duration.ZERO));
    assertEquals(7, options.number("port", 7));
  }

  @Test
  void aSwitchNeedsNoValue() {
    assertTrue(of(Map.of(), "--loopback").is("loopback"));
    assertFalse(of(Map.of("PHAROS_LOOPBACK", "false")).is("loopback"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--colour=red|unknown argument '--colour=red'; there are --beacon-port, --call-every, ",
        "red|unknown argument 'red'",
        "--port=red|--port must be a number, not 'red'",
        "--port=70000|the port must be 0 to 65535, not 70000",
        "--call-every=-1|--call-every must be seconds",
        "--loopback=1|--loopback must be true or false",
        "--seeds=red|'''red'' is no host:port'",
      })
  void aMistakeIsNamed(String argument, String says) {
    IllegalArgumentException mistake =
        assertThrows(
            IllegalArgumentException.class,
            () -> {
              Options options = of(Map.of(), argument);
              options.agent("Alpha");
              options.seconds("call-every", Duration.ZERO);
            });
    assertTrue(String.valueOf(mistake.getMessage()).startsWith(says), mistake::toString);
  }

  @Test
  void aMistakeIsOneLineAndEndsWith2() throws InterruptedException {
    try (JavaProcess program = JavaProcess.start(Main.class, "--colour=red")) {
      program.awaitLine("unknown argument '--colour=red'", Trial.PATIENCE);
      assertEquals(2, program.awaitEnd(Trial.PATIENCE));
      assertEquals(1, program.lineCount(), () -> program.lines().toString());
    }
  }
}
