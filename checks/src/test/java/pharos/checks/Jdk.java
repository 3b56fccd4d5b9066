package pharos.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The commands of the JDK that runs this test. */
final class Jdk {
  private static final long TIMEOUT_S = 60;

  private Jdk() {}

  /** Runs {@code javac} or {@code java}, wants it to succeed, and returns all that it printed. */
  static String run(String tool, List<String> args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(args);
    Path output = Files.createTempFile("pharos-" + tool, ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " still ran after " + TIMEOUT_S + " s");
      }
      String printed = Files.readString(output);
      assertEquals(0, process.exitValue(), () -> String.join(" ", command) + "\n" + printed);
      return printed;
    } finally {
      Files.delete(output);
    }
  }
}
