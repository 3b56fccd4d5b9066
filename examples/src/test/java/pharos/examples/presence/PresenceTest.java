package pharos.examples.presence;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
      String both = ada.awaitLine(", ", Trial.PATIENCE);
      assertTrue(both.contains("ada") && both.contains("bob"), both);
      bob.awaitLine(", ", Trial.PATIENCE);
      int before = ada.lineCount();
      bob.terminate();
      ada.awaitLine(before, "[ada]", Trial.PATIENCE);
    }
  }
}
