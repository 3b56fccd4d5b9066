package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.GoneReason;
import pharos.agent.testing.TestPeers;

class EventHubTest {
  private static final int RING = 8;

  private final TestPeers peers = new TestPeers();
  private final EventHub hub = hub(1 << 20);

  private EventHub hub(long bytes) {
    EventHub hub =
        new EventHub(
            "run", new PeerTexts(), InstantSource.fixed(Instant.EPOCH), peers::peers, RING, bytes);
    var unused = hub.follow(peers);
    return hub;
  }

  private Reader read(@Nullable String lastId) {
    return hub.read(Optional.ofNullable(lastId), false);
  }

  /** What a reader gets until there is no more: id and kind of each event. */
  private static List<String> events(Live reader) {
    List<String> events = new ArrayList<>();
    for (String event : text(reader).split("\n\n", -1)) {
      if (event.startsWith("id: ")) {
        String[] lines = event.split("\n", -1);
        assertEquals(3, lines.length, event);
        assertTrue(lines[2].startsWith("data: {"), event);
        events.add(lines[0].substring(4) + " " + lines[1].substring("event: ".length()));
      }
    }
    return events;
  }

  private static String text(Live reader) {
    StringBuilder text = new StringBuilder();
    Optional<ByteBuffer> next = reader.next();
    while (next.isPresent()) {
      text.append(StandardCharsets.UTF_8.decode(next.get().duplicate()));
      next = reader.next();
    }
    return text.toString();
  }

  private void arrive(int count) {
    for (int i = 0; i < count; i++) {
      peers.put(TestPeers.peer("p" + hub.next()).build());
    }
  }

  @Test
  void isolationIsTold() {
    Reader reader = read(null);
    assertEquals(List.of("run.0 peers"), events(reader));
    peers.isolate(true);
    assertTrue(text(reader).endsWith("\"isolated\":true}\n\n"));
    peers.isolate(true);
    peers.isolate(false);
    assertEquals(List.of("run.2 isolated"), events(reader));
  }

  @Test
  void aReaderBeginsWithEverybodyAndThenHearsWhatHappens() {
    peers.put(TestPeers.peer("alpha").build());
    Reader reader = read(null);
    assertEquals(List.of("run.1 peers"), events(reader));
    assertEquals(List.of(), events(reader));
    peers.put(TestPeers.peer("beta").build());
    peers.remove(TestPeers.peer("alpha").build(), GoneReason.CRASHED);
    String text = text(reader);
    assertTrue(
        text.startsWith("id: run.2\nevent: arrived\ndata: {\"at\":\"1970-01-01T00:00:00Z\","),
        text);
    assertTrue(text.contains("\n\nid: run.3\nevent: gone\ndata: "), text);
    assertTrue(text.contains("\"event\":\"GONE\",\"reason\":\"CRASHED\",\"peer\":{\"id\":"), text);
    assertTrue(text.contains("\"href\":\"/v1/peers/"), text);
    assertTrue(text.endsWith("}\n\n"), text);
  }

  @Test
  void whoWasAwayGoesOnBehindTheLastThatItHas() {
    arrive(5);
    assertEquals(List.of("run.4 arrived", "run.5 arrived"), events(read("run.3")));
    assertEquals(List.of(), events(read("run.5")));
    assertEquals(5, events(read("run.0")).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other.3",
        "run.x",
        "run.",
        "run",
        "",
        "run.99",
        "run.-1",
        "run.99999999999999999999"
      })
  void anIdThatIsNotOfThisRunBeginsAnew(String lastId) {
    arrive(5);
    assertEquals(List.of("run.5 resync"), events(read(lastId)));
  }

  @Test
  void anIdThatIsTooOldBeginsAnew() {
    arrive(RING + 3);
    assertEquals(List.of("run.11 resync"), events(read("run.2")));
    assertEquals(RING, events(read("run.3")).size());
  }

  @Test
  void theRingIsBoundedByItsBytesToo() {
    EventHub small = hub(1);
    arrive(3);
    assertEquals(1, events(small.read(Optional.of("run.2"), false)).size());
    assertEquals(List.of("run.3 resync"), events(small.read(Optional.of("run.1"), false)));
  }

  @Test
  void aReaderThatTheRingHasPassedIsLost() {
    Reader reader = read(null);
    events(reader);
    arrive(RING);
    Reader other = read(null);
    assertEquals(RING, events(reader).size());
    arrive(RING + 1);
    assertThrows(Live.LostException.class, reader::next);
    reader.close(Live.Ending.READER_SLOW);
    reader.close(Live.Ending.READER_SLOW);
    assertEquals(new EventHub.Counts(1, 1, 2 * RING + 1), hub.counts());
    other.close(Live.Ending.READER_LEFT);
    assertEquals(new EventHub.Counts(0, 1, 2 * RING + 1), hub.counts());
  }

  @Test
  void whoWantsListsGetsTheLastOneHoweverMuchHappened() {
    peers.put(TestPeers.peer("alpha").build());
    Reader reader = hub.read(Optional.empty(), true);
    assertEquals(List.of("run.1 peers"), events(reader));
    arrive(RING * 3);
    String text = text(reader);
    assertTrue(text.startsWith("id: run." + (RING * 3 + 1) + "\nevent: peers\ndata: {\"peers\":["));
    assertEquals(RING * 3 + 1, text.split("\"href\"", -1).length - 1);
    assertEquals(List.of(), events(reader));
  }

  @Test
  void aReaderIsWokenUntilItIsClosed() {
    int[] woken = {0};
    Reader reader = read(null);
    reader.onMore(() -> woken[0]++);
    arrive(1);
    assertEquals(1, woken[0]);
    reader.close(Live.Ending.READER_LEFT);
    arrive(1);
    assertEquals(1, woken[0]);
  }

  @Test
  void onlySoManyRead() {
    Table table = Tables.of(peers, java.util.concurrent.CompletableFuture::new, 2);
    Asked asked = Tables.asked("GET", "/v1/events");
    Live first = (Live) Tables.ask(table, asked, "").join();
    assertTrue(Tables.ask(table, asked, "").join() instanceof Live);
    Reply refused = (Reply) Tables.ask(table, asked, "").join();
    assertEquals(503, refused.status());
    assertFalse(refused.headers().getOrDefault("Retry-After", "").isEmpty());
    first.close(Live.Ending.READER_LEFT);
    assertTrue(Tables.ask(table, asked, "").join() instanceof Live);
  }
}
