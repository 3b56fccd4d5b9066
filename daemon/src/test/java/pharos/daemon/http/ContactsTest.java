package pharos.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.beacon.Addresses;
import pharos.kademlia.ContactId;

class ContactsTest {
  private final List<ContactId> asked = new ArrayList<>();
  private final List<CompletableFuture<Reply>> open = new ArrayList<>();

  private CompletableFuture<Reply> find(ContactId id) {
    asked.add(id);
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    open.add(answer);
    return answer;
  }

  private static Asked asked(@Nullable String query, Asker by) {
    return new Asked("GET", "/v1/contacts", query, Optional.empty(), by);
  }

  private static Asked asked(@Nullable String query) {
    return asked(query, new Asker(InetAddress.getLoopbackAddress(), true));
  }

  private static Asked from(int host) {
    InetAddress address = Addresses.parse("10.0.0." + host).orElseThrow();
    return asked("id=a", new Asker(address, false));
  }

  private Contacts contacts(Duration patience) {
    return new Contacts(this::find, 3, patience);
  }

  private ContactId idOf(String query) {
    assertFalse(contacts(Duration.ofMinutes(1)).answer(asked(query)).isDone(), query);
    return asked.get(asked.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"receptionist", "alpha-1", "Zm9v"})
  void textIsTextAlsoWhereItCouldBeBase64(String text) {
    assertEquals(ContactId.ofText(text), idOf("id=" + text));
  }

  @ParameterizedTest
  @CsvSource({
    "id=a%20b+c, YSBiIGM=",
    "id=Z%C3%BCrich, WsO8cmljaA==",
    "id=a%2Bb%3D, YStiPQ==",
    "id64=Zm9v, Zm9v",
    "id64=%2B%2F%2B%2F, +/+/",
    "id64=+/+/, +/+/",
    "id64=-_-_, +/+/",
    "id64=Zg, Zg==",
    "id64=Zg==, Zg==",
    "x=1&id=foo&y, Zm9v",
  })
  void anIdIsReadAsItIsWritten(String query, String base64) {
    assertEquals(base64, idOf(query).toBase64());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|one of id=TEXT and id64=BASE64, once",
        "''|one of id=TEXT and id64=BASE64, once",
        "name=a|one of id=TEXT and id64=BASE64, once",
        "id=a&id=b|one of id=TEXT and id64=BASE64, once",
        "id=a&id64=Zm9v|one of id=TEXT and id64=BASE64, once",
        "id=|id has 1 to 256 bytes, not 0",
        "id|id has 1 to 256 bytes, not 0",
        "id64=|id64 is no base64 of 1 to 256 bytes",
        "id64=a*b|id64 is no base64 of 1 to 256 bytes",
        "id=%|a percent sign without two hexadecimal digits",
        "id=%4|a percent sign without two hexadecimal digits",
        "id=%zz|a percent sign without two hexadecimal digits",
        "id=%ff|id is no text in UTF-8: use id64 for other bytes",
      })
  void whatMakesNoSenseIsNamed(@Nullable String query, String detail) {
    Reply reply = contacts(Duration.ofMinutes(1)).answer(asked(query)).join();
    assertEquals(400, reply.status());
    assertEquals("application/problem+json", reply.type());
    assertTrue(reply.body().contains("\"detail\":\"" + detail + "\""), reply::body);
    assertEquals(List.of(), asked);
  }

  @Test
  void anIdThatIsTooLongIsNamed() {
    Contacts contacts = contacts(Duration.ofMinutes(1));
    assertEquals(400, contacts.answer(asked("id=" + "x".repeat(257))).join().status());
    assertEquals(400, contacts.answer(asked("id64=" + "x".repeat(400))).join().status());
  }

  @Test
  void soManyWaitAndOneMoreIsSentAwayUntilOneIsAnswered() {
    Contacts contacts = contacts(Duration.ofMinutes(1));
    List<CompletableFuture<Reply>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(contacts.answer(asked("id=a")));
    }
    Reply sentAway = contacts.answer(asked("id=a")).join();
    assertEquals(503, sentAway.status());
    assertEquals("1", sentAway.headers().get("Retry-After"));
    assertEquals(3, asked.size());

    open.get(0).complete(Reply.json(200, "{}"));
    assertEquals(200, answers.get(0).join().status());
    open.get(1).completeExceptionally(new IllegalStateException("closed"));
    assertEquals(503, answers.get(1).join().status());

    assertFalse(contacts.answer(asked("id=a")).isDone());
    assertFalse(contacts.answer(asked("id=a")).isDone());
    assertEquals(503, contacts.answer(asked("id=a")).join().status());
  }

  @Test
  void nobodyWaitsForEverButTheNetworkIsAskedNoMoreThanItAnswers() throws Exception {
    Contacts contacts = contacts(Duration.ofMillis(20));
    for (int i = 0; i < 3; i++) {
      Reply late = contacts.answer(asked("id=a")).get(10, TimeUnit.SECONDS);
      assertEquals(504, late.status());
      assertEquals("application/problem+json", late.type());
    }
    assertEquals(503, contacts.answer(asked("id=a")).join().status());

    open.get(0).complete(Reply.json(200, "{}"));
    assertFalse(contacts.answer(asked("id=a")).isDone());
    assertEquals(4, asked.size());
  }

  @Test
  void oneAddressLeavesRoomForAnotherAndAllOfThemForThisHost() {
    Contacts contacts = new Contacts(this::find, 16, Duration.ofMinutes(1));
    assertFalse(contacts.answer(from(1)).isDone());
    assertFalse(contacts.answer(from(1)).isDone());
    assertEquals(503, contacts.answer(from(1)).join().status());
    for (int host = 2; host <= 4; host++) {
      assertFalse(contacts.answer(from(host)).isDone());
      assertFalse(contacts.answer(from(host)).isDone());
    }
    assertEquals(503, contacts.answer(from(5)).join().status());
    for (int i = 0; i < 8; i++) {
      assertFalse(contacts.answer(asked("id=a")).isDone());
    }
    assertEquals(503, contacts.answer(asked("id=a")).join().status());

    open.get(0).complete(Reply.json(200, "{}"));
    assertFalse(contacts.answer(from(5)).isDone());
  }
}
