package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that are set by variables and files: which one counts, and what is mistyped. */
class PresetsTest {
  /** All that Kubernetes and Docker set for a service that is called pharos. */
  private static final Map<String, String> ORCHESTRATED =
      Map.ofEntries(
          Map.entry("PHAROS_SERVICE_HOST", "10.96.7.1"),
          Map.entry("PHAROS_SERVICE_PORT", "8670"),
          Map.entry("PHAROS_SERVICE_PORT_HTTP", "8670"),
          Map.entry("PHAROS_PORT", "tcp://10.96.7.1:8670"),
          Map.entry("PHAROS_PORT_8670_TCP", "tcp://10.96.7.1:8670"),
          Map.entry("PHAROS_PORT_8670_TCP_PROTO", "tcp"),
          Map.entry("PHAROS_PORT_8670_TCP_PORT", "8670"),
          Map.entry("PHAROS_PORT_8670_TCP_ADDR", "10.96.7.1"),
          Map.entry("PHAROS_PORT_5670_UDP", "udp://10.96.7.1:5670"),
          Map.entry("PHAROS_PORT_5670_UDP_PROTO", "udp"),
          Map.entry("PHAROS_PORT_5670_UDP_PORT", "5670"),
          Map.entry("PHAROS_PORT_5670_UDP_ADDR", "10.96.7.1"),
          Map.entry("PHAROS_CONSOLE_SERVICE_HOST", "10.96.7.2"),
          Map.entry("PHAROS_CONSOLE_PORT", "tcp://10.96.7.2:80"),
          Map.entry("PHAROS_NAME", "/web/pharos"),
          Map.entry("PHAROS_ENV_LANG", "C.UTF-8"));

  @TempDir private Path system;

  private Ran show(Map<String, String> variables, String... args) {
    List<String> all = new ArrayList<>(List.of("agent", "--show-config"));
    all.addAll(List.of(args));
    return Ran.in(variables, system, all.toArray(String[]::new));
  }

  private Path write(String file, String... lines) throws IOException {
    Path path = system.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.write(path, List.of(lines));
  }

  private static void assertSet(Ran ran, String option, String from) {
    assertEquals(0, ran.code(), ran::toString);
    assertTrue(
        ran.out()
            .lines()
            .anyMatch(it -> it.matches(java.util.regex.Pattern.quote(option) + " +# .*" + from)),
        ran::toString);
  }

  @Test
  void flagsCountBeforeVariablesBeforeTheFile() throws IOException {
    write("etc/pharos/config", "# ours", "", "name = of-file", "interval = 2s", "cluster = c");
    Map<String, String> variables = Map.of("PHAROS_NAME", "of-variable", "PHAROS_INTERVAL", "3s");
    Ran ran = show(variables, "--name", "of-flag");
    assertSet(ran, "name = of-flag", "flag");
    assertSet(ran, "interval = 3s", "PHAROS_INTERVAL");
    assertSet(ran, "cluster = c", "etc/pharos/config:5");
    assertEquals("", ran.err());
    assertEquals(5, ran.out().lines().count(), ran::toString);
  }

  @Test
  void theFileOfTheUserIsReadInsteadOfTheSystems() throws IOException {
    write("etc/pharos/config", "name = of-system", "service = Alpha");
    assertSet(show(Map.of()), "name = of-system", "etc/pharos/config:1");
    write("root/.config/pharos/config", "name = of-user");
    Ran ran = show(Map.of());
    assertSet(ran, "name = of-user", "root/\\.config/pharos/config:1");
    assertTrue(!ran.out().contains("Alpha"), ran::toString);
    Path named = write("named", "name = of-named");
    assertSet(show(Map.of(), "--config", named.toString()), "name = of-named", "named:1");
    assertSet(show(Map.of("PHAROS_CONFIG", named.toString())), "name = of-named", "named:1");
  }

  @Test
  void whatMayBeRepeatedIsTakenWholeFromOnePlace() throws IOException {
    write("etc/pharos/config", "offer = A=1", "offer = B=2,protocol=http");
    Ran file = show(Map.of());
    assertSet(file, "offer = A=1", "config:1");
    assertSet(file, "offer = B=2,protocol=http", "config:2");
    Ran flag = show(Map.of("PHAROS_OFFER", "D=4"), "--offer", "C=3");
    assertSet(flag, "offer = C=3", "flag");
    assertEquals(1, flag.out().lines().filter(it -> it.startsWith("offer")).count());
  }

