package pharos.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that the demo runs in, if it does. Keys come one by one where {@code stty} can have
 * it so, and with a line's end otherwise. What Java knows of terminals differs between its
 * versions, so the shell is asked.
 */
final class Terminal implements AutoCloseable {
  private static final long PATIENCE_MS = 2_000;

  private @Nullable String saved;

  /** Whether this stream of the process, 0 or 1, is a terminal. */
  static boolean isTerminal(int stream) {
    return run("test -t " + stream).isPresent();
  }

  /** Hands on each key, from a thread of its own, from now to the end. */
  void read(InputStream in, Consumer<Input> inputs) {
    saved = run("stty -g").orElse(null);
    if (saved != null) {
      run("stty -icanon -echo min 1");
    }
    Thread reader =
        new Thread(
            () -> {
              try {
                for (int key = in.read(); key >= 0; key = in.read()) {
                  inputs.accept(new Input.Key((char) key));
                }
              } catch (IOException e) {
                // Nobody can press a key any more.
              }
              inputs.accept(new Input.Key('q'));
            },
            "keys");
    reader.setDaemon(true);
    reader.start();
  }

  /** Leaves the terminal as it was. */
  @Override
  public synchronized void close() {
    String before = saved;
    saved = null;
    if (before != null && before.matches("[0-9a-zA-Z:=]+")) {
      run("stty " + before);
    }
  }

  /** What a shell with our input and output prints first; empty when it fails or waits. */
  private static Optional<String> run(String command) {
    // 'test -t 1' is about our output, so what is printed comes by the other stream.
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh", "-c", command.startsWith("test") ? command : "{ " + command + "; } >&2")
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String said =
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.exitValue() == 0 ? Optional.of(said) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
