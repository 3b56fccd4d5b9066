package pharos.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pharos.agent.AgentBuilder;
import pharos.beacon.Addresses;
import pharos.beacon.Beacon;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.Interfaces;
import pharos.beacon.Nic;
import pharos.beacon.io.SystemInterfaces;
import pharos.daemon.doctor.Examination;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Where and with whom: what every command has that listens. */
final class NetworkOptions {
  static final int BEACON_PORT = 5_670;

  @Option(
      names = "--interface",
      paramLabel = "SELECTOR",
      description =
          "Use these interfaces alone: a name (eth0), a pattern (docker*), an address or a network"
              + " (10.0.0.0/8); with ! in front, not these. May be repeated. Default: all that can"
              + " broadcast.")
  private List<String> interfaces = new ArrayList<>();

  @Option(
      names = "--beacon-port",
      paramLabel = "PORT",
      converter = BeaconPortReader.class,
      description = "The UDP port that all agents of this network share. Default: 5670.")
  private @Nullable Integer beaconPort;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "See those of the same cluster alone. Default: the one without a name.")
  private @Nullable String cluster;

  @Option(names = "--loopback", description = "Stay within this host.")
  private boolean isLoopback;

  void applyTo(AgentBuilder builder) {
    if (!interfaces.isEmpty()) {
      set("--interface", interfaces.toArray(String[]::new), builder::interfaces);
      if (!isLoopback) {
        checkInterfaces();
      }
    }
    set("--beacon-port", beaconPort, builder::beaconPort);
    set("--cluster", cluster, builder::cluster);
    builder.loopback(isLoopback);
  }

  /** Where a daemon has to be to know who is there; of single interfaces nobody can tell. */
  record Network(String cluster, int beaconPort, boolean isLoopback) {
    boolean isOf(Daemon daemon) {
      return daemon.cluster().equals(cluster)
          && daemon.beaconPort() == beaconPort
          && (daemon.isLoopback() || !isLoopback);
    }
  }

  /** Whether this daemon is on the network that is meant. */
  boolean isOf(Daemon daemon) {
    return interfaces.isEmpty() && network().isOf(daemon);
  }

  Network network() {
    return new Network(
        cluster == null ? "" : cluster, beaconPort == null ? BEACON_PORT : beaconPort, isLoopback);
  }

  /** The interfaces that are meant, as they are now. */
  Interfaces choose() {
    return Interfaces.choose(nics(), filter());
  }

  /** Those that are meant, whenever one looks; there is one at least by now. */
  private InterfaceFilter filter() {
    if (hasInterfaces()) {
      set("--interface", interfaces, InterfaceFilter::of);
      checkInterfaces();
    }
    if (isLoopback) {
      return InterfaceFilter.loopback();
    }
    return hasInterfaces() ? InterfaceFilter.of(interfaces) : InterfaceFilter.all();
  }

  private static List<Nic> nics() {
    try {
      return SystemInterfaces.list();
    } catch (IOException e) {
      throw new Failure("the interfaces of this host cannot be listed: " + e.getMessage(), e);
    }
  }

  boolean hasInterfaces() {
    return !interfaces.isEmpty();
  }

  boolean isOfCluster() {
    return cluster != null;
  }

  /** What to examine. */
  Examination.Plan plan(Optional<Examination.Wanted> wanted, long listenMs) {
    Network all = network();
    return new Examination.Plan(
        filter(),
        isLoopback,
        all.beaconPort(),
        Beacon.clusterHash(all.cluster()),
        wanted,
        listenMs);
  }

  /** An agent would wait for such an interface to appear; whoever mistyped it would wait longer. */
  private void checkInterfaces() {
    List<Nic> nics = nics();
    if (Interfaces.choose(nics, InterfaceFilter.of(interfaces)).links().isEmpty()) {
      throw new Failure(
          "--interface "
              + String.join(" --interface ", interfaces)
              + " leaves no interface that can broadcast; there are "
              + nics.stream().map(NetworkOptions::described).collect(Collectors.joining(", ")));
    }
  }

  private static String described(Nic nic) {
    return nic.addresses().stream()
        .map(it -> it.address())
        .filter(it -> it.getAddress().length == 4)
        .findFirst()
        .map(it -> nic.name() + " (" + it.getHostAddress() + ")")
        .orElse(nic.name());
  }

  /** Does a setting of the library's, if it is given; what it refuses is the option's fault. */
  static <T> void set(String option, @Nullable T given, Consumer<T> setting) {
    try {
      Optional.ofNullable(given).ifPresent(setting);
    } catch (IllegalArgumentException e) {
      throw new Misuse(option + ": " + e.getMessage(), e);
    }
  }

  static final class BeaconPortReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return PortRange.port(text, 1, text);
    }
  }

  static InetAddress address(String text) {
    return Addresses.parse(text)
        .orElseThrow(
            () -> new IllegalArgumentException("'" + text + "' is no IPv4 or IPv6 address"));
  }
}
