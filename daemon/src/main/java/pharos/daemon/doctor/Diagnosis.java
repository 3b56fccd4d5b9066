package pharos.daemon.doctor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import pharos.beacon.Addresses;

/** Makes findings of facts. Pure: the same facts always give the same findings. */
public final class Diagnosis {
  /** One that has fewer than this a second floods nobody. */
  static final int CALM_PER_SECOND = 100;

  /** As many as an agent may send, with answers and probes in its bad times. */
  static final int OF_ONE_PER_SECOND = 10;

  /** Nobody has so much to say, however many agents speak there. */
  static final int MOST_PER_SECOND = 5_000;

  /** Clocks that differ by less are good enough. */
  static final long CLOCK_MS = 10_000;

  /** A run that begins later than now by this began on a host whose clock is ahead. */
  static final long FUTURE_MS = 60_000;

  /** Before this nobody could have built what is running here. */
  static final long PAST_MS = 1_700_000_000_000L;

  static final int SMALLEST_MTU = 576;
  private static final int MAX_NAMED = 5;

  private final Facts facts;
  private final Findings findings = new Findings("");

  private Diagnosis(Facts facts) {
    this.facts = facts;
  }

  /** What is well, what is not, and what could not be looked at. */
  public static List<Finding> of(Facts facts) {
    Diagnosis it = new Diagnosis(facts);
    it.interfaces();
    it.port();
    it.ownBroadcast();
    it.firewall();
    it.others();
    it.clusters();
    it.clones();
    it.doubles();
    it.doublesUnseen();
    it.floods();
    it.clock();
    for (Facts.Leg leg : facts.legs()) {
      it.findings.addAll(new LegDiagnosis(facts, leg).findings());
    }
    return it.findings.all();
  }

  private void interfaces() {
    String unused =
        facts.unused().isEmpty()
            ? ""
            : "; not used: " + facts.unused().stream().collect(Collectors.joining("; "));
    List<Facts.Way> ways = facts.ways();
    String used = ways.stream().map(Facts.Way::toString).collect(Collectors.joining(", "));
    if (ways.stream().allMatch(Facts.Way::isLoopback) && !facts.own().isWithin()) {
      findings.warn(
          "interfaces",
          "no interface reaches another host" + unused,
          "bring one up and give it an address, such as: sudo ip link set eth0 up; on a"
              + " laptop, join a network");
      return;
    }
    for (Facts.Way way : ways) {
      if (!way.failure().isEmpty()) {
        findings.fail(
            "interfaces",
            "beacons do not leave by " + way + ": " + way.failure(),
            "look at 'ip route' and 'ip rule', and at the firewall of this host");
      } else if (way.link().mtu() > 0 && way.link().mtu() < SMALLEST_MTU) {
        findings.fail(
            "mtu",
            way + " takes packets of " + way.link().mtu() + " bytes alone",
            "sudo ip link set " + way.link().nic() + " mtu 1500");
      }
    }
    findings.ok("interfaces", "beacons leave by " + used + unused);
  }

  private void port() {
    Facts.Holders holders = facts.holders();
    int port = facts.own().beaconPort();
    String who = String.join(", ", holders.programs());
    if (!holders.isShared()) {
      String named =
          !who.isEmpty() ? who : holders.unseen() > 0 ? "a program of another user" : "somebody";
      findings.fail(
          "port",
          named + " holds UDP port " + port + " for itself: " + holders.failure(),
          "end it, or start it so that it shares the port (SO_REUSEADDR, SO_REUSEPORT); to"
              + " name it: sudo ss -ulpn 'sport = :"
              + port
              + "'");
      return;
    }
    String others =
        holders.programs().isEmpty() && holders.unseen() == 0
            ? "nobody else has it"
            : "shared with "
                + (who.isEmpty() ? "" : who + (holders.unseen() > 0 ? " and " : ""))
                + (holders.unseen() > 0
                    ? holders.unseen() + " sockets that only root can name"
                    : "");
    findings.ok("port", "UDP port " + port + " can be heard; " + others);
  }

