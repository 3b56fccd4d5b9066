package pharos.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pharos.agent.core.Look;
import pharos.agent.core.Sight;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

class LookCodecTest {
  private static final InetAddress ASKER = Addresses.parse("10.0.0.7").orElseThrow();

  record Vector(String verdict, String result, String frame) {}

  static List<Vector> vectors() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    LookCodecTest.class.getResourceAsStream("/vectors/look-v1.txt")),
                UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> line.split(" \\| "))
          .map(columns -> new Vector(columns[0], columns[1], columns[2]))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void eachVectorIsReadAsItSays(Vector vector) throws WireException {
    byte[] frame = vector.frame().getBytes(UTF_8);
    switch (vector.verdict()) {
      case "question-same", "question-ok" -> {
        Look look = LookCodec.readQuestion(ASKER, frame);
        assertEquals(vector.result(), look.toString());
        if (vector.verdict().endsWith("same")) {
          assertArrayEquals(frame, LookCodec.write(look));
        }
      }
      case "answer-same", "answer-ok" -> {
        Sight.Seen seen = LookCodec.readAnswer(frame);
        assertEquals(vector.result(), seen.toString());
        if (vector.verdict().endsWith("same")) {
          assertEquals(vector.frame(), new String(LookCodec.write(seen), UTF_8));
        }
      }
      case "question-refused" -> {
        WireException why =
            assertThrows(WireException.class, () -> LookCodec.readQuestion(ASKER, frame));
        assertEquals(vector.result(), why.getMessage());
      }
      default -> {
        WireException why = assertThrows(WireException.class, () -> LookCodec.readAnswer(frame));
        assertTrue(String.valueOf(why.getMessage()).contains(vector.result()), why::toString);
        assertEquals(vector.verdict().equals("told"), why.toldByOther().isPresent());
      }
    }
  }

  @Test
  void anAnswerIsFilledToTheLengthThatWasWished() throws WireException {
    for (int length : new int[] {0, 150, 200, 4_000, LookCodec.MAX_FILL_BYTES}) {
      byte[] answer = LookCodec.write(seen(length));
      assertTrue(answer.length <= Math.max(length, 150), answer.length + " of " + length);
      assertEquals(seen(answer.length), LookCodec.readAnswer(answer));
    }
  }

  @Test
  void noAnswerIsMadeLongerThanItsQuestion() throws WireException {
    byte[] question = LookCodec.write(new Look(ASKER, Optional.empty(), 0, 0, 60_000));
    assertEquals(question.length, LookCodec.readQuestion(ASKER, question).fillBytes());
  }

  @Test
  void theKindIsTheOneThatIsAnnounced() {
    byte[] question = LookCodec.write(new Look(ASKER, Optional.empty(), 0, 0, 0));
    assertTrue(LookCodec.KINDS.contains(WireCodec.kind(question)));
  }

  private static Sight.Seen seen(int fillBytes) {
    return new Sight.Seen(
        NodeId.ofBase64("oKGio6SlpqeoqaqrrK2ur7CxsrM="),
        "beta",
        1_732_176_000_000L,
        ASKER,
        "",
        List.of(),
        List.of(),
        List.of(),
        Sight.Connected.NOT_TRIED,
        fillBytes);
  }
}
