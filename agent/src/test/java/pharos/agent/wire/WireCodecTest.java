package pharos.agent.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

class WireCodecTest {
  private static final String ID = "oKGio6SlpqeoqaqrrK2ur7CxsrM=";
  private static final String HEAD = "{\"pharos\":1,\"id\":\"" + ID + "\",\"incarnation\":1";

  private static final List<String> LETTERS =
      List.of("a", "Z", "0", " ", ".", "\"", "\\", "/", "ö", "€", "😀", "\u00A0", "|");

  record Vector(String verdict, String result, String document) {}

  static List<Vector> vectors() throws Exception {
    List<Vector> vectors = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    WireCodecTest.class.getResourceAsStream("/vectors/wire-v1.txt")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          String[] fields = line.split(" \\| ", -1);
          vectors.add(new Vector(fields[0], fields[1], fields[2]));
        }
      }
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void eachVectorIsJudgedAsItSays(Vector vector) throws Exception {
    byte[] bytes = utf8(vector.document());
    switch (vector.verdict()) {
      case "same" -> {
        Introduction read = WireCodec.readIntroduction(bytes);
        assertEquals(vector.result(), hex(read.document().digest()));
        assertEquals(vector.document(), text(WireCodec.write(read)));
        assertEquals(
            read.document(), WireCodec.write(WireCodec.readOffers(read.document())), "offers");
      }
      case "ok" ->
          assertEquals(vector.result(), hex(WireCodec.readIntroduction(bytes).document().digest()));
      case "refused" -> {
        WireException e = refused(vector.document());
        assertEquals(vector.result(), e.getMessage());
        assertEquals(Optional.empty(), e.toldByOther());
      }
      case "told" ->
          assertEquals(Optional.of(vector.result()), refused(vector.document()).toldByOther());
      default -> throw new AssertionError(vector);
    }
  }

  @Test
  void whatWasWrittenIsReadAsItWas() {
    Seeds.forEach(
        200,
        random -> {
          List<Offer> offers = offers(random);
          Introduction written = introduction(random, offers);
          byte[] bytes = WireCodec.write(written);
          Introduction read = WireCodec.readIntroduction(bytes);
          assertEquals(written, read);
          assertArrayEquals(written.document().bytes(), read.document().bytes());
          List<Offer> readOffers = WireCodec.readOffers(read.document());
          assertEquals(offers, readOffers);
          for (int i = 0; i < offers.size(); i++) {
            assertEquals(
                List.copyOf(offers.get(i).attributes().keySet()),
                List.copyOf(readOffers.get(i).attributes().keySet()));
          }
        });
  }

  @Test
  void everyTruncationIsRefused() {
    Seeds.forEach(
        10,
        random -> {
          byte[] bytes = WireCodec.write(introduction(random, offers(random)));
          for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(WireException.class, () -> WireCodec.readIntroduction(cut));
          }
        });
  }

  @Test
  void aFlippedByteIsReadOrRefusedAndNothingElse() {
    Seeds.forEach(
        30,
        random -> {
          byte[] bytes = WireCodec.write(introduction(random, offers(random)));
          for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= (byte) (1 + random.nextInt(255));
            readsOrRefuses(flipped);
          }
        });
  }

  @Test
  void splicedDocumentsAreReadOrRefusedAndNothingElse() {
    List<String> pieces =
        List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\u",
            "1e999999999",
            "-0",
            "null",
            "true",
            HEAD,
            "\"capabilities\":",
            "\"type\":\"a\"",
            "\"port\":1",
            "\"error\":",
            "\"attributes\":{",
            "\uFEFF",
            "\u0000",
            "99999999999999999999999999999999",
            "NaN",
            "/*",
            "'");
    Seeds.forEach(
        2_000,
        random -> {
          StringBuilder text = new StringBuilder(random.nextBoolean() ? HEAD : "");
          for (int i = random.nextInt(30); i > 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
          }
          readsOrRefuses(utf8(text.toString()));
        });
  }

  @Test
  void bombsAreRefusedSoonAndShort() {
    List<String> bombs =
        List.of(
            HEAD + ",\"x\":" + "[".repeat(60_000),
            HEAD + ",\"x\":" + "{\"a\":".repeat(10_000),
            HEAD + ",\"capabilities\":" + "[".repeat(20) + "]".repeat(20) + "}",
            HEAD + ",\"x\":" + "9".repeat(60_000) + "}",
            HEAD + ",\"x\":1e" + "9".repeat(60_000) + "}",
            "{\"pharos\":1,\"incarnation\":1" + "0".repeat(31) + "}",
            HEAD + ",\"" + "n".repeat(60_000) + "\":1}",
            HEAD + ",\"name\":\"" + "n".repeat(60_000) + "\"}",
            HEAD + ",\"x\":[" + "0,".repeat(1_000_000) + "0]}",
            HEAD + ",\"capabilities\":[" + "0,".repeat(30_000) + "0]}");
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String bomb : bombs) {
            int length = String.valueOf(refused(bomb).getMessage()).length();
            assertTrue(length <= 501, () -> length + " characters of message");
          }
        });
  }

  @Test
  void aDocumentOfTheLargestSizeIsTakenAndOneByteMoreIsNot() throws Exception {
    String start = HEAD + ",\"x\":\"";
    String fits = start + "x".repeat(65_536 - start.length() - 2) + "\"}";
    assertEquals(1, WireCodec.readIntroduction(utf8(fits)).incarnation());
    assertEquals("65537 bytes are more than 65536", refused(fits + " ").getMessage());
  }

  @Test
  void asManyCapabilitiesAsAllowedAreTakenAndOneMoreIsNot() throws Exception {
    String one = "{\"type\":\"a\",\"port\":1},";
    String many = HEAD + ",\"capabilities\":[" + one.repeat(255) + "{\"type\":\"b\",\"port\":2}";
    Introduction read = WireCodec.readIntroduction(utf8(many + "]}"));
    assertEquals(256, WireCodec.readOffers(read.document()).size());
    assertEquals(
        "capabilities[256]: more than 256 are not taken",
        refused(many + "," + one.substring(0, one.length() - 1) + "]}").getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c080", // a zero in two bytes
        "eda080", // a surrogate
        "f8888080", // five bytes
        "ff"
      })
  void whatIsNotUtf8IsRefused(String hex) {
    byte[] start = utf8(HEAD + ",\"x\":\"");
    byte[] wrong = HexFormat.of().parseHex(hex);
    byte[] end = utf8("\"}");
    byte[] bytes = new byte[start.length + wrong.length + end.length];
    System.arraycopy(start, 0, bytes, 0, start.length);
    System.arraycopy(wrong, 0, bytes, start.length, wrong.length);
    System.arraycopy(end, 0, bytes, start.length + wrong.length, end.length);
    WireException e = assertThrows(WireException.class, () -> WireCodec.readIntroduction(bytes));
    assertEquals("not UTF-8", e.getMessage());
  }

  @Test
  void otherEncodingsAreNotGuessed() {
    assertThrows(
        WireException.class,
        () -> WireCodec.readIntroduction((HEAD + "}").getBytes(StandardCharsets.UTF_16BE)));
    refused("\uFEFF" + HEAD + "}");
  }

  @Test
  void theCallersMistakeNamesOfferFieldAndValue() {
    assertMistake("offer 'A': port: 0 is not 1 to 65535", new Offer("A", 0, "tcp", Map.of()));
    assertMistake(
        "offer 'A': port: 65536 is not 1 to 65535", new Offer("A", 65_536, "tcp", Map.of()));
    assertMistake("offer '': type: '' is empty", new Offer("", 1, "tcp", Map.of()));
    assertMistake(
        "offer 'a\\u0007': type: 'a\\u0007' has a character that may not be in a text",
        new Offer("a\u0007", 1, "tcp", Map.of()));
    assertMistake(
        "offer '\\uD800': type: '\\uD800' has a character that may not be in a text",
        new Offer("\uD800", 1, "tcp", Map.of()));
    assertMistake(
        "offer 'A': protocol: 'tcp:' is not 1 to 32 of a-z, 0-9, '+', '-' and '.', a letter first",
        new Offer("A", 1, "tcp:", Map.of()));
    assertMistake(
        "offer 'A': name of an attribute: '' is empty", new Offer("A", 1, "tcp", Map.of("", "v")));
    assertMistake(
        "offer 'A': attribute 'k': 'v\\u2028' has a character that may not be in a text",
        new Offer("A", 1, "tcp", Map.of("k", "v\u2028")));
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 65; i++) {
      many.put("k" + i, "");
    }
    assertMistake("offer 'A': attributes: 65 are more than 64", new Offer("A", 1, "tcp", many));
  }

  @Test
  void typesAndValuesHaveTheirLengthsInBytes() throws Exception {
    Offer longest =
        new Offer("ö".repeat(127) + "o", 1, "tcp", Map.of("k".repeat(255), "€".repeat(1_365)));
    assertEquals(List.of(longest), WireCodec.readOffers(WireCodec.write(List.of(longest))));
    assertThrows(
        IllegalArgumentException.class,
        () -> WireCodec.write(List.of(new Offer("ö".repeat(128), 1, "tcp", Map.of()))));
    assertThrows(
        IllegalArgumentException.class,
        () -> WireCodec.write(List.of(new Offer("a", 1, "tcp", Map.of("k", "€".repeat(1_366))))));
  }

  @Test
  void tooMuchInAllNamesTheOfferThatWasTooMuch() {
    List<Offer> offers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      offers.add(new Offer("T" + i, 1, "tcp", Map.of("k", "v".repeat(4_000))));
    }
    assertEquals(
        "offer 'T15': size: with this one all offers have more than 64000 bytes",
        assertThrows(IllegalArgumentException.class, () -> WireCodec.write(offers)).getMessage());
    List<Offer> many = Collections.nCopies(257, new Offer("T", 1, "tcp", Map.of()));
    assertEquals(
        "257 offers are more than 256",
        assertThrows(IllegalArgumentException.class, () -> WireCodec.write(many)).getMessage());
  }

  @Test
  void theLargestOffersFitWithTheLongestNames() throws Exception {
    InetAddress longest = Addresses.parse("f".repeat(4) + ":ffff".repeat(7)).orElseThrow();
    List<Offer> offers = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      offers.add(new Offer("T", 1, "tcp", Map.of("k", "v".repeat(4_096))));
    }
    offers.add(new Offer("T", 1, "tcp", Map.of("k", "v".repeat(1_540))));
    Introduction largest =
        new Introduction(
            NodeId.ofBase64(ID),
            Long.MAX_VALUE,
            "\"".repeat(63),
            "\\".repeat(63),
            WireCodec.write(offers),
            Long.MIN_VALUE,
            Collections.nCopies(Introduction.MAX_ADDRESSES, longest));
    assertTrue(largest.document().length() > 63_800);
    assertEquals(largest, WireCodec.readIntroduction(WireCodec.write(largest)));
  }

  @Test
  void onlyTheBareWordIsHello() {
    assertTrue(WireCodec.isHello(WireCodec.hello()));
    assertTrue(WireCodec.isHello(utf8("HELLO")));
    assertFalse(WireCodec.isHello(utf8("HELLO ")));
    assertFalse(WireCodec.isHello(utf8("hello")));
    assertFalse(WireCodec.isHello(new byte[0]));
  }

  @Test
  void anErrorIsShortAndCannotGarbleALog() {
    byte[] error = WireCodec.writeError("a\nb\u202E" + "x".repeat(100_000));
    assertTrue(error.length < 1_000);
    WireException e = assertThrows(WireException.class, () -> WireCodec.readIntroduction(error));
    assertTrue(String.valueOf(e.getMessage()).startsWith("a\\u000Ab\\u202Exxx"));
  }

  @Test
  void aDeepPathOfLongNamesIsShownInPart() {
    String deep = ("{\"" + "\u00a0".repeat(400) + "\":").repeat(12);
    WireException e = refused(HEAD + ",\"x\":" + deep + "!");
    assertEquals(501, String.valueOf(e.getMessage()).length());
  }

  @Test
  void aDocumentThatNobodyCheckedIsTheCallersMistake() {
    assertThrows(
        IllegalArgumentException.class,
        () -> WireCodec.readOffers(Document.of(utf8("[{\"type\":1}]"))));
    assertSame(Document.EMPTY, WireCodec.write(List.of()));
    assertEquals(List.of(), WireCodec.readOffers(Document.EMPTY));
  }

  private static void assertMistake(String message, Offer offer) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> WireCodec.write(List.of(offer)))
            .getMessage());
  }

  private static void readsOrRefuses(byte[] bytes) {
    try {
      Introduction read = WireCodec.readIntroduction(bytes);
      WireCodec.readOffers(read.document());
      WireCodec.write(read);
    } catch (WireException e) {
      String message = String.valueOf(e.getMessage());
      assertFalse(message.isBlank());
      assertTrue(message.codePoints().allMatch(c -> c >= 0x20 && (c < 0x7F || c > 0x9F)), message);
    }
  }

  private static WireException refused(String document) {
    return assertThrows(
        WireException.class, () -> WireCodec.readIntroduction(utf8(document)), document);
  }

  private static Introduction introduction(RandomGenerator random, List<Offer> offers) {
    return new Introduction(
        NodeId.random(random),
        random.nextLong(1, Long.MAX_VALUE),
        word(random, 0, 10),
        word(random, 0, 10),
        WireCodec.write(offers));
  }

  private static List<Offer> offers(RandomGenerator random) {
    List<Offer> offers = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Map<String, String> attributes = new LinkedHashMap<>();
      for (int j = random.nextInt(4); j > 0; j--) {
        attributes.put(word(random, 1, 10), word(random, 0, 20));
      }
      String protocol = random.nextBoolean() ? "tcp" : "ws";
      offers.add(new Offer(word(random, 1, 20), random.nextInt(1, 65_536), protocol, attributes));
    }
    return offers;
  }

  private static String word(RandomGenerator random, int from, int to) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(from, to + 1); i > 0; i--) {
      word.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return word.toString();
  }

  private static String hex(long digest) {
    return String.format("%016x", digest);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
