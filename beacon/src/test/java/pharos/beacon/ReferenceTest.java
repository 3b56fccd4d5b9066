package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.beacon.Vectors.Vector;
import pharos.testkit.Needs;
import pharos.testkit.Seeds;

/**
 * Holds this implementation against one that follows docs/PROTOCOL.md and shares no code with it.
 */
class ReferenceTest {
  private static final int CASES = 6_000;
  private static final Path REFERENCE = Path.of("src", "test", "python", "beacon_reference.py");

  @TempDir static Path directory;

  @BeforeAll
  static void needPython() throws Exception {
    boolean found;
    try {
      found = new ProcessBuilder("python3", "-c", "").start().waitFor() == 0;
    } catch (IOException e) {
      found = false;
    }
    Needs.that(found, "python3");
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
    Path answer = Files.createTempFile(directory, command, ".txt");
    Process process =
        new ProcessBuilder("python3", REFERENCE.toString(), command)
            .redirectOutput(answer.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertEquals(true, ended, "the reference took more than 60 s");
    assertEquals(0, process.exitValue());
    return Files.readString(answer);
  }
}
