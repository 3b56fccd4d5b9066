package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.agent.core.Replay;
import pharos.agent.json.Json;

/** Why a peer is gone, as the command tells it of agents in processes of their own. */
class WhyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WHERE = "127\\.0\\.0\\.1:";

  private final Agents agents = new Agents();

  @AfterEach
  void closeAll() {
    agents.close();
  }

  private Program lighthouse() {
    Program alpha = agents.start("--http", "0", "--name", "alpha");
    alpha.http();
    return alpha;
  }

  private Program peer(Program seenBy, String name) {
    long before = told(seenBy, name);
    Program peer = agents.start("--http", "off", "--name", name, "--offer", name + "=7001");
    await().atMost(PATIENCE).until(() -> told(seenBy, name) > before);
    return peer;
  }

  private static long told(Program seenBy, String name) {
    return seenBy.err().stream().filter(it -> it.contains(name + " offers ")).count();
  }

  /** Where it says that it can be asked. */
  private static String port(Program peer) {
    return peer.err().stream()
        .flatMap(it -> Pattern.compile("at TCP port (\\d+)").matcher(it).results())
        .map((MatchResult it) -> it.group(1))
        .findFirst()
        .orElseThrow();
  }

  private Ran why(String... args) {
    List<String> all = new ArrayList<>(List.of("why"));
    all.addAll(List.of(args));
    all.addAll(List.of("--loopback", "--beacon-port", agents.beaconPort));
    return Ran.of(all.toArray(String[]::new));
  }

  private Ran whyOnce(String name, String said) {
    await().atMost(PATIENCE).until(() -> why(name).out().contains(said));
    return why(name);
  }

  private static void assertLine(Ran ran, String pattern) {
    assertTrue(ran.out().lines().anyMatch(it -> it.matches(pattern)), () -> pattern + " in " + ran);
  }

  private static void signal(Program program, String signal)
      throws IOException, InterruptedException {
    String pid = String.valueOf(program.process().pid());
    Process kill = new ProcessBuilder("kill", signal, pid).start();
    assertTrue(kill.waitFor(10, TimeUnit.SECONDS));
  }

  @Test
  void theBlackBoxIsWrittenToAFileAndDecidesTheSameAnew(@TempDir Path folder) throws Exception {
    Program alpha = lighthouse();
    Program beta = peer(alpha, "beta");
    beta.kill();
    whyOnce("beta", "gone CRASHED");
    Path file = folder.resolve("alpha.box");
    Ran ran = why("beta", "--export", file.toString());
    assertEquals(0, ran.code(), ran::toString);
    assertTrue(ran.err().contains("pharos why: wrote the black box of alpha "), ran::toString);
    Replay replay = Replay.of(Files.readAllBytes(file));
    assertTrue(replay.about().startsWith("of alpha, id "), replay::about);
    assertTrue(replay.about().contains("no secrets, no keys"), replay::about);
    Replay.Outcome outcome = replay.run();
    assertEquals(Optional.empty(), outcome.difference());
    assertTrue(
        outcome.news().stream().anyMatch(it -> it.contains("  GONE CRASHED beta ")),
        outcome.news()::toString);
    Ran unwritten = why("beta", "--export", folder.resolve("no/where").toString());
    assertEquals(1, unwritten.code(), unwritten::toString);
    assertTrue(unwritten.err().contains("where': it cannot be written"), unwritten::toString);
  }

  @Test
  void ofAPeerThatWasKilledItIsToldWhatBrokeAndWhatRefusedWhereInMilliseconds() {
    Program alpha = lighthouse();
    peer(alpha, "beta");
    Program gamma = peer(alpha, "gamma");
    whyOnce("gamma", "watch by alpha (this agent) begins");
    String where = WHERE + port(gamma);
    gamma.kill();

    Ran ran = whyOnce("gamma", "gone CRASHED");
    assertEquals(0, ran.code());
    assertTrue(ran.err().startsWith("pharos why: asked alpha (process "), ran::toString);
    String time = "\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  ";
    assertLine(ran, "gamma \\([a-z]{4}\\) crashed \\d+ s ago, as alpha noticed it");
    assertLine(
        ran, "watch by (alpha|beta) broke · .*refused at " + where + " · gone CRASHED, \\d+ ms");
    assertLine(ran, time + "heard for the first time, from " + WHERE + "\\d+");
    assertLine(ran, time + "asked by TCP at " + where + " what it offers: it answered after .*");
    assertLine(ran, time + "arrived: it answered, .* \\d+ ms after it was heard");
    assertLine(ran, time + "watch by alpha \\(this agent\\) broke: .*" + where + " ended.*");
    assertLine(ran, time + "refused at " + where + " by (TCP|UDP): no program has this port now.*");
    assertLine(ran, time + "gone CRASHED, \\d+ ms: " + where + " refuses, .* it is not running");

    Map<String, Object> json = Json.members(why("gamma", "--json").out());
    assertEquals("GONE", json.get("state"));
    assertEquals("CRASHED", json.get("reason"));
    List<?> story = (List<?>) json.getOrDefault("story", List.of());
    Map<String, Object> end = Json.members(story.get(story.size() - 1));
    assertEquals("REFUSED", end.get("evidence"));
    assertTrue(((Number) end.getOrDefault("tookMs", -1)).doubleValue() > 0, end::toString);
  }

  @Test
  void ofAPeerThatStoppedItIsToldWhatWasMissedAndAskedAndThatItLivedAllAlong() throws Exception {
    Program alpha = lighthouse();
    peer(alpha, "beta");
    Program gamma = peer(alpha, "gamma");
    signal(gamma, "-STOP");
    Ran ran = whyOnce("gamma", "gone SILENT");
    String where = WHERE + port(gamma);
    assertLine(
        ran,
        "\\d+ probes unanswered at "
            + where
            + ".* no answer by TCP at "
            + where
            + " · \\d beacons missed · gone SILENT, \\d+ ms");
    assertLine(ran, ".* suspect: it answers no probe, and it was heard last \\d+ ms ago");
    assertLine(ran, ".* asked by TCP at " + where + " whether it is there: no answer within .*");
    signal(gamma, "-CONT");
    assertLine(whyOnce("gamma", "it lived all along"), "gamma \\(.*");
  }

  @Test
  void ofTwoRunsWithOneNameTheNewestIsToldAndTheOtherByItsId() throws Exception {
    Program alpha = lighthouse();
    Program first = peer(alpha, "gamma");
    String id = String.valueOf(Json.members(why("gamma", "--json").out()).get("peer"));
    first.terminate();
    first.awaitEnd();
    Ran left = whyOnce("gamma", "gone LEFT");
    assertLine(left, "gone LEFT, \\d+ ms");
    assertLine(left, ".*gone LEFT, \\d+ ms: it said goodbye, .*");

    peer(alpha, "gamma");
    Ran both = whyOnce("gamma", "Others have or had that name, and this is the newest");
    assertLine(both, "gamma \\([a-z]{4}\\) is here, for \\d+ s, as alpha noticed it");
    assertLine(both, "Others .*: [a-z]{4} left, id \\S+=");
    String former = both.out().replaceAll("(?s).* left, id (\\S+=).*", "$1");
    assertTrue(id.contains(former), id);
    for (String named : List.of(former, former.substring(0, 8))) {
      assertLine(why(named), "gone LEFT, \\d+ ms");
    }
  }

  @Test
  void ofNobodyItIsSaidWhoIsRememberedAndForHowLong() {
    Ran alone = why("gamma");
    assertEquals(1, alone.code());
    assertTrue(
        alone.err().startsWith("pharos why: no agent with HTTP of this user runs in this cluster"),
        alone::toString);

    Program alpha = lighthouse();
    peer(alpha, "gamma").kill();
    whyOnce("gamma", "gone CRASHED");
    Ran ran = why("a/b ü");
    assertEquals(1, ran.code());
    assertEquals("", ran.out());
    assertTrue(
        ran.err()
            .contains(
                "nothing is remembered of 'a/b ü' by name, short name, id or the beginning of an"
                    + " id; who is gone is remembered for 24 hours, since this agent started;"
                    + " gone: gamma"),
        ran::toString);
    Ran self = why("alpha");
    assertTrue(self.out().contains("this is the agent that was asked"), self::toString);
  }
}
