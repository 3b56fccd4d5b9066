package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundledScenariosTest {
  /** Long ones are played where there is time: {@code mvn -Pnightly}. */
  static List<String> played() {
    boolean isNight = Boolean.getBoolean("pharos.nightly");
    return Scenario.BUNDLED.stream()
        .filter(name -> isNight || !Scenario.bundled(name).isNightly())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("played")
  void theScenarioHolds(String name) {
    Play.run(Scenario.bundled(name), Long.getLong("pharos.seed", 1), System.out::println, null);
  }

  @Test
  void eachScenarioInTheFolderIsListed() throws IOException {
    TreeSet<String> files = new TreeSet<>();
    try (Stream<Path> paths =
        Files.list(Path.of("src/main/resources/pharos/simulator/scenarios"))) {
      paths.forEach(path -> files.add(path.getFileName().toString().replace(".txt", "")));
    }
    assertEquals(files, new TreeSet<>(Scenario.BUNDLED));
  }
}
