package pharos.beacon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

class TextTest {
  @Test
  void everyCodePointIsJudgedAsTheProtocolSays() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        continue; // Java cannot write them as UTF-8; the vectors have them
      }
      byte[] bytes = Character.toString(point).getBytes(UTF_8);
      if (isGarbling(point) == isValid(bytes)) {
        throw new AssertionError("U+%04X".formatted(point));
      }
    }
  }

  @Test
  void bytesAreTextWhenTheStrictDecoderOfJavaSaysSo() {
    Seeds.forEach(
        30_000,
        random -> {
          byte[] bytes = nearlyUtf8(random);
          boolean expected;
          try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            expected = text.codePoints().noneMatch(TextTest::isGarbling);
          } catch (CharacterCodingException e) {
            expected = false;
          }
          assertEquals(expected, isValid(bytes), () -> Vectors.HEX.formatHex(bytes));
        });
  }

  @Test
  void onlyTheRangeIsJudged() {
    byte[] bytes = {0, 'a', (byte) 0xC3, (byte) 0xA4, 0};
    assertEquals(true, Text.isValid(ByteBuffer.wrap(bytes), 1, 4));
    assertEquals(false, Text.isValid(ByteBuffer.wrap(bytes), 1, 3));
    assertEquals(true, Text.isValid(ByteBuffer.wrap(bytes), 1, 1));
  }

  @Test
  void randomTextsAreTaken() {
    Seeds.forEach(
        1_000,
        random -> {
          String text = RandomBeacons.text(random);
          assertArrayEquals(text.getBytes(UTF_8), Text.encode("name", text));
        });
  }

  @Test
  void aRefusedTextIsPrintedHarmlessly() {
    refuses("name has a character that may not be in a name: a\\u001B[2Jb", "a\u001b[2Jb");
    refuses("name has a character that may not be in a name: \\uD800", "\ud800");
    refuses("name has a character that may not be in a name: x\\u202E", "x\u202e");
    // Too long as well: still no control reaches the message.
    refuses(
        "name has a character that may not be in a name: \\u000A" + "x".repeat(70),
        "\n" + "x".repeat(70));
    refuses("name '" + "ä".repeat(32) + "' has 64 bytes; at most 63 fit", "ä".repeat(32));
  }

  private static boolean isGarbling(int point) {
    return point <= 0x1F
        || (point >= 0x7F && point <= 0x9F)
        || (point >= 0x2028 && point <= 0x202E)
        || (point >= 0x2066 && point <= 0x2069);
  }

  private static boolean isValid(byte[] bytes) {
    return Text.isValid(ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  private static byte[] nearlyUtf8(RandomGenerator random) {
    int[] leads = {'a', 0x7F, 0x80, 0xBF, 0xC1, 0xC2, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5};
    byte[] bytes = new byte[random.nextInt(1, 6)];
    for (int i = 0; i < bytes.length; i++) {
      boolean lead = random.nextInt(3) == 0;
      bytes[i] = (byte) (lead ? leads[random.nextInt(leads.length)] : random.nextInt(0x80, 0xC0));
    }
    return bytes;
  }

  private static void refuses(String message, String text) {
    var refused = assertThrows(IllegalArgumentException.class, () -> Text.encode("name", text));
    assertEquals(message, refused.getMessage());
  }
}
