package pharos.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.AssertionFailedError;

/** Scripts in Python that share no code with what they are held against. */
public final class Python {
  private Python() {}

  /** Goes on where there is Python 3. */
  public static void need() throws InterruptedException {
    boolean isThere;
    try {
      isThere = new ProcessBuilder("python3", "-c", "").start().waitFor() == 0;
    } catch (IOException e) {
      isThere = false;
    }
    Needs.that(isThere, "python3");
  }

  /** What the script says of this input; within that time it must end with this code. */
  public static String run(Path script, Duration limit, int code, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3", "-B", script.toString()));
    command.addAll(List.of(arguments));
    Path asked = Files.createTempFile("python", ".in");
    Path said = Files.createTempFile("python", ".out");
    try {
      Files.writeString(asked, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(asked.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean isEnded = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      String text = Files.readString(said);
      if (!isEnded) {
        throw new AssertionFailedError(script + " took more than " + limit);
      } else if (process.exitValue() != code) {
        throw new AssertionFailedError(script + " ended with " + process.exitValue() + ": " + text);
      }
      return text;
    } finally {
      Files.delete(asked);
      Files.delete(said);
    }
  }
}
