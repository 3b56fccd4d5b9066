package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that an option names. */
final class TextFile {
  private TextFile() {}

  /** Of a file that an option names; more is of another kind, or has no end. */
  private static final int MOST_BYTES = 64 * 1024;

  /** All of its text; a failure that names the option and the file where it cannot be read. */
  static String read(String option, Path path) {
    try {
      return text(path, MOST_BYTES);
    } catch (NoSuchFileException e) {
      throw new Failure(option + ": cannot read '" + path + "': there is none", e);
    } catch (IOException e) {
      throw new Failure(option + ": cannot read '" + path + "': " + e.getMessage(), e);
    }
  }

  /** Its text, if it has no more bytes than that: whatever the file says of its size. */
  static String text(Path path, int mostBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(mostBytes + 1);
    }
    if (bytes.length > mostBytes) {
      throw new IOException("it has more than " + mostBytes + " bytes");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is no text in UTF-8", e);
    }
  }
}
