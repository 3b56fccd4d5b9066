package pharos.examples.presence;

import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import pharos.examples.Trial;
import pharos.testkit.JavaProcess;

class PresenceTest {
  @Test
  void twoThatArePresentSeeEachOther() throws InterruptedException {
    try (Trial trial = new Trial()) {
      String port = String.valueOf(trial.beaconPort());
      JavaProcess ada = trial.startBare(Main.class, "ada", port);
      ada.awaitLine("[ada]", Trial.PATIENCE);
      JavaProcess bob = trial.startBare(Main.class, "bob", port);
      awaitBoth(ada);
      awaitBoth(bob);
      int before = ada.lineCount();
      bob.terminate();
      ada.awaitLine(before, "[ada]", Trial.PATIENCE);
    }
  }

  /** The list, in whichever order their ids have; the log has lines of other kinds. */
  private static void awaitBoth(JavaProcess process) {
    await()
        .atMost(Trial.PATIENCE)
        .until(
            () ->
                process.lines().stream()
                    .anyMatch(it -> it.contains("[ada, bob]") || it.contains("[bob, ada]")));
  }
}
