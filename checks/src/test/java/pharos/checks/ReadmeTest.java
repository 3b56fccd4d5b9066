package pharos.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java of the documents does what they say. A {@code java} block below a comment {@code runs:
 * NAME} is compiled and run, and prints what the {@code text} block after it shows, if there is
 * one. A block without a class is the body of a {@code main}, after its imports.
 */
class ReadmeTest {
  private static final Pattern MARKED =
      Pattern.compile(
          "<!-- runs: (?<name>[\\w-]+) -->\\s*```java\n(?<code>.*?)```"
              + "(\\s*```text\n(?<output>.*?)```)?",
          Pattern.DOTALL);
  private static final Pattern MARK = Pattern.compile("<!--\\s*runs:");

  private record Snippet(String name, String code, Optional<String> output) {}

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> whatTheDocumentsShowRuns() throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    for (String document : List.of("README.md", "docs/EMBEDDING.md")) {
      List<Snippet> found = snippets(Files.readString(Checkout.root().resolve(document)));
      assertFalse(found.isEmpty(), document + " has no block marked <!-- runs: NAME -->");
      snippets.addAll(found);
    }
    return snippets.stream()
        .map(snippet -> DynamicTest.dynamicTest(snippet.name(), () -> check(snippet)));
  }

  @Test
  void aBlockThatDoesNotCompileFails() {
    Snippet broken = new Snippet("broken", "int port = \"5670\";\n", Optional.empty());
    assertThrows(AssertionError.class, () -> check(broken));
  }

  @Test
  void aBlockThatPrintsSomethingElseFails() {
    Snippet other = new Snippet("other", "System.out.println(1);\n", Optional.of("2\n"));
    assertThrows(AssertionError.class, () -> check(other));
  }

  @Test
  void aMarkWithoutItsBlockFails() {
    assertThrows(AssertionError.class, () -> snippets("<!-- runs: lost -->\n\nSome text.\n"));
  }

  private static List<Snippet> snippets(String markdown) {
    List<Snippet> snippets = new ArrayList<>();
    Matcher matcher = MARKED.matcher(markdown);
    while (matcher.find()) {
      snippets.add(
          new Snippet(
              matcher.group("name"),
              matcher.group("code"),
              Optional.ofNullable(matcher.group("output"))));
    }
    long marks = MARK.matcher(markdown).results().count();
    assertEquals(marks, snippets.size(), "each <!-- runs: NAME --> stands just above a java block");
    return snippets;
  }

  private void check(Snippet snippet) throws IOException, InterruptedException {
    Path source = folder.resolve("Snippet.java");
    Files.writeString(source, asClass(snippet.code()));
    String libraries = Checkout.joined(Checkout.libraries());
    Jdk.run("javac", List.of("-cp", libraries, "-d", folder.toString(), source.toString()));
    String classPath = folder + File.pathSeparator + libraries;
    String printed = Jdk.run("java", List.of("-cp", classPath, "Snippet"));
    snippet.output().ifPresent(output -> assertEquals(output.strip(), printed.strip()));
  }

  private static String asClass(String code) {
    if (code.contains("class Snippet")) {
      return code;
    }
    String imports =
        code.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String body =
        code.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    return imports
        + "\nclass Snippet {\n  public static void main(String[] args) throws Exception {\n"
        + body
        + "\n  }\n}\n";
  }
}
