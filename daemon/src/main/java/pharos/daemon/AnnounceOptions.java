package pharos.daemon;

import static pharos.daemon.NetworkOptions.set;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.agent.AgentBuilder;
import pharos.agent.wire.Offer;
import picocli.CommandLine.Option;

/** What a program is announced as: by {@code agent}, and by {@code run}. */
final class AnnounceOptions {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What people call it. Default: the service, with four letters of its id.")
  private @Nullable String name;

  @Option(
      names = "--service",
      paramLabel = "SERVICE",
      description = "The kind of program that it is, such as Alpha.")
  private @Nullable String service;

  @Option(
      names = "--offer",
      paramLabel = "TYPE=PORT[,key=value...]",
      converter = Offering.class,
      description =
          "Something that a program of this host answers at a port, with attributes; the attribute"
              + " protocol tells how it is spoken to, tcp (ZeroMQ) by default. May be repeated.")
  private List<Offer> offers = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT|FIRST-LAST",
      converter = PortRange.Reader.class,
      description = "The TCP port of the agent itself. Default: any that is free.")
  private @Nullable PortRange port;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "The time between two beacons, such as 500ms. Default: 1s.")
  private @Nullable Duration interval;

  @Option(
      names = "--advertise",
      paramLabel = "ADDRESS",
      description =
          "Be reached at this address instead of where the beacons come from. Up to 4 times.")
  private List<String> advertised = new ArrayList<>();

  void applyTo(AgentBuilder builder) {
    set("--name '" + name + "'", name, builder::name);
    set("--service '" + service + "'", service, builder::service);
    for (Offer offer : offers) {
      set(
          "--offer " + offer.type() + "=" + offer.port(),
          offer,
          it -> builder.offer(it.type(), it.port(), it.protocol(), it.attributes()));
    }
    set("--port", port, it -> builder.ports(it.first(), it.last()));
    applyReachTo(builder);
  }

  /** How often it is told of, and where it is reached: what programs beside it have too. */
  void applyReachTo(AgentBuilder builder) {
    set("--interval", interval, builder::interval);
    set("--advertise", advertised, it -> builder.advertise(addresses(it)));
  }

  /** Whether it was said what it is. */
  boolean isNamed() {
    return name != null || service != null;
  }

  /** Where what it offers is. */
  List<Integer> ports() {
    return offers.stream().map(Offer::port).distinct().toList();
  }

  private static InetAddress[] addresses(List<String> texts) {
    return texts.stream().map(NetworkOptions::address).toArray(InetAddress[]::new);
  }
}
