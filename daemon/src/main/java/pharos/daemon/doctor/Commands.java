package pharos.daemon.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs tools of the system, each for so long and so much output at most. For any thread. */
final class Commands {
  private static final int MOST_BYTES = 4 << 20;
  private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

  /** What a tool said; the text is cut at {@link #MOST_BYTES}. */
  record Said(int code, String text) {
    boolean isOk() {
      return code == 0;
    }

    List<String> lines() {
      return text.lines().toList();
    }
  }

  private Commands() {}

  /** Nothing when there is no such tool, or it takes too long. */
  static Optional<Said> run(int patienceMs, String tool, String... arguments) {
    Optional<String> found =
        FOLDERS.stream()
            .map(folder -> folder + "/" + tool)
            .filter(it -> new java.io.File(it).canExecute())
            .findFirst();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    java.util.ArrayList<String> command = new java.util.ArrayList<>(List.of(found.get()));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        return said(process, patienceMs);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<Said> said(Process process, int patienceMs)
      throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    Thread reader = new Thread(() -> read(process.getInputStream(), text), "pharos-tool");
    reader.setDaemon(true);
    reader.start();
    if (!process.waitFor(patienceMs, TimeUnit.MILLISECONDS)) {
      return Optional.empty();
    }
    reader.join(patienceMs);
    synchronized (text) {
      return Optional.of(new Said(process.exitValue(), text.toString()));
    }
  }

  private static void read(InputStream in, StringBuilder text) {
    byte[] part = new byte[1 << 14];
    try {
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        synchronized (text) {
          if (text.length() < MOST_BYTES) {
            text.append(new String(part, 0, count, StandardCharsets.UTF_8));
          }
        }
      }
    } catch (IOException e) {
      // It was ended; what it said until then counts.
    }
  }
}
