package pharos.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that an option names. */
final class TextFile {
  private TextFile() {}

  /** All of its text; a failure that names the option and the file where it cannot be read. */
  static String read(String option, Path path) {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new Failure(option + ": cannot read '" + path + "': there is none", e);
    } catch (IOException e) {
      throw new Failure(option + ": cannot read '" + path + "' as text: " + e.getMessage(), e);
    }
  }
}
