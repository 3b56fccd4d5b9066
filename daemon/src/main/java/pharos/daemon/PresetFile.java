package pharos.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A file of options, named as the flags: {@code name = value} or, for a switch, {@code name} alone.
 * Lines that begin with {@code #} are remarks.
 */
final class PresetFile {
  /** What is larger is another file. */
  private static final int MOST_BYTES = 256 * 1024;

  private PresetFile() {}

  /** The one that counts when none is named: of the user, else of the system; or the last one. */
  static Path usual(Caller caller) {
    Path own = own(caller);
    return Files.exists(own) ? own : caller.system().resolve("etc/pharos/config");
  }

  /** Whether there is one that counts without being named. */
  static boolean isThere(Caller caller) {
    return Files.exists(usual(caller));
  }

  private static Path own(Caller caller) {
    String folder = caller.variable("XDG_CONFIG_HOME");
    Path config = folder.isEmpty() ? caller.home().resolve(".config") : Path.of(folder);
    return config.resolve("pharos").resolve("config");
  }

  /**
   * What it sets.
   *
   * @param known the options that there are
   * @throws Misuse when it cannot be read, or a line of it means nothing
   */
  static List<Preset> read(Path file, Set<String> known) {
    List<Preset> presets = new ArrayList<>();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        presets.add(preset(line, file + ":" + (i + 1), known));
      }
    }
    return presets;
  }

  private static Preset preset(String line, String where, Set<String> known) {
    int equal = line.indexOf('=');
    String name = (equal < 0 ? line : line.substring(0, equal)).strip();
    String bare = name.startsWith("--") ? name.substring(2) : name;
    if (!known.contains(bare)) {
      throw new Misuse(where + ": '" + name + "' is no option" + hint(bare, known));
    }
    return new Preset(bare, equal < 0 ? "" : line.substring(equal + 1).strip(), where);
  }

  /** Who wrote a blank instead of the sign between them has the name right. */
  private static String hint(String typed, Set<String> known) {
    String[] words = typed.split("\\s+", 2);
    return words.length == 2 && known.contains(words[0])
        ? ": write '" + words[0] + " = " + words[1] + "'"
        : Nearest.hint(typed, known);
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new Misuse("'" + file + "' is no file of options");
      }
      // Editors of Windows begin a file with a mark that nobody sees.
      return TextFile.text(file, MOST_BYTES).replaceFirst("^\uFEFF", "").lines().toList();
    } catch (NoSuchFileException e) {
      throw new Misuse("cannot read the options file '" + file + "': there is none", e);
    } catch (AccessDeniedException e) {
      throw new Misuse("cannot read the options file '" + file + "': it is not readable", e);
    } catch (IOException e) {
      throw new Misuse("cannot read the options file '" + file + "': " + e.getMessage(), e);
    }
  }
}
