package pharos.checks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checkout that the tests run in: its modules, and what they were built into. */
final class Checkout {
  /** Helps tests alone and is never shipped, so the rules about shipped code leave it out. */
  private static final String TESTKIT = "testkit";

  private Checkout() {}

  /** The folder of the parent pom. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no .mvn folder above " + Path.of("").toAbsolutePath());
    }
    return folder;
  }

  /** The folders of the modules with code to ship. */
  static List<Path> modules() {
    try (Stream<Path> folders = Files.list(root())) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
          .filter(folder -> !folder.endsWith(TESTKIT))
          .sorted()
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class path of this test without the tests: what a consumer of the jars would have. */
  static List<Path> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> !entry.endsWith("test-classes"))
        .filter(Files::exists)
        .collect(Collectors.toList());
  }

  /** The entry of the class path that this module was built into: its jar, or its classes. */
  static Path library(String module) {
    Path folder = root().resolve(module);
    return libraries().stream()
        .filter(entry -> entry.startsWith(folder))
        .findFirst()
        .orElseThrow(() -> new AssertionError(module + " is not on the class path of 'checks'"));
  }

  static String joined(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