  /** The proof that it is not only shown: what is set takes effect. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PHAROS_INTERVAL|5|'5' is no time|(from PHAROS_INTERVAL)",
        "PHAROS_NAME|a\u0001b|--name 'a|(from PHAROS_NAME)",
        "PHAROS_OFFER|A=1;B|'B' has no port|(from PHAROS_OFFER)",
        "PHAROS_LOOPBACK|maybe|PHAROS_LOOPBACK: 'loopback' is true or false, not 'maybe'|",
        "PHAROS_VERBOSE|much|PHAROS_VERBOSE: 'verbose' is true or false, not 'much'|",
      })
  void whatIsWrongInAVariableIsToldWithItsName(
      String name, String value, String reason, String from) {
    Ran ran = Ran.in(Map.of(name, value), system, "agent");
    assertEquals(2, ran.code(), ran::toString);
    assertEquals(1, ran.err().lines().count(), ran::toString);
    assertTrue(ran.err().contains(reason), ran::toString);
    assertTrue(from == null || ran.err().contains(from), ran::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ofer = A=1|config:2: 'ofer' is no option: did you mean 'offer'?",
        "name|config:2: 'name' wants a value: NAME",
        "loopback = maybe|config:2: 'loopback' is true or false, not 'maybe'",
        "interval = 5|'5' is no time: write a number and ms, s, min or h, such as 500ms (from ",
        "=1|config:2: '' is no option; try",
        "beacon-port 1|config:2: 'beacon-port 1' is no option: write 'beacon-port = 1'",
        "help = true|config:2: 'help' is no option",
        "frobnicate = 1|config:2: 'frobnicate' is no option; try",
      })
  void aLineOfTheFileThatMeansNothingIsAnErrorWithItsPlace(String line, String reason)
      throws IOException {
    Path file = write("config", "# a remark", line);
    Ran ran = Ran.in(Map.of(), system, "agent", "--config", file.toString());
    assertEquals(2, ran.code(), ran::toString);
    assertEquals(1, ran.err().lines().count(), ran::toString);
    assertTrue(ran.err().contains(reason), ran::toString);
  }

  @Test
  void aFileThatIsNamedAndNotThereIsAnError() {
    Ran ran = Ran.in(Map.of(), system, "agent", "--config", system + "/missing");
    assertEquals(2, ran.code(), ran::toString);
    assertTrue(ran.err().contains("'" + system + "/missing': there is none"), ran::toString);
  }

  @Test
  void aMistypedVariableIsAWarningWithTheNearest() {
    Ran ran = show(Map.of("PHAROS_OFER", "A=1", "PHAROS_FROBNICATE", "1"));
    assertEquals(0, ran.code(), ran::toString);
    assertEquals(
        List.of(
            "pharos: PHAROS_FROBNICATE is no option, passed over",
            "pharos: PHAROS_OFER is no option, passed over: did you mean 'PHAROS_OFFER'?"),
        ran.err().lines().toList());
  }

  @Test
  void whatKubernetesAndDockerSetForAServiceCalledPharosIsPassedOverWithOneLine() {
    Ran ran = show(ORCHESTRATED);
    assertEquals(0, ran.code(), ran::toString);
    assertEquals(2, ran.out().lines().count(), ran::toString);
    assertEquals(
        List.of(
            "pharos: PHAROS_CONSOLE_PORT, PHAROS_CONSOLE_SERVICE_HOST and 14 more: of Kubernetes or"
                + " Docker for a service called 'pharos', passed over"),
        ran.err().lines().toList());

    Map<String, String> ours = new HashMap<>(ORCHESTRATED);
    ours.put("PHAROS_PORT", "5671");
    ours.put("PHAROS_NAME", "alpha");
    assertSet(show(ours), "port = 5671", "PHAROS_PORT");
    assertSet(show(ours), "name = alpha", "PHAROS_NAME");
  }

  @Test
  void whatOnlyAnotherCommandHasIsNoMistake() throws IOException {
    write("etc/pharos/config", "name = alpha", "gateway", "k = 8", "wait = 1ms", "loopback");
    Map<String, String> variables =
        Map.of("PHAROS_SERVICE", "Alpha", "PHAROS_BEACON_PORT", String.valueOf(Ports.udp()));
    Ran ran = Ran.in(variables, system, "find", "nobody");
    assertEquals(1, ran.code(), ran::toString);
    assertTrue(ran.err().contains("within 1 ms"), ran::toString);
  }
}
