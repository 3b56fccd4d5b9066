package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.beacon.Vectors.Vector;
import pharos.testkit.Seeds;

/** Keeps the fuzz target alive between the runs of the fuzzer. */
class BeaconFuzzerTest {
  @Test
  void theTargetTakesTheVectorsAndWhatLiesAround() {
    List<Vector> vectors = Vectors.all();
    vectors.forEach(vector -> BeaconFuzzer.fuzzerTestOneInput(vector.datagram()));
    Seeds.forEach(
        2_000,
        random -> {
          byte[] vector = vectors.get(random.nextInt(vectors.size())).datagram();
          BeaconFuzzer.fuzzerTestOneInput(Mutants.mutate(random, vector));
        });
  }

  @Test
  void theCorpusIsTheVectors(@TempDir Path directory) throws Exception {
    Path corpus = directory.resolve("corpus");
    BeaconFuzzer.main(new String[] {corpus.toString()});

    List<Vector> vectors = Vectors.all();
    try (Stream<Path> files = Files.list(corpus)) {
      assertEquals(vectors.size(), files.count());
    }
    assertArrayEquals(vectors.get(3).datagram(), Files.readAllBytes(corpus.resolve("vector-3")));
  }
}
