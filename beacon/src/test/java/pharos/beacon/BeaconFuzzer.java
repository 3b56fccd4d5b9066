package pharos.beacon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The target of {@code .ci/fuzz}: Jazzer calls {@link #fuzzerTestOneInput} with bytes that reach
 * new branches. Needs nothing of Jazzer to compile, so that the usual build does without.
 */
public final class BeaconFuzzer {
  private BeaconFuzzer() {}

  /** Any bytes at all; a law that they break is a finding. */
  public static void fuzzerTestOneInput(byte[] datagram) {
    DatagramLaws.check(datagram);
  }

  /** Writes the golden vectors as a corpus to start from into the directory given. */
  public static void main(String[] args) throws IOException {
    Path corpus = Files.createDirectories(Path.of(args[0]));
    int number = 0;
    for (Vectors.Vector vector : Vectors.all()) {
      Files.write(corpus.resolve("vector-" + number++), vector.datagram());
    }
  }
}
