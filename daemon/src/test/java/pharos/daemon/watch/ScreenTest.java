package pharos.daemon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.agent.testing.TestPeers;
import pharos.beacon.NodeId;
import pharos.daemon.watch.Frame.Line;
import pharos.daemon.watch.Frame.Style;
import pharos.testkit.Seeds;

/** What keys do, and what terminals of any size show. */
class ScreenTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final NodeId NOBODY = NodeId.of(new byte[NodeId.LENGTH]);

  private final Board board = new Board();
  private Screen screen = Screen.first();
  private int width = 80;
  private int height = 10;
  private String trouble = "";
  private List<String> story = List.of();
  private NodeId storyOf = NOBODY;

  @BeforeEach
  void three() {
    board.list(
        List.of(
            peer("alpha", "Orders", 3), peer("beta", "Web", 2), suspect(peer("gamma", "Web", 1))));
  }

  private static Peer peer(String name, String service, int agoMinutes) {
    return TestPeers.peer(name)
        .service(service)
        .addresses(address(agoMinutes))
        .port(40_000)
        .offer("Work", 7_001, "tcp", Map.of("zone", "north"))
        .times(NOW.minusSeconds(60L * agoMinutes), NOW)
        .build();
  }

  private static Peer suspect(Peer peer) {
    return TestPeers.peer(peer.name())
        .service(peer.service())
        .addresses(address(9))
        .state(PeerState.SUSPECT)
        .times(peer.since(), NOW)
        .build();
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private List<Line> shown() {
    Around around = new Around("lighthouse", trouble, story, storyOf, NOW);
    Frame frame = Frame.of(screen, board, around, width, height);
    screen = frame.screen();
    return frame.lines();
  }

  private List<String> texts() {
    return shown().stream().map(it -> it.text().stripTrailing()).toList();
  }

  private List<String> names() {
    List<String> rows = texts().subList(2, height - 1);
    return rows.stream().filter(it -> !it.isEmpty()).map(it -> it.replaceFirst(" .*", "")).toList();
  }

  private String selected() {
    return shown().stream()
        .filter(it -> it.style() == Style.SELECTED)
        .map(it -> it.text().replaceFirst(" .*", ""))
        .findFirst()
        .orElse("");
  }

  private void press(Object... keys) {
    for (Object key : keys) {
      if (key instanceof Key.Name name) {
        screen = screen.on(Key.of(name), board, Frame.visible(height));
      } else {
        key.toString()
            .codePoints()
            .forEach(it -> screen = screen.on(Key.letter(it), board, Frame.visible(height)));
      }
      shown();
    }
  }

  @Test
  void aTableShowsWhoIsThereByName() {
    assertEquals(
        List.of(
            "3 peers, 1 in doubt · seen by lighthouse",
            "NAME↓                STATE    SERVICE    ADDRESS         OFFERS            FOR",
            "alpha                here     Orders     10.0.0.3        Work:7001         3m",
            "beta                 here     Web        10.0.0.2        Work:7001         2m",
            "gamma                suspect  Web        10.0.0.9                          1m",
            "",
            "",
            "",
            "",
            "/ filter  s sort  ⏎ page  w why  ? help  q quit"),
        texts());
    assertEquals("alpha", selected());
  }

  @Test
  void aNarrowTerminalHasFewerColumnsAndLosesNoState() {
    width = 40;
    List<String> narrow = texts();
    assertEquals("NAME↓                     STATE    FOR", narrow.get(1));
    assertEquals("gamma                     suspect  1m", narrow.get(4));
    width = 20;
    assertEquals("gamma       suspect", texts().get(4));
  }

  @Test
  void theFilterWantsAllWordsAndIsKeptOrCleared() {
    press("/", "WEB 10.0.0.2");
    assertEquals("/WEB 10.0.0.2_", texts().get(height - 1));
    assertEquals(List.of("beta"), names());
    press(Key.Name.ENTER, "j");
    assertEquals(List.of("beta"), names());
    assertTrue(texts().get(height - 1).startsWith("/WEB 10.0.0.2  "));
    press("/", Key.Name.BACKSPACE, "9");
    assertEquals(List.of("gamma"), names());
    press("x");
    assertEquals("nobody says that", texts().get(2));
    press(Key.Name.ENTER, Key.Name.ENTER, "w");
    assertEquals(Screen.Mode.TABLE, screen.mode(), "there is no page of nobody");
    press(Key.Name.ESCAPE);
    assertEquals(List.of("alpha", "beta", "gamma"), names());
    press("/", "q");
    assertFalse(screen.isOver(), "a letter of the filter");
  }

  @Test
  void sortingGoesThroughTheColumnsAndTheOtherWayRound() {
    press("r");
    assertEquals(List.of("gamma", "beta", "alpha"), names());
    press("s");
    assertEquals(List.of("alpha", "beta", "gamma"), names(), "here before suspect");
    press("s", "s");
    assertEquals(List.of("beta", "alpha", "gamma"), names(), "by address");
    press("s");
    assertEquals(List.of("gamma", "beta", "alpha"), names(), "the latest first");
    press("s");
    assertEquals(Sort.NAME, screen.sort());
  }

  @Test
  void whoIsSelectedStaysSelectedWhoeverComesAndGoes() {
    press(Key.Name.DOWN);
    assertEquals("beta", selected());
    board.put(peer("aaa", "New", 0));
    assertEquals("beta", selected());
    board.gone(peer("beta", "Web", 2), "CRASHED", NOW);
    assertEquals("beta", selected(), "it is shown as gone");
    press("d");
    assertEquals("gamma", selected(), "who is in its place");
    press(Key.Name.END, Key.Name.DOWN);
    assertEquals("gamma", selected());
    press(Key.Name.HOME, Key.Name.UP);
    assertEquals("aaa", selected());
  }

  @Test
  void whoIsGoneIsShownAsWhatBecameOfItUntilItComesBack() {
    board.gone(peer("beta", "Web", 2), "CRASHED", NOW.minusSeconds(5));
    assertTrue(texts().get(3).matches("beta +crashed +Web +.*5s"), texts().get(3));
    assertEquals(Style.GONE, shown().get(3).style());
    assertTrue(texts().get(0).startsWith("2 peers"));
    board.put(peer("beta", "Web", 0));
    assertTrue(texts().get(3).matches("beta +here +.*"), texts().get(3));
    board.gone(peer("other", "Web", 0), "", NOW);
    assertTrue(texts().get(5).matches("other +gone +.*"), texts().get(5));
  }

  @Test
  void ofThoseThatAreGoneAHundredAreKept() {
    for (int i = 0; i < 150; i++) {
      board.gone(peer("g%03d".formatted(i), "", 0), "LEFT", NOW);
    }
    assertEquals(103, board.rows("", Sort.NAME, false, true).size());
    assertEquals(3, board.rows("", Sort.NAME, false, false).size());
  }

  @Test
  void theTableFollowsTheSelectedOneAndMovesNoMoreThanItMust() {
    List<Peer> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(peer("p%02d".formatted(i), "", 0));
    }
    board.list(many);
    press(Key.Name.PAGE_DOWN);
    assertEquals("p06", selected());
    assertEquals("p00", names().get(0));
    press("j");
    assertEquals("p01", names().get(0));
    press("G");
    assertEquals("p49", names().get(6));
    press(Key.Name.PAGE_UP);
    assertEquals("p43", selected());
    assertEquals("p43", names().get(0));
    press("g");
    assertEquals(List.of("p00", "p00"), List.of(selected(), names().get(0)));
  }

  @Test
  void thePageTellsOffersAddressesAndIdAndScrolls() {
    press("j", Key.Name.ENTER);
    String page = String.join("\n", texts());
    for (String fact :
        List.of("beta (here)", "service   Web", "addresses 10.0.0.2", "asked at  TCP 40000")) {
      assertTrue(page.contains(fact), page);
    }
    press(Key.Name.END);
    String rest = String.join("\n", texts());
    assertTrue(rest.contains("tcp://10.0.0.2:7001"), rest);
    assertTrue(rest.contains("zone=north"), rest);
    press(Key.Name.UP);
    assertFalse(String.join("\n", texts()).contains("zone=north"), "one up is one up");
    press(Key.Name.ESCAPE);
    assertEquals("beta", selected());
  }

  @Test
  void theStoryIsAskedForOfTheSelectedOneAndBeginsAtItsEnd() {
    press("j", "w");
    assertEquals(peer("beta", "", 0).id(), screen.asked().orElseThrow());
    assertEquals("asking …", texts().get(2));
    story = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      story.add("12:00:00.000  line " + i);
    }
    storyOf = peer("beta", "", 0).id();
    assertEquals("beta (here)  24–30 of 30", texts().get(1));
    assertTrue(texts().get(height - 2).endsWith("line 29"));
    press("k");
    assertTrue(texts().get(height - 2).endsWith("line 28"));
    story.add("12:00:00.000  the newest");
    press("G");
    assertTrue(texts().get(height - 2).endsWith("the newest"));
    press("g", "g", "j");
    assertTrue(texts().get(2).endsWith("line 1"), () -> "one down of the top: " + texts());
    press(Key.Name.ENTER);
    assertEquals(Screen.Mode.PAGE, screen.mode());
    press("w", Key.Name.ESCAPE, "q");
    assertTrue(screen.isOver());
  }

  @Test
  void aStoryOfAnotherIsNotShown() {
    story = List.of("of alpha");
    storyOf = peer("alpha", "", 0).id();
    press("j", "w");
    assertFalse(texts().contains("of alpha"));
  }

  @Test
  void whatTroublesIsSaidAboveWhatMayBeOld() {
    trouble = "not live, trying again: Connection refused (alpha)";
    assertEquals(trouble, texts().get(0));
    assertEquals(Style.DOUBT, shown().get(0).style());
    assertTrue(texts().get(2).startsWith("alpha"));
  }

  @Test
  void theKeysAreTold() {
    press("?");
    assertEquals("keys  1–7 of 12", texts().get(1));
    press("?");
    assertEquals(Screen.Mode.TABLE, screen.mode());
  }

  @ParameterizedTest
  @CsvSource({"漢字かな, 4", "ｆｕｌｌ, 4", "e\u0301tude, 6", "👩\u200d🚀rocket, 8", "a\u001b[31mb, 12"})
  void wideLettersKeepTheColumnsInLineAndNoneIsObeyed(String name, int letters) {
    board.list(List.of(peer("plain", "Web", 1)));
    int states = column(texts().get(2), "here");
    board.list(List.of(TestPeers.peer("x").name("x").service("Web").times(NOW, NOW).build()));
    String plain = Width.plain(name);
    assertEquals(letters, plain.codePointCount(0, plain.length()), plain);
    assertFalse(plain.contains("\u001b"));
    assertEquals(states, Width.of(Width.fit(plain, 20)) + 1, plain);
  }

  private static int column(String line, String word) {
    return Width.of(line.substring(0, line.indexOf(word)));
  }

  @Test
  void whateverIsPressedInATerminalOfWhateverSizeItsLinesFitAndNoMoreThanItHas() {
    Seeds.forEach(
        300,
        random -> {
          screen = Screen.first();
          board.list(crowd(random));
          width = 1 + random.nextInt(120);
          height = 1 + random.nextInt(40);
          story = List.of("12:00 " + name(random), "x ".repeat(random.nextInt(300)));
          for (int i = 0; i < 40; i++) {
            press(key(random));
            storyOf = screen.asked().orElse(NOBODY);
            List<Line> lines = shown();
            assertEquals(height, lines.size());
            for (Line line : lines) {
              int columns = line.text().codePoints().map(WCWidth::wcwidth).sum();
              assertEquals(width, columns, () -> width + " for '" + line.text() + "'");
            }
          }
        });
  }

  private static Object key(RandomGenerator random) {
    List<Object> keys = new ArrayList<>(List.of(Key.Name.values()));
    "wsrdjkgG/?ax漢q".codePoints().forEach(it -> keys.add(Character.toString(it)));
    return keys.get(random.nextInt(keys.size()));
  }

  private static List<Peer> crowd(RandomGenerator random) {
    List<Peer> crowd = new ArrayList<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      crowd.add(
          TestPeers.peer("n" + i)
              .name(name(random))
              .service(name(random).toLowerCase(Locale.ROOT))
              .times(NOW, NOW)
              .build());
    }
    return crowd;
  }

  private static String name(RandomGenerator random) {
    List<String> parts = List.of("web", "漢字", "é", "🚀", "-", "ｆ", "a", " ");
    StringBuilder name = new StringBuilder("n");
    for (int i = random.nextInt(12); i > 0; i--) {
      name.append(parts.get(random.nextInt(parts.size())));
    }
    return Objects.toString(name);
  }
}