  private void ownBroadcast() {
    for (Facts.Way way : facts.ways()) {
      if (!facts.holders().isShared() || way.sent() == 0 || !way.failure().isEmpty()) {
        continue;
      }
      if (way.heardBack() > 0) {
        findings.ok(
            "own broadcast",
            "heard back on " + way + " (" + way.heardBack() + " of " + way.sent() + ")");
      } else {
        String rule =
            facts.firewall().tool().equals("ufw")
                ? "sudo ufw allow " + facts.own().beaconPort() + "/udp"
                : facts.firewall().tool().equals("firewalld")
                    ? "sudo firewall-cmd --permanent --add-port="
                        + facts.own().beaconPort()
                        + "/udp && sudo firewall-cmd --reload"
                    : "let UDP port "
                        + facts.own().beaconPort()
                        + " in; 'sudo pharos doctor' names the rule that drops it";
        findings.fail(
            "own broadcast",
            "not even this host hears its own on " + way + ": a firewall of this host drops it",
            rule);
      }
    }
  }

  private void firewall() {
    Facts.Firewall firewall = facts.firewall();
    for (Facts.Block block : firewall.blocks()) {
      findings.fail(
          "firewall",
          "drops "
              + block.what()
              + ": '"
              + block.rule()
              + "' in "
              + block.where()
              + (firewall.tool().isEmpty() ? "" : " (" + firewall.tool() + ")"),
          FirewallChecks.mend(block, firewall.tool()));
    }
    if (!firewall.unseen().isEmpty()) {
      String tool = firewall.tool().isEmpty() ? "" : firewall.tool() + " is on; ";
      findings.unseen(
          "firewall",
          tool + firewall.unseen(),
          facts.own().isLinux() && !facts.own().isRoot()
              ? "sudo pharos doctor"
              : facts.own().isLinux()
                  ? "install nftables"
                  : "let UDP port " + facts.own().beaconPort() + " in for Java");
    } else if (firewall.blocks().isEmpty()) {
      findings.ok(
          "firewall",
          "nothing of this host drops beacons or questions"
              + (firewall.tool().isEmpty() ? "" : " (" + firewall.tool() + ")"));
    }
  }

  private void others() {
    Set<String> others =
        facts.heard().stream()
            .filter(it -> !it.isHere() && it.tcpPort() != 0 && isOurs(it))
            .map(Facts.Heard::shown)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    long here =
        facts.heard().stream()
            .filter(it -> it.isHere() && it.tcpPort() != 0 && isOurs(it))
            .map(Facts.Heard::id)
            .distinct()
            .count();
    String ours = here == 0 ? "" : "; on this host " + here;
    if (others.isEmpty()) {
      findings.ok(
          "others",
          ("no agent of another host was heard within %s ms%s; if there should be one:"
                  + " pharos doctor HOST")
              .formatted(facts.own().listenedMs(), ours));
    } else {
      findings.ok("others", "heard " + some(List.copyOf(others)) + ours);
    }
  }

  private boolean isOurs(Facts.Heard it) {
    return it.cluster() == facts.own().cluster();
  }

  private static String some(List<String> all) {
    String more = all.size() > MAX_NAMED ? " and " + (all.size() - MAX_NAMED) + " more" : "";
    return all.stream().limit(MAX_NAMED).collect(Collectors.joining(", ")) + more;
  }

  private void clusters() {
    List<String> foreign =
        facts.heard().stream()
            .filter(it -> it.tcpPort() != 0 && !isOurs(it))
            .map(Facts.Heard::shown)
            .distinct()
            .toList();
    boolean hasOurs =
        facts.heard().stream().anyMatch(it -> !it.isHere() && it.tcpPort() != 0 && isOurs(it));
    if (foreign.isEmpty()) {
      return;
    }
    if (hasOurs) {
      findings.ok("cluster", "of other clusters: " + some(foreign));
    } else {
      findings.warn(
          "cluster",
          "all that are heard are of another cluster: " + some(foreign),
          "start both with the same --cluster NAME, or both without");
    }
  }

