package pharos.daemon.api;

import java.util.Map;

/**
 * The programs of a demo, and what may be done to them by its page. An agent has none. Called from
 * any thread; an act only begins what it does.
 */
public interface Backstage {
  /** The programs as JSON, for the page. */
  Map<String, Object> programs();

  /**
   * Does this to a program of the demo.
   *
   * @param act such as {@code kill}
   * @param name whom; empty where it is nobody who is there
   * @return what was done, for people
   * @throws IllegalArgumentException when it cannot be done, with why
   */
  String act(String act, String name);
}
