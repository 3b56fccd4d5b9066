package pharos.simulator;

import java.util.function.Consumer;
import pharos.agent.core.Introduction;

/** What takes connections at a port: a program, or what a stranger put there. */
interface Server {
  Host host();

  /** Whether the port is still held, so that what comes over a connection is read. */
  boolean isRunning();

  /** Whether a connection is answered at all, be it by a refusal. */
  default boolean answers() {
    return true;
  }

  /** A question came from this host; the answer, if any, goes back. */
  void asked(Introduction asking, Host asker, Consumer<Introduction> back);

  /** The same of a question past introductions; who understands none is silent. */
  default void questioned(Object question, Host asker, Consumer<Object> back) {}

  /** A connection came over which questions will. */
  default void connected(Line line) {}

  /** A connection came that stays open until either side ends it. */
  void watched(Program.Watch watch);
}
