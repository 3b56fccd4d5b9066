package pharos.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.File;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may use what, in all modules; and that each rule finds what it is there to find. */
class ArchitectureTest {
  /** JMH writes classes of its own beside ours. */
  private static final String GENERATED = ".jmh_generated";

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains(GENERATED.substring(1)))
          .importPaths(Checkout.modules().stream().map(ArchitectureTest::classesOf).toList());

  private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

  /** Shared, for it keeps the jars of the class path open. */
  private static final StandardJavaFileManager FILES =
      JAVAC.getStandardFileManager(null, null, null);

  @TempDir private Path folder;

  @Test
  void theCoreHasNoSocketThreadClockDiceFileOrConsole() {
    assertTrue(
        PRODUCTION.stream().anyMatch(type -> type.getName().equals("pharos.beacon.BeaconCodec")),
        "the rules see no pharos.beacon, so they would hold for nothing");
    assertHolds(CoreRule.WHY, CoreRule.violations(PRODUCTION));
  }

  @Test
  void noPackagesDependOnEachOtherInACycle() {
    assertHolds("Packages import in one direction.", cycles(PRODUCTION));
  }

  @Test
  void modulesDependOnlyDownwards() {
    assertHolds(
        "Modules depend only downwards; ModuleDirection has the table.",
        ModuleDirection.violations(PRODUCTION));
  }

  @Test
  void aModuleHasOnlyPackagesOfItsName() {
    List<String> wrong = new ArrayList<>();
    for (Path module : Checkout.modules()) {
      String name = String.valueOf(module.getFileName());
      for (JavaClass type : new ClassFileImporter().importPath(classesOf(module))) {
        if (!type.getPackageName().isEmpty()
            && !ModuleDirection.root(type.getPackageName()).equals(Optional.of(name))) {
          wrong.add(type.getName() + " is in module " + name);
        }
      }
    }
    assertHolds("The packages of a module begin with pharos. and its folder's name.", wrong);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "long t = System.nanoTime()|a clock",
        "long t = System.currentTimeMillis()|a clock",
        "Object t = java.time.Instant.now()|a clock",
        "java.util.function.Supplier<?> t = java.time.LocalDateTime::now|a clock",
        "java.util.function.LongSupplier t = System::nanoTime|a clock",
        "java.time.Clock clock|a clock",
        "Object t = new java.util.Date()|a clock",
        "Object r = new java.util.Random(1)|chance",
        "Object r = new java.util.SplittableRandom()|chance",
        "Object r = java.util.concurrent.ThreadLocalRandom.current()|threads",
        "Object r = new java.security.SecureRandom()|chance",
        "Object r = java.util.random.RandomGenerator.getDefault()|chance",
        "double r = Math.random()|chance",
        "Object r = java.util.UUID.randomUUID()|chance",
        "java.net.DatagramSocket s|a socket",
        "java.net.NetworkInterface[] s|a socket",
        "java.nio.channels.DatagramChannel s|a socket",
        "Object t = new Thread(() -> {})|a thread",
        "ThreadLocal<String> t|a thread",
        "java.util.concurrent.Executor e|threads",
        "java.util.concurrent.locks.Lock l|threads",
        "java.util.Timer t|a thread",
        "Object s = java.util.List.of().parallelStream()|threads",
        "java.io.File f|a file or the console",
        "java.nio.file.Path f|a file or the console",
        "{ System.out.println(); }|the console",
        "{ new Exception().printStackTrace(); }|the console",
        "String s = System.getenv(\"HOME\")|the machine",
        "{ Runtime.getRuntime().gc(); }|the machine",
        "org.slf4j.Logger log|a log",
        "Object a() throws Exception { return java.net.InetAddress.getByName(\"a\"); }|name"
            + " resolution",
        "Object a = new java.net.InetSocketAddress(\"a\", 1)|name resolution",
      })
  void theCoreRuleFinds(String member, String what) throws Exception {
    assertEquals(List.of(), CoreRule.violations(compile("pharos.beacon.io", "Trial", member)));
    List<String> violations = CoreRule.violations(compile("pharos.beacon", "Trial", member));
    assertTrue(
        violations.stream().anyMatch(line -> line.startsWith("uses " + what + ": ")),
        () -> "found " + violations);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Object r = new java.util.SplittableRandom(7)",
        "java.util.concurrent.atomic.AtomicLong n",
        "java.time.Instant at = java.time.Instant.ofEpochMilli(0)",
        "Object a = new java.net.InetSocketAddress(1)",
        "java.nio.ByteBuffer b",
        "Object b = new java.io.ByteArrayOutputStream()",
        "String s = String.format(\"%d\", 1) + 1",
      })
  void theCoreRuleLetsPass(String member) throws Exception {
    assertEquals(List.of(), CoreRule.violations(compile("pharos.kademlia", "Trial", member)));
  }

  @Test
  void aCycleIsFoundAcrossAndWithinModules() throws Exception {
    compile("pharos.beacon", "One", "");
    compile("pharos.beacon.io", "Two", "pharos.beacon.One one");
    assertEquals(List.of(), cycles(compile("pharos.agent", "Three", "pharos.beacon.io.Two two")));
    assertFalse(cycles(compile("pharos.beacon", "One", "pharos.agent.Three three")).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "pharos.beacon, pharos.beacon.io, false",
    "pharos.beacon.io, pharos.beacon, true",
    "pharos.beacon, pharos.agent, false",
    "pharos.kademlia, pharos.beacon, false",
    "pharos.agent, pharos.kademlia, true",
    "pharos.agent.core, pharos.agent.io, false",
    "pharos.agent.core, pharos.agent.wire, false",
    "pharos.agent.io, pharos.agent.core, true",
    "pharos.agent.zeromq, pharos.agent, true",
    "pharos.agent.zeromq, pharos.agent.core, false",
    "pharos.agent.zeromq, pharos.agent.io, false",
    "pharos.agent.testing, pharos.agent.json, false",
    "pharos.examples, pharos.agent, true",
    "pharos.examples, pharos.beacon, true",
    "pharos.examples, pharos.records, false",
    "pharos.simulator, pharos.daemon, false",
    "pharos.daemon, pharos.simulator, true",
    "pharos.demo, pharos.daemon, true",
    "pharos.daemon, pharos.demo, false",
    "pharos.beacon, org.zeromq, false",
    "pharos.agent, org.zeromq, true",
    "pharos.unheard, pharos.beacon, false",
  })
  void theTableOfDirectionsDecides(String from, String to, boolean allowed) throws Exception {
    compile(to, "Target", "");
    List<String> violations =
        ModuleDirection.violations(compile(from, "Source", to + ".Target target")).stream()
            .filter(line -> line.startsWith(from))
            .toList();
    assertEquals(allowed, violations.isEmpty(), violations::toString);
  }

  private static Path classesOf(Path module) {
    return module.resolve("target/classes");
  }

  private static List<String> cycles(JavaClasses classes) {
    EvaluationResult result =
        SlicesRuleDefinition.slices()
            .matching("pharos.(**)")
            .should()
            .beFreeOfCycles()
            .evaluate(classes);
    return result.getFailureReport().getDetails();
  }

  private static void assertHolds(String rule, List<String> violations) {
    assertTrue(violations.isEmpty(), () -> rule + "\n  " + String.join("\n  ", violations));
  }

  /** Compiles a class with this member, beside what was compiled before. */
  private JavaClasses compile(String packageName, String name, String member) throws Exception {
    Path source = folder.resolve(name + ".java");
    Path classes = Files.createDirectories(folder.resolve("classes"));
    String end = member.isEmpty() || member.endsWith("}") ? "" : ";";
    String code = "package %s; public class %s { %s%s }".formatted(packageName, name, member, end);
    Files.writeString(source, code);
    String classPath = Checkout.joined(Checkout.libraries()) + File.pathSeparator + classes;
    StringWriter said = new StringWriter();
    boolean compiled =
        JAVAC
            .getTask(
                said,
                FILES,
                null,
                List.of("-proc:none", "-cp", classPath, "-d", classes.toString()),
                null,
                FILES.getJavaFileObjects(source))
            .call();
    assertTrue(compiled, said::toString);
    return new ClassFileImporter().importPath(classes);
  }
}
