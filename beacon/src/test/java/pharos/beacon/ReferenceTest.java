package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import pharos.beacon.Vectors.Vector;
import pharos.testkit.Python;
import pharos.testkit.Seeds;

/**
 * Holds this implementation against one that follows docs/PROTOCOL.md and shares no code with it.
 */
class ReferenceTest {
  private static final int CASES = 6_000;
  private static final Path REFERENCE = Path.of("src", "test", "python", "beacon_reference.py");

  @BeforeAll
  static void needPython() throws Exception {
    Python.need();
  }

  @Test
  void theVectorsAreWhatTheReferenceWrites() throws Exception {
    assertEquals(Vectors.text(), python("generate", ""));
  }

  @Test
  void bothSayTheSameOfEveryVectorAndOfThousandsOfMutants() throws Exception {
    StringBuilder input = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    List<Vector> vectors = Vectors.all();
    for (Vector vector : vectors) {
      ask(vector, vector.datagram(), input, expected);
    }
    List<BeaconKey> keys = vectors.stream().flatMap(v -> v.keys().stream()).distinct().toList();
    Seeds.forEach(
        CASES,
        random -> {
          byte[] datagram = Mutants.datagram(random, vectors, keys);
          Vector receiver = vectors.get(random.nextInt(vectors.size()));
          ask(receiver, datagram, input, expected);
        });

    assertEquals(expected.toString(), python("verdicts", input.toString()));
  }

  private static void ask(
      Vector receiver, byte[] datagram, StringBuilder input, StringBuilder expected) {
    Decoded decoded = receiver.codec().decode(ByteBuffer.wrap(datagram));
    input
        .append(receiver.receiver())
        .append(' ')
        .append(Vectors.HEX.formatHex(datagram))
        .append('\n');
    expected.append(Vectors.verdict(decoded)).append(' ').append(Vectors.fields(decoded));
    expected.append('\n');
  }

  private static String python(String command, String input) throws Exception {
    return Python.run(REFERENCE, Duration.ofSeconds(60), 0, input, command);
  }
}
