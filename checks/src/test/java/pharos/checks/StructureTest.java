package pharos.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every module and file has, wherever it was added. */
class StructureTest {
  /** The modules that others embed; they are Java modules. */
  private static final Set<String> LIBRARIES = Set.of("beacon", "kademlia", "agent", "records");

  private static final Set<String> NOT_OURS = Set.of(".git", "target", ".pharos", ".idea");

  /** A comment right before {@code @NullMarked} and the package, with words in it. */
  private static final Pattern PACKAGE_COMMENT =
      Pattern.compile("/\\*\\*\\s+\\* \\w.*\\*/\\s+@NullMarked\\s+package ", Pattern.DOTALL);

  /** Homes and Java installations of one machine; the brackets keep the pattern from itself. */
  private static final Pattern MACHINE_PATH =
      Pattern.compile("[/]usr/lib/jvm/|[/]home/\\w+/|[/]root/|[/]Users/\\w+/|C:[\\\\]Users");

  @Test
  void everyPackageSaysWhatItIsAndIsNullMarked() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path module : Checkout.modules()) {
      Path sources = module.resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path folder : files.filter(Files::isDirectory).toList()) {
          Path info = folder.resolve("package-info.java");
          String name = sources.relativize(folder).toString().replace('/', '.');
          if (!hasClasses(folder)) {
            continue;
          }
          if (!Files.exists(info)) {
            wrong.add("package " + name + " has no package-info.java");
          } else if (!PACKAGE_COMMENT.matcher(Files.readString(info)).find()) {
            wrong.add("package " + name + " has no comment above @NullMarked");
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyLibraryIsAJavaModule() {
    List<Path> without =
        Checkout.modules().stream()
            .filter(module -> LIBRARIES.contains(String.valueOf(module.getFileName())))
            .filter(module -> !Files.exists(module.resolve("src/main/java/module-info.java")))
            .toList();
    assertEquals(List.of(), without, "a library without module-info.java");
  }

  @Test
  void noFileNamesAPathOfOneMachine() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path file : files()) {
      try (Stream<String> lines = Files.lines(file)) {
        lines
            .filter(line -> MACHINE_PATH.matcher(line).find())
            .forEach(line -> wrong.add(file + ": " + line.strip()));
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof MalformedInputException)) {
          throw e;
        }
        // Not text: a picture or a captured datagram.
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void theRulesSeeTheFilesOfThisCheckout() throws IOException {
    Path root = Checkout.root();
    assertTrue(Checkout.modules().contains(root.resolve("beacon")));
    assertTrue(files().contains(root.resolve("pom.xml")));
    assertFalse(files().stream().anyMatch(file -> file.toString().contains("/target/")));
  }

  private static boolean hasClasses(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .anyMatch(name -> name.endsWith(".java") && !name.equals("module-info.java"));
    }
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        Checkout.root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // In a worktree .git is a file, which does name a path of its machine.
            if (!file.endsWith(".git")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
