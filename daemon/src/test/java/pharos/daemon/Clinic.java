package pharos.daemon;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import pharos.agent.json.Json;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;
import pharos.testkit.Needs;

/**
 * A network in namespaces, with agents, on which {@code pharos doctor} is tried. A host called
 * {@code switch} has a bridge and a cable to each of the others.
 */
final class Clinic implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final List<String> NOBODY =
      List.of(
          "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--");

  final Namespaces hosts;
  private final List<JavaProcess> started = new ArrayList<>();

  /** What it printed. */
  record Told(int code, List<Map<String, Object>> findings, String all) {
    boolean has(String check, String verdict, String text) {
      return findings.stream()
          .anyMatch(
              it ->
                  check.equals(it.get("check"))
                      && verdict.equals(it.get("verdict"))
                      && String.valueOf(it.get("text")).contains(text)
                      && it.containsKey("mend"));
    }

    /** What it warns of, or found to have failed. */
    List<Map<String, Object>> alarms() {
      return findings.stream()
          .filter(it -> "warn".equals(it.get("verdict")) || "fail".equals(it.get("verdict")))
          .toList();
    }
  }

  private Clinic(Namespaces hosts) {
    this.hosts = hosts;
  }

  /** Hosts without cables. */
  static Clinic of(String... names) {
    Clinic clinic = new Clinic(Namespaces.of(names));
    for (String name : names) {
      clinic.ipv6(name, false);
    }
    return clinic;
  }

  /** A switch and these hosts, 10.9.0.1/24, 10.9.0.2/24, and so on. */
  static Clinic lan(String... names) {
    String[] all = new String[names.length + 1];
    all[0] = "switch";
    System.arraycopy(names, 0, all, 1, names.length);
    Clinic clinic = of(all);
    clinic.hosts.ip("switch", "link", "add", "br0", "type", "bridge");
    clinic.hosts.ip("switch", "link", "set", "br0", "up");
    for (int i = 0; i < names.length; i++) {
      clinic.plug(names[i], "eth0");
      clinic.hosts.address(names[i], "eth0", "10.9.0." + (i + 1) + "/24");
    }
    return clinic;
  }

  /** Another cable of a host to the switch. */
  void plug(String host, String nic) {
    String port = host + "-" + nic;
    hosts.cable("switch", port, host, nic);
    hosts.ip("switch", "link", "set", port, "master", "br0");
  }

  /** Gives a host another address in place of its first. */
  void readdress(String host, String address) {
    hosts.ip(host, "address", "flush", "dev", "eth0");
    hosts.address(host, "eth0", address);
  }

  void ipv6(String host, boolean isOn) {
    String value = isOn ? "0" : "1";
    for (String file : List.of("all", "default")) {
      sh(
          host,
          "f=/proc/sys/net/ipv6/conf/"
              + file
              + "/disable_ipv6; [ ! -e $f ] || echo "
              + value
              + " > $f");
    }
  }

  /** Switches IPv6 on, and waits until its addresses can be used. */
  void withIpv6(String... names) {
    for (String host : names) {
      ipv6(host, true);
      hosts.ip(host, "link", "set", "eth0", "down");
      hosts.ip(host, "link", "set", "eth0", "up");
    }
    for (String host : names) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                String all = hosts.ip(host, "-6", "address", "show", "dev", "eth0");
                return all.contains("scope link") && !all.contains("tentative");
              });
    }
  }

  String sh(String host, String script) {
    return hosts.run(host, "sh", "-c", script);
  }

  /** Rules of a firewall there, as nft reads them. */
  void rules(String host, String table, String... chains) {
    Needs.that(Files.isExecutable(Path.of("/usr/sbin/nft")), "nftables");
    sh(host, "nft 'add table " + table + "'");
    for (String each : chains) {
      sh(host, "nft 'add " + each + "'");
    }
  }

  /** An agent there; it is up when this returns. */
  JavaProcess agent(String host, String... more) throws InterruptedException {
    List<String> args =
        new ArrayList<>(
            List.of("agent", "--http", "off", "--port", "5671", "--name", host + "-agent"));
    args.addAll(List.of(more));
    return started(host, Main.class, "is ", args);
  }

  /** Something that makes ill, or seems to. */
  JavaProcess patient(String host, String... args) throws InterruptedException {
    return started(host, Patient.class, "is ", List.of(args));
  }

  private JavaProcess started(String host, Class<?> main, String line, List<String> args)
      throws InterruptedException {
    JavaProcess process =
        JavaProcess.start(hosts.on(host), List.of(), main, args.toArray(String[]::new));
    started.add(process);
    process.awaitLine(line, PATIENCE);
    return process;
  }

  /** What the doctor says on that host. */
  Told doctor(String host, boolean isRoot, String... args) {
    List<String> all = new ArrayList<>(List.of("doctor", "--json"));
    all.addAll(List.of(args));
    Ran ran = command(host, isRoot, all.toArray(String[]::new));
    return new Told(ran.code(), findings(ran.out()), ran.out());
  }

  /** A command on that host, as root or as nobody, with all that it prints as its output. */
  Ran command(String host, boolean isRoot, String... args) {
    List<String> command = new ArrayList<>(hosts.on(host));
    if (!isRoot) {
      Needs.that(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv of util-linux");
      command.addAll(NOBODY);
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.addAll(List.of(ForAll.CLASS_PATH, Main.class.getName()));
    command.addAll(List.of(args));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().keySet().removeIf(name -> name.startsWith("PHAROS_"));
      Process process = builder.start();
      process.getOutputStream().close();
      String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("does not end: " + all);
      }
      return new Ran(process.exitValue(), all, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<Map<String, Object>> findings(String all) {
    String line =
        all.lines()
            .filter(it -> it.startsWith("{"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no findings in: " + all));
    List<Map<String, Object>> findings = new ArrayList<>();
    for (Object each : (List<?>) Json.members(line).getOrDefault("findings", List.of())) {
      findings.add(Json.members(Json.write(each)));
    }
    return findings;
  }

  @Override
  public void close() {
    started.forEach(JavaProcess::close);
    hosts.close();
  }

  /** The class path where every user may read it. */
  private static final class ForAll {
    static final String CLASS_PATH = copied();

    private static String copied() {
      try {
        Path folder = Files.createTempDirectory("pharos-clinic");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        for (String each : Jars.ofClassPath(folder).split(java.io.File.pathSeparator, -1)) {
          Path jar = Path.of(each);
          Path copy = folder.resolve(copies.size() + "-" + jar.getFileName());
          if (Files.isRegularFile(jar)) {
            Files.copy(jar, copy);
            copy.toFile().deleteOnExit();
            copies.add(copy.toString());
          }
        }
        folder.toFile().deleteOnExit();
        return String.join(java.io.File.pathSeparator, copies);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
