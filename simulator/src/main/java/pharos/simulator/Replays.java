package pharos.simulator;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import pharos.agent.core.Replay;

/** Decides anew what an agent decided, from its black box. */
final class Replays {
  /** A box has at most a mebibyte, and no file that is larger is one. */
  private static final long MAX_BYTES = 4L << 20;

  private Replays() {}

  /** Plays it, and returns 0 when all was decided the same, 1 when not, 2 when it is no box. */
  static int play(Path file, PrintStream out, PrintStream err) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("it has over " + MAX_BYTES + " bytes, which no black box has");
      }
      Replay replay = Replay.of(Files.readAllBytes(file));
      out.println("black box " + shown(replay.about()));
      replay.spans().forEach(span -> out.println("complete from " + span));
      out.println();
      Replay.Outcome outcome = replay.run();
      outcome.news().forEach(line -> out.println(shown(line)));
      out.println();
      Optional<String> difference = outcome.difference();
      out.println(
          difference.isEmpty()
              ? "the same is decided anew, of " + outcome.inputs() + " events, times and draws"
              : "DIFFERS at " + shown(difference.get()));
      return difference.isEmpty() ? 0 : 1;
    } catch (NoSuchFileException e) {
      err.println("pharos simulate: --replay: there is no file '" + file + "'");
    } catch (IOException e) {
      err.println(
          "pharos simulate: --replay '" + file + "': " + shown(String.valueOf(e.getMessage())));
    }
    return 2;
  }

  /** A box may be anybody's: nothing of it is obeyed by a terminal. */
  private static String shown(String text) {
    return text.codePoints()
        .map(
            it ->
                it == '\n' || (it >= 0x20 && it != 0x7F && !(it >= 0x80 && it <= 0x9F)) ? it : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
