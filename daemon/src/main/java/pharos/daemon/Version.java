package pharos.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** Which Pharos this is, and on what it runs. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    try (InputStream file = Version.class.getResourceAsStream("version.txt")) {
      String version =
          file == null
              ? "unknown"
              : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
      return new String[] {
        "pharos " + version,
        "Java " + System.getProperty("java.version") + " on " + System.getProperty("os.name")
      };
    }
  }
}
