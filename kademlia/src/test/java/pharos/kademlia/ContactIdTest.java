package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.testkit.Seeds;

class ContactIdTest {
  /** The keys are from {@code printf %s TEXT | sha256sum | cut -c1-40}. */
  @ParameterizedTest
  @CsvSource({
    "receptionist, cmVjZXB0aW9uaXN0, c3bca14c650063bb88e5a82f757c11defaf4ea06",
    "alpha-1, YWxwaGEtMQ==, 5b2c711c178a34ab45ccb87cab59c973feb4d754",
    "Zm9v, Wm05dg==, a9348e4afdda1c9e00c21e7a8be625e5c75360bf",
    "foo, Zm9v, 2c26b46b68ffc68ff99b453c1d30413413422d70",
    "my.secret.dns.com, bXkuc2VjcmV0LmRucy5jb20=, eac47867310c57dc2d1f5df8514c933ce89c96d4",
  })
  void textAndBase64AreTwoWaysToWriteTheSameBytes(String text, String base64, String key) {
    ContactId id = ContactId.ofText(text);
    assertEquals(id, ContactId.ofBase64(base64));
    assertEquals(id, ContactId.of(text.getBytes(StandardCharsets.UTF_8)));
    assertEquals(base64, id.toBase64());
    assertEquals(Optional.of(text), id.toText());
    assertEquals(key, id.key().toString());
  }

  @Test
  void nothingGuessesWhetherATextIsBase64() {
    assertNotEquals(ContactId.ofText("Zm9v"), ContactId.ofBase64("Zm9v"));
    assertArrayEquals("foo".getBytes(StandardCharsets.UTF_8), ContactId.ofBase64("Zm9v").toBytes());
    assertEquals(12, ContactId.ofText("receptionist").length());
    assertEquals(9, ContactId.ofBase64("receptionist").length());
  }

  @Test
  void base64IsReadInEveryHabit() {
    byte[] bytes = {-1, -17, -66, 3};
    for (String text : new String[] {"/+++Aw==", "_---Aw==", "/+++Aw", "_---Aw"}) {
      assertArrayEquals(bytes, ContactId.ofBase64(text).toBytes(), text);
    }
  }

  @Test
  void anyBytesComeBack() {
    Seeds.forEach(
        200,
        random -> {
          byte[] bytes = new byte[random.nextInt(1, ContactId.MAX_LENGTH + 1)];
          random.nextBytes(bytes);
          ContactId id = ContactId.of(bytes);
          assertEquals(id, ContactId.ofBase64(id.toBase64()));
          id.toText().ifPresent(text -> assertEquals(id, ContactId.ofText(text)));
          assertEquals(id.hashCode(), ContactId.of(bytes).hashCode());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Zm9v!", "no base64"})
  void whatIsNoBase64IsRefusedByName(String text) {
    var thrown = assertThrows(IllegalArgumentException.class, () -> ContactId.ofBase64(text));
    assertTrue(String.valueOf(thrown.getMessage()).contains("'" + text + "'"), thrown::getMessage);
  }

  @Test
  void anIdThatIsMissingOrTooLongIsRefusedByName() {
    assertThrows(IllegalArgumentException.class, () -> ContactId.ofText(""));
    assertThrows(IllegalArgumentException.class, () -> ContactId.ofBase64(""));
    assertThrows(IllegalArgumentException.class, () -> ContactId.of(new byte[0]));
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> ContactId.ofText("x".repeat(257)));
    assertTrue(
        String.valueOf(thrown.getMessage()).contains("xxx")
            && String.valueOf(thrown.getMessage()).contains("257"));
    assertThrows(IllegalArgumentException.class, () -> ContactId.ofText("half \ud800"));
  }

  @Test
  void itIsWrittenSoThatTextAndBase64CannotBeMistaken() {
    assertEquals("'Zm9v'", ContactId.ofText("Zm9v").toString());
    assertEquals("/+++Aw==", ContactId.ofBase64("/+++Aw").toString());
    assertEquals("AQ==", ContactId.of(new byte[] {1}).toString());
  }
}
