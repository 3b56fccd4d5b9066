package pharos.examples.cachepool;

import java.util.Set;
import pharos.examples.Program;

/** Runs one member, which asks the pool for {@code --gets} keys a second, until told to end. */
public final class Main {
  private static final String GETS = "gets";

  private Main() {}

  public static void main(String[] args) throws Exception {
    Program.run(
        args,
        Set.of(GETS),
        options -> {
          int gets = options.number(GETS, 50);
          if (gets < 1 || gets > 1_000) {
            throw new IllegalArgumentException("--gets must be 1 to 1000, not " + gets);
          }
          Program.untilStopped(Node.start(options.agent("Cache"), gets));
        });
  }
}
