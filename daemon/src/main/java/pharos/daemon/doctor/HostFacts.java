package pharos.daemon.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what this host tells of itself: files of Linux, and its firewall's tools. */
final class HostFacts {
  private static final int MAX_PROCESSES = 20_000;
  private static final int TOOL_MS = 3_000;

  private HostFacts() {}

  static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Whether it may look at everything; the capabilities of a user who is not root are not asked.
   */
  static boolean isRoot() {
    return lines(Path.of("/proc/self/status")).stream()
        .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
  }

  static Map<String, String> neighbours() {
    return ProcNet.arp(lines(Path.of("/proc/net/arp")));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Who has this UDP port, ourselves left out. */
  static Facts.Holders holders(int port, String failure) {
    List<ProcNet.Socket> sockets = new ArrayList<>();
    sockets.addAll(ProcNet.udp(lines(Path.of("/proc/net/udp")), port));
    sockets.addAll(ProcNet.udp(lines(Path.of("/proc/net/udp6")), port));
    Set<Long> left = sockets.stream().map(ProcNet.Socket::inode).collect(Collectors.toSet());
    Set<String> programs = new LinkedHashSet<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(it -> String.valueOf(it.getFileName()).matches("\\d+"))
          .limit(MAX_PROCESSES)
          .forEach(process -> programs.addAll(holds(process, left)));
    } catch (IOException e) {
      // No Linux.
    }
    return new Facts.Holders(failure.isEmpty(), List.copyOf(programs), left.size(), failure);
  }

  /** Takes away what this process holds, and names it unless it is this one. */
  private static List<String> holds(Path process, Set<Long> left) {
    if (left.isEmpty()) {
      return List.of();
    }
    String pid = String.valueOf(process.getFileName());
    List<String> named = new ArrayList<>();
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      for (Path each : (Iterable<Path>) open::iterator) {
        String what = target(each);
        if (what.startsWith("socket:[") && left.remove(inode(what))) {
          boolean isOurs = pid.equals(String.valueOf(ProcessHandle.current().pid()));
          if (!isOurs) {
            named.add(
                lines(process.resolve("comm")).stream().findFirst().orElse("?")
                    + " (process "
                    + pid
                    + ")");
          }
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // Another user's, or gone.
    }
    return named;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static long inode(String socket) {
    String digits = socket.replaceAll("\\D", "");
    return digits.isEmpty() || digits.length() > 18 ? -1 : Long.parseLong(digits);
  }

  /**
   * The firewall, as it treats what an agent sends and hears.
   *
   * @param agentPorts where agents of this host answer
   */
  static Facts.Firewall firewall(
      int beaconPort, List<Integer> agentPorts, List<String> nics, boolean isRoot) {
    if (!isLinux()) {
      return new Facts.Firewall("", List.of(), "on this system no firewall is known here");
    }
    String tool = tool();
    if (!isRoot) {
      return new Facts.Firewall(tool, List.of(), "its rules are for root alone");
    }
    Optional<Commands.Said> ruleset = Commands.run(TOOL_MS, "nft", "list", "ruleset");
    if (ruleset.isEmpty()) {
      return new Facts.Firewall(tool, List.of(), "there is no nft to list its rules with");
    }
    if (!ruleset.get().isOk()) {
      return new Facts.Firewall(tool, List.of(), "nft does not list its rules");
    }
    NftRules rules = NftRules.parse(ruleset.get().lines());
    return new Facts.Firewall(tool, FirewallChecks.blocks(rules, beaconPort, agentPorts, nics), "");
  }

  private static String tool() {
    if (FirewallChecks.isUfwEnabled(lines(Path.of("/etc/ufw/ufw.conf")))) {
      return "ufw";
    }
    boolean isFirewalld =
        Commands.run(TOOL_MS, "firewall-cmd", "--state")
            .filter(it -> FirewallChecks.isFirewalldRunning(it.text()))
            .isPresent();
    return isFirewalld ? "firewalld" : "";
  }

  /**
   * The MACs of others that answer for an address of ours; nothing where there is no tool that this
   * user may run. Some systems let everybody.
   */
  static Optional<Set<String>> arping(String nic, InetAddress own, Set<String> ownMacs) {
    return Commands.run(
            TOOL_MS, "arping", "-D", "-c", "2", "-w", "2", "-I", nic, own.getHostAddress())
        .filter(said -> said.text().contains("ARPING"))
        .map(said -> ProcNet.macs(said.text(), ownMacs));
  }

  /** ICMP echo; {@code NOT} where there is no tool for it. */
  static Facts.Tried ping(InetAddress to) {
    Optional<Commands.Said> said =
        Commands.run(
            TOOL_MS, "ping", "-n", "-q", "-c", "3", "-i", "0.25", "-W", "1", to.getHostAddress());
    if (said.isEmpty()) {
      return Facts.Tried.NOT;
    }
    String text = said.get().text();
    if (said.get().isOk()) {
      return Facts.Tried.ANSWERED;
    }
    return text.contains("transmitted") ? Facts.Tried.SILENT : Facts.Tried.NOT;
  }
}
