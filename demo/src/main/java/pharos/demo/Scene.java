package pharos.demo;

import java.util.List;

/**
 * One step of the story: what is said, and what is done to whom.
 *
 * @param title a few words, also for the table at the end
 * @param words what somebody who sees this for the first time should know
 */
record Scene(String title, String words, Act act, List<String> actors) {
  /** While the others cannot know yet, for at most so long does the story wait. */
  static final long PATIENCE_MS = 15_000;

  /** Between two scenes, to read. */
  static final long PAUSE_MS = 1_200;

  /** After a pause: who is silent for five intervals is given up, and this one shall not be. */
  static final long SHORT_PAUSE_MS = 300;

  Scene {
    actors = List.copyOf(actors);
  }

  /** The story, without what this system cannot do. */
  static List<Scene> story(boolean canPause) {
    return story().stream()
        .filter(it -> canPause || (it.act() != Act.PAUSE && it.act() != Act.RESUME))
        .toList();
  }

  /** The story: everything that can happen to a program, with three to see it. */
  static List<Scene> story() {
    return List.of(
        new Scene(
            "Three programs start",
            "Nobody tells them of each other: each calls out on the network, and asks whoever"
                + " answers what it offers.",
            Act.START,
            List.of("alpha", "beta", "gamma")),
        new Scene(
            "A fourth comes late",
            "It calls out once, and is known; nobody has to wait for the next round.",
            Act.START,
            List.of("delta")),
        new Scene(
            "One is paused (kill -STOP)",
            "It is there and answers nothing, as in a long garbage collection. A missed beacon only"
                + " raises doubt: the others ask, suspect, and keep it.",
            Act.PAUSE,
            List.of("gamma")),
        new Scene(
            "It goes on (kill -CONT)",
            "It answers again, and was never lost.",
            Act.RESUME,
            List.of("gamma")),
        new Scene(
            "One is killed (kill -9)",
            "It cannot say goodbye. But its neighbours see a connection break; they tell, and"
                + " everybody looks for himself.",
            Act.KILL,
            List.of("beta")),
        new Scene(
            "One leaves (kill -TERM)",
            "It says goodbye to all, and is gone.",
            Act.LEAVE,
            List.of("gamma")));
  }
}
