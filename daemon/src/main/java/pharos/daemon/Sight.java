package pharos.daemon;

import java.util.function.Consumer;
import pharos.daemon.watch.Board;

/** Where {@code pharos watch} sees peers: by an agent that runs, or by listening itself. */
interface Sight extends AutoCloseable {
  /** Who hears of it, on a thread of the sight, which it may make wait. */
  interface Follower {
    /** This happened to those that are there. */
    void changed(Consumer<Board> change);

    /** What is seen may be old, for this reason; empty when it is not. */
    void trouble(String why);
  }

  /** Who sees it, for people. */
  String by();

  /** Tells all that happens from now on, until this is closed. */
  void follow(Follower follower);

  /**
   * The story of the peer with this id, as JSON; waits for the answer.
   *
   * @throws Failure when there is none
   */
  String why(String id);

  @Override
  void close();
}
