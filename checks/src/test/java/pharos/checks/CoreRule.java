package pharos.checks;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rule of the core: what decides has no socket, thread, clock, dice, file or console of its
 * own. Packages of others are forbidden unless listed, so that a new library needs no new rule;
 * within the listed ones, single classes and members are forbidden by name.
 */
final class CoreRule {
  static final String WHY =
      "The rule of the core: pharos.beacon, pharos.agent.core, pharos.kademlia and"
          + " pharos.records.core only decide. What"
          + " they need from the world (time, randomness, what arrived) is handed in, and what"
          + " should happen is their answer, so that one program runs on a network and in a"
          + " simulator.";

  /** Pure values and functions; everything else outside {@code pharos} is the world. */
  private static final Set<String> PACKAGES =
      Set.of(
          "java.lang",
          "java.lang.annotation",
          "java.lang.invoke",
          "java.lang.runtime",
          "java.math",
          "java.nio",
          "java.nio.charset",
          "java.security",
          "java.text",
          "java.time",
          "java.time.format",
          "java.time.temporal",
          "java.util",
          "java.util.concurrent.atomic",
          "java.util.function",
          "java.util.random",
          "java.util.regex",
          "java.util.stream",
          "java.util.zip",
          "javax.crypto",
          "javax.crypto.spec",
          "org.jspecify.annotations");

  private static final Set<String> CLASSES =
      Set.of(
          // Memory, in spite of its package: streams of bytes, none of which opens a file.
          "java.io.ByteArrayInputStream",
          "java.io.ByteArrayOutputStream",
          "java.io.DataInputStream",
          "java.io.DataOutputStream",
          "java.io.EOFException",
          "java.io.IOException",
          "java.io.InputStream",
          "java.io.ObjectInputFilter",
          "java.io.ObjectInputFilter$FilterInfo",
          "java.io.ObjectInputFilter$Status",
          "java.io.ObjectInputStream",
          "java.io.ObjectOutputStream",
          "java.io.ObjectStreamException",
          "java.io.OutputStream",
          "java.io.Serializable",
          "java.io.UncheckedIOException",
          "java.net.Inet4Address",
          "java.net.Inet6Address",
          "java.net.InetAddress",
          "java.net.InetSocketAddress",
          "java.net.UnknownHostException");

  /** The beginning of a name of a class, and what it is. */
  private static final Map<String, String> FORBIDDEN_CLASSES =
      Map.ofEntries(
          Map.entry("java.lang.InheritableThreadLocal", "a thread"),
          Map.entry("java.lang.Process", "a process"),
          Map.entry("java.lang.Runtime", "the machine"),
          Map.entry("java.lang.System$Logger", "a log"),
          Map.entry("java.lang.Thread", "a thread"),
          Map.entry("java.security.SecureRandom", "chance"),
          Map.entry("java.time.Clock", "a clock"),
          Map.entry("java.time.InstantSource", "a clock"),
          Map.entry("java.util.Calendar", "a clock"),
          Map.entry("java.util.GregorianCalendar", "a clock"),
          Map.entry("java.util.Random", "chance"),
          Map.entry("java.util.Scanner", "a file or the console"),
          Map.entry("java.util.Timer", "a thread"),
          Map.entry("java.util.random.RandomGeneratorFactory", "chance"),
          Map.entry("java.util.zip.ZipFile", "a file"),
          Map.entry("javax.crypto.KeyGenerator", "chance"));

  /** Members of allowed classes, as {@code Class.member} or {@code Class.member(parameters)}. */
  private static final Map<String, String> FORBIDDEN_MEMBERS =
      Map.ofEntries(
          Map.entry("java.lang.Math.random", "chance"),
          Map.entry("java.lang.StrictMath.random", "chance"),
          Map.entry("java.net.InetAddress.getAllByName", "name resolution"),
          Map.entry("java.net.InetAddress.getByName", "name resolution"),
          Map.entry("java.net.InetAddress.getCanonicalHostName", "name resolution"),
          Map.entry("java.net.InetAddress.getHostName", "name resolution"),
          Map.entry("java.net.InetAddress.getLocalHost", "name resolution"),
          Map.entry("java.net.InetAddress.isReachable", "a socket"),
          Map.entry("java.net.InetSocketAddress.<init>(java.lang.String, int)", "name resolution"),
          Map.entry("java.net.InetSocketAddress.getHostName", "name resolution"),
          Map.entry("java.time.ZoneId.systemDefault", "the machine"),
          Map.entry("java.util.Collections.shuffle(java.util.List)", "chance"),
          Map.entry("java.util.Date.<init>()", "a clock"),
          Map.entry("java.util.SplittableRandom.<init>()", "chance"),
          Map.entry("java.util.UUID.randomUUID", "chance"),
          Map.entry("java.util.random.RandomGenerator.getDefault", "chance"),
          Map.entry("java.util.random.RandomGenerator.of", "chance"));

