package pharos.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A play in plain text: who is there, what happens to them, and what must come of it. The language
 * is described in {@code docs/SIMULATION.md} and read by {@link ScenarioReader}.
 *
 * @param name the file's name
 * @param about the prose at its head
 * @param isNightly whether it takes too long to be played with each build
 * @param longestIntervalNs the longest interval that its agents use
 */
record Scenario(
    String name, String about, boolean isNightly, long longestIntervalNs, List<Line> lines) {
  /** Those that come with the simulator. */
  static final List<String> BUNDLED =
      List.of(
          "first-meeting",
          "newcomer-among-equals",
          "small-crowd",
          "crowd",
          "crowd-one-minute",
          "equal-replicas",
          "crash",
          "leave",
          "silence",
          "killed-container",
          "restart-same-id",
          "restart-same-endpoint",
          "stall",
          "short-stall",
          "partition-and-heal",
          "short-partition",
          "deaf-host",
          "lossy-host",
          "loss-into-one",
          "blocked-pair",
          "ten-killed-at-once",
          "blocked-chords",
          "broadcasts-lost",
          "silent-port",
          "thousand-restarts",
          "flapping-host",
          "swizzle-clog",
          "reached-by-one",
          "slow-third",
          "well-core",
          "clock-goes-back",
          "interface-down-and-up",
          "capabilities-change",
          "bad-weather",
          "loss-10",
          "loss-30",
          "loss-10-one-day",
          "loss-30-one-hour");

  /** One line of it, and what it does. */
  record Line(int number, String text, Step step) {}

  /** What a line does. */
  interface Step {
    void perform(Play play);
  }

  Scenario {
    lines = List.copyOf(lines);
  }

  /** One of those that come with the simulator. */
  static Scenario bundled(String name) {
    String file = name + ".txt";
    try (InputStream text = Scenario.class.getResourceAsStream("scenarios/" + file)) {
      if (text == null) {
        throw new IllegalStateException("the scenario '" + name + "' is not in the jar");
      }
      return ScenarioReader.read(file, new String(text.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bundled one with this name, or else the one in this file. */
  static Scenario find(String nameOrFile) {
    if (BUNDLED.contains(nameOrFile)) {
      return bundled(nameOrFile);
    }
    Path path = Path.of(nameOrFile);
    try {
      return ScenarioReader.read(String.valueOf(path.getFileName()), Files.readString(path));
    } catch (NoSuchFileException e) {
      throw new ScenarioException(
          "there is no scenario and no file '" + nameOrFile + "'; 'list' shows the scenarios");
    } catch (CharacterCodingException e) {
      throw new ScenarioException("'" + nameOrFile + "' is not text in UTF-8");
    } catch (IOException e) {
      throw new ScenarioException("cannot read '" + nameOrFile + "': " + e.getMessage());
    }
  }

  /** The first sentence of the prose. */
  String title() {
    int end = about.indexOf(". ");
    return end < 0 ? about : about.substring(0, end + 1);
  }
}