  private void clones() {
    for (Facts.Clone clone : facts.clones()) {
      findings.fail(
          "clone",
          "the id "
              + clone.id().toShortString()
              + " is used by several at once: "
              + String.join(", ", clone.places()),
          "give each its own: start all but one without --id, and with a --state folder of its"
              + " own (was a machine or a folder copied?)");
    }
  }

  private void doubles() {
    for (Facts.Twin it : facts.doubles()) {
      String mac = it.mac().isEmpty() ? "" : " with the MAC " + it.mac();
      String address = Addresses.text(it.address());
      if (it.isOurs()) {
        findings.fail(
            "duplicate address",
            "another host" + mac + " has our address " + address + ": " + it.how(),
            "give one of them another address; to see who answers: sudo arping -D -I "
                + nic(it)
                + " "
                + address);
      } else {
        findings.warn(
            "duplicate address",
            "two hosts seem to have " + address + " (" + it.mac() + "): " + it.how(),
            "give one of them another address");
      }
    }
  }

  /** Others that tell what they hear of us find it too, but not always. */
  private void doublesUnseen() {
    if (!facts.own().isArpAsked() && facts.doubles().isEmpty()) {
      findings.unseen(
          "duplicate address",
          "there is no arping that this user may run, so only what others tell is known",
          facts.own().isLinux() ? "install iputils-arping, and: sudo pharos doctor" : "");
    }
  }

  private String nic(Facts.Twin it) {
    return facts.ways().stream()
        .filter(way -> way.link().address().equals(it.address()))
        .map(way -> way.link().nic())
        .findFirst()
        .orElse("eth0");
  }

  private void floods() {
    for (Facts.Source source : facts.sources()) {
      long perSecond = source.datagrams() * 1_000L / Math.max(1, facts.own().listenedMs());
      boolean isMuch = perSecond > CALM_PER_SECOND;
      boolean isTooMuch = perSecond > (long) source.ids() * OF_ONE_PER_SECOND;
      if (isMuch && (isTooMuch || perSecond > MOST_PER_SECOND)) {
        String address = Addresses.text(source.address());
        findings.warn(
            "flood",
            "%s sends %s datagrams a second to UDP port %s (in the name of %s)"
                .formatted(address, perSecond, facts.own().beaconPort(), source.kind()),
            ("look at what runs there; to keep it out: sudo nft add rule inet filter"
                    + " input ip saddr %s udp dport %s drop")
                .formatted(address, facts.own().beaconPort()));
      }
    }
  }

  private void clock() {
    if (facts.own().clockMs() < PAST_MS) {
      findings.fail(
          "clock",
          "this host's clock stands at " + java.time.Instant.ofEpochMilli(facts.own().clockMs()),
          "sudo timedatectl set-ntp true");
    } else if (Math.abs(facts.own().clockJumpMs()) > 1_000) {
      findings.warn(
          "clock",
          "this host's clock was set by "
              + facts.own().clockJumpMs()
              + " ms meanwhile; a clock that goes back makes an agent's next start look like an"
              + " old one",
          "timedatectl timesync-status");
    }
    Set<String> ahead = new LinkedHashSet<>();
    for (Facts.Heard it : facts.heard()) {
      if (it.incarnation() - facts.own().clockMs() > FUTURE_MS && isOurs(it)) {
        ahead.add(it.shown());
      }
    }
    if (!ahead.isEmpty()) {
      findings.warn(
          "clock",
          "started later than now, by this host's clock: " + some(List.copyOf(ahead)),
          "set the clocks of both: sudo timedatectl set-ntp true");
    }
  }
}