  /** Whatever class they are called on. */
  private static final Map<String, String> FORBIDDEN_NAMES =
      Map.of(
          "notify", "a thread",
          "notifyAll", "a thread",
          "parallel", "threads",
          "parallelStream", "threads",
          "printStackTrace", "the console",
          "wait", "a thread");

  private static final Map<String, String> SYSTEM =
      Map.of(
          "currentTimeMillis", "a clock",
          "nanoTime", "a clock",
          "err", "the console",
          "in", "the console",
          "out", "the console");

  /** Reads literals only, and checks that they are some before it calls {@code getByName}. */
  private static final String LITERALS = "pharos.beacon.Addresses";

  private CoreRule() {}

  /** {@code pharos.beacon} alone without its {@code io}; the others with all below them. */
  static boolean isCore(JavaClass type) {
    String name = type.getPackageName();
    return name.equals("pharos.beacon")
        || (name + ".").startsWith("pharos.agent.core.")
        || (name + ".").startsWith("pharos.records.core.")
        || (name + ".").startsWith("pharos.kademlia.");
  }

  /** What breaks the rule, one line each, sorted. */
  static List<String> violations(JavaClasses classes) {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : classes) {
      if (!isCore(type)) {
        continue;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        forbidden(dependency.getTargetClass().getBaseComponentType())
            .ifPresent(what -> wrong.add("uses " + what + ": " + dependency.getDescription()));
      }
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        forbidden(type, access)
            .ifPresent(what -> wrong.add("uses " + what + ": " + access.getDescription()));
      }
    }
    return new ArrayList<>(wrong);
  }

  private static Optional<String> forbidden(JavaClass to) {
    String name = to.getName();
    String packageName = to.getPackageName();
    for (Map.Entry<String, String> entry : FORBIDDEN_CLASSES.entrySet()) {
      if (name.startsWith(entry.getKey())) {
        return Optional.of(entry.getValue());
      }
    }
    boolean pure =
        to.isPrimitive()
            || CLASSES.contains(name)
            || PACKAGES.contains(packageName)
            || packageName.startsWith("pharos.");
    return pure ? Optional.empty() : Optional.of(world(packageName));
  }

  private static String world(String packageName) {
    if (packageName.startsWith("java.net") || packageName.startsWith("java.nio.channels")) {
      return "a socket";
    }
    if (packageName.startsWith("java.util.concurrent")) {
      return "threads";
    }
    if (packageName.startsWith("java.io") || packageName.startsWith("java.nio.file")) {
      return "a file or the console";
    }
    if (packageName.startsWith("org.slf4j") || packageName.startsWith("java.util.logging")) {
      return "a log";
    }
    return "something outside";
  }

  private static Optional<String> forbidden(JavaClass from, JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String member = access.getTarget().getName();
    String parameters = access.getTarget().getFullName().substring((owner + "." + member).length());
    if (owner.equals("java.lang.System")) {
      return member.equals("arraycopy")
          ? Optional.empty()
          : Optional.of(SYSTEM.getOrDefault(member, "the machine"));
    }
    if (owner.startsWith("java.time.") && member.equals("now")) {
      return Optional.of("a clock");
    }
    if (owner.equals("java.net.InetAddress")
        && member.equals("getByName")
        && from.getName().equals(LITERALS)) {
      return Optional.empty();
    }
    String name = owner + "." + member;
    return Optional.ofNullable(FORBIDDEN_NAMES.get(member))
        .or(() -> Optional.ofNullable(FORBIDDEN_MEMBERS.get(name)))
        .or(() -> Optional.ofNullable(FORBIDDEN_MEMBERS.get(name + parameters)));
  }
}
