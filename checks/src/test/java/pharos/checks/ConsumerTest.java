package pharos.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs outside this build, compiled and run against what it made, with and without modules. */
class ConsumerTest {
  private static final Path SOURCES = Checkout.root().resolve("checks/src/test/consumers");
  private static final String LIBRARIES = Checkout.joined(Checkout.libraries());

  private static final List<Path> OURS =
      List.of(Checkout.library("beacon"), Checkout.library("kademlia"), Checkout.library("agent"));

  @TempDir private Path classes;

  @Test
  void aProgramOnTheClassPathCompilesAndRuns() throws Exception {
    Path source = SOURCES.resolve("classpath/trial/Main.java");
    Jdk.run("javac", List.of("-cp", LIBRARIES, "-d", classes.toString(), source.toString()));
    String classPath =
        Checkout.joined(List.of(classes)) + System.getProperty("path.separator") + LIBRARIES;
    String printed = Jdk.run("java", List.of("-cp", classPath, "trial.Main"));
    assertEquals(List.of("alpha came back", "module: null"), printed.lines().toList());
  }

  @Test
  void aModuleCompilesAndRuns() throws Exception {
    Path folder = SOURCES.resolve("modulepath");
    // Only what the module itself needs: the tests' own libraries are no modules of its graph.
    String modulePath =
        Checkout.joined(
            Checkout.libraries().stream()
                .filter(entry -> OURS.contains(entry) || isDependency(entry))
                .toList());
    Jdk.run(
        "javac",
        List.of(
            "--module-path",
            modulePath,
            "-d",
            classes.toString(),
            folder.resolve("module-info.java").toString(),
            folder.resolve("trial/Main.java").toString()));
    String printed =
        Jdk.run(
            "java",
            List.of(
                "--module-path",
                modulePath + System.getProperty("path.separator") + classes,
                "-m",
                "trial/trial.Main"));
    assertEquals(
        List.of(
            "alpha came back", "module: pharos.beacon", "beta offers Work", "module: pharos.agent"),
        printed.lines().toList());
  }

  private static boolean isDependency(Path entry) {
    String name = String.valueOf(entry.getFileName());
    return name.matches("(slf4j|jspecify|jeromq|jnacl|jackson-core)-.*");
  }
}
