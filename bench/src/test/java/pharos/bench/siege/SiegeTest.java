package pharos.bench.siege;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SiegeTest {
  @Test
  void ordersNameTheirAttacksAndTheirTime() {
    Orders orders = Orders.of(List.of("--minutes", "3", "idle", "negative"));
    assertEquals(Duration.ofMinutes(3), orders.time());
    assertFalse(orders.isAlone());
    assertEquals(List.of("negative", "idle"), orders.chosen().stream().map(Attack::name).toList());
    assertEquals(50, Orders.of(List.of("--pace", "50")).pace());
    var tooFast =
        assertThrows(IllegalArgumentException.class, () -> Orders.of(List.of("--pace", "101")));
    assertEquals("--pace '101' is not 1 to 100", tooFast.getMessage());
    assertEquals(Attack.all().size(), Orders.of(List.of("--alone")).chosen().size());
    var wrong = assertThrows(IllegalArgumentException.class, () -> Orders.of(List.of("idel")));
    assertTrue(String.valueOf(wrong.getMessage()).startsWith("no attack 'idel', there are "));
  }

  @Test
  void newsTellWhatWasBelievedWrongly() {
    News news = new News(2);
    news.told(0, event("0", "STARTED", "", "A", "keeper-1", "[]", true));
    news.told(1, event("0", "STARTED", "", "B", "keeper-2", "[]", true));
    news.told(0, event("1", "ARRIVED", "", "B", "keeper-2", "[]", true));
    assertFalse(news.isComplete());
    news.told(1, event("1", "ARRIVED", "", "A", "keeper-1", "[]", true));
    assertTrue(news.isComplete());

    news.told(1, event("2", "UPDATED", "", "A", "keeper-1", "[\"10.78.1.9\"]", false));
    assertFalse(news.isComplete());
    news.told(1, event("4", "UPDATED", "", "A", "keeper-1", "[]", true));
    assertTrue(news.isComplete());
    assertEquals(2_000, news.longestTakenMs(0));
    news.told(0, event("5", "GONE", "LEFT", "B", "keeper-2", "[]", true));
    news.told(0, event("6", "ARRIVED", "", "C", "keeper-2", "[]", true));
    assertEquals(
        "{at a place of the enemy=1, gone LEFT=1, offer taken=1, renamed keeper-2=1}",
        news.wrong().toString());

    news.told(0, event("7", "ARRIVED", "", "X", "nobody", "[]", false));
    news.told(0, event("8", "GONE", "SILENT", "X", "nobody", "[]", false));
    assertEquals(1, news.mostStrangers());
    assertEquals(0, news.strangers());
  }

  private static String event(
      String second,
      String kind,
      String reason,
      String id,
      String name,
      String addresses,
      boolean offers) {
    return "{\"at\":\"1970-01-01T00:00:0"
        + second
        + "Z\",\"event\":\""
        + kind
        + "\","
        + (reason.isEmpty() ? "" : "\"reason\":\"" + reason + "\",")
        + "\"peer\":{\"id\":\""
        + id
        + "\",\"short\":\"abcd\",\"name\":\""
        + name
        + "\",\"addresses\":"
        + addresses
        + ",\"capabilities\":["
        + (offers ? "{\"type\":\"Siege.Work\"}" : "")
        + "]}}";
  }
}
