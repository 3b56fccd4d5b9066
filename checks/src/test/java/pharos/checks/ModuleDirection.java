package pharos.checks;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may depend on whom, by package, so that a class in the wrong module is caught too. A root
 * package is {@code pharos.NAME}, with all below it.
 */
final class ModuleDirection {
  private static final String ROOT = "pharos.";
  private static final Set<String> ANY = Set.of("");

  /** The roots, and the packages of others, that one root may use besides itself and Java. */
  private record Allowed(Set<String> roots, Set<String> others) {}

  private static final Map<String, Allowed> TABLE =
      Map.ofEntries(
          Map.entry("beacon", new Allowed(Set.of(), Set.of("org.slf4j"))),
          Map.entry("kademlia", new Allowed(Set.of(), Set.of())),
          Map.entry(
              "agent",
              new Allowed(
                  Set.of("beacon", "kademlia"),
                  // What guards the port hangs into JeroMQ itself, which calls its packages zmq.
                  Set.of("org.slf4j", "org.zeromq", "zmq", "com.fasterxml.jackson"))),
          Map.entry(
              "records",
              new Allowed(
                  Set.of("agent", "beacon", "kademlia"),
                  Set.of("org.slf4j", "com.fasterxml.jackson"))),
          Map.entry(
              "simulator", new Allowed(Set.of("agent", "records", "beacon", "kademlia"), ANY)),
          Map.entry(
              "daemon",
              new Allowed(Set.of("agent", "records", "beacon", "kademlia", "simulator"), ANY)),
          Map.entry("demo", new Allowed(Set.of("agent", "records", "daemon"), ANY)),
          Map.entry("examples", new Allowed(Set.of("agent", "beacon", "kademlia"), ANY)),
          Map.entry(
              "bench",
              new Allowed(
                  Set.of(
                      "agent",
                      "records",
                      "beacon",
                      "kademlia",
                      "simulator",
                      "daemon",
                      "examples",
                      "testkit"),
                  ANY)));

  /** What is below the public package of the agent. */
  private static final Set<String> BENEATH_THE_AGENT =
      Set.of(
          "pharos.agent.core",
          "pharos.agent.core.gateway",
          "pharos.agent.io",
          "pharos.agent.json",
          "pharos.agent.wire");

  /** Within one root: the package on the left does without those on the right. */
  private static final Map<String, Set<String>> WITHIN =
      Map.of(
          "pharos.beacon", Set.of("pharos.beacon.io"),
          // Helpers, which can do no more than every program that embeds an agent.
          "pharos.agent.testing", BENEATH_THE_AGENT,
          "pharos.agent.zeromq", BENEATH_THE_AGENT,
          "pharos.agent.core",
              Set.of("pharos.agent.core.gateway", "pharos.agent.wire", "pharos.agent.io"),
          "pharos.agent.core.gateway", Set.of("pharos.agent.wire", "pharos.agent.io"));

  private ModuleDirection() {}

  /** What breaks the table, one line each, sorted. */
  static List<String> violations(JavaClasses classes) {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass from : classes) {
      Optional<String> root = root(from.getPackageName());
      if (root.isEmpty() || !TABLE.containsKey(root.get())) {
        wrong.add(from.getName() + " is in no package that the table of module directions knows");
        continue;
      }
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        if (!to.isPrimitive() && !mayUse(from.getPackageName(), root.get(), to.getPackageName())) {
          wrong.add(
              from.getPackageName()
                  + " must not depend on "
                  + to.getPackageName()
                  + ": "
                  + dependency.getDescription());
        }
      }
    }
    return new ArrayList<>(wrong);
  }

  private static boolean mayUse(String from, String root, String to) {
    if (WITHIN.getOrDefault(from, Set.of()).contains(to)) {
      return false;
    }
    Allowed allowed = TABLE.get(root);
    if (allowed == null) {
      return false;
    }
    Optional<String> other = root(to);
    if (other.isPresent()) {
      return other.get().equals(root) || allowed.roots().contains(other.get());
    }
    return isIn(to, "java")
        || isIn(to, "javax")
        || isIn(to, "org.jspecify")
        || allowed.others().stream().anyMatch(name -> isIn(to, name));
  }

  private static boolean isIn(String packageName, String name) {
    return name.isEmpty() || packageName.equals(name) || packageName.startsWith(name + ".");
  }

  /** {@code beacon} for {@code pharos.beacon.io}; nothing for packages of others. */
  static Optional<String> root(String packageName) {
    if (!packageName.startsWith(ROOT)) {
      return Optional.empty();
    }
    String rest = packageName.substring(ROOT.length());
    int dot = rest.indexOf('.');
    return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
  }
}
