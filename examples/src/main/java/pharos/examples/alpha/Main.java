package pharos.examples.alpha;

import java.time.Duration;
import java.util.Set;
import pharos.examples.Options;
import pharos.examples.Program;

/** Runs one alpha until it is told to end; {@code --call-every} is in seconds. */
public final class Main {
  private static final String CALL_EVERY = "call-every";
  private static final String STORY = "PHAROS_STORY";

  private Main() {}

  public static void main(String[] args) throws Exception {
    // Before the first logger is made: this program shows how it gets to know the others.
    if (System.getenv(STORY) == null) {
      System.setProperty(STORY, "DEBUG");
    }
    Program.run(args, Set.of(CALL_EVERY), Main::run);
  }

  private static void run(Options options) throws InterruptedException {
    Duration callEvery = options.seconds(CALL_EVERY, Duration.ofSeconds(3));
    Program.untilStopped(Alpha.start(options.agent("Alpha"), callEvery));
  }
}
