package pharos.daemon.doctor;

import java.util.List;
import java.util.Optional;
import pharos.agent.core.Sight;
import pharos.beacon.Addresses;

/** What is wrong between this host and one other. Pure. */
final class LegDiagnosis {
  private final Facts facts;
  private final Facts.Leg leg;
  private final Findings findings;

  LegDiagnosis(Facts facts, Facts.Leg leg) {
    this.facts = facts;
    this.leg = leg;
    findings = new Findings(leg.name());
  }

  List<Finding> findings() {
    if (leg.isHere(facts.ways())) {
      findings.ok("reach", "it is this very host");
      return findings.all();
    }
    boolean isOnLink = facts.ways().stream().anyMatch(way -> way.reaches(leg.address()));
    if (!isOnLink) {
      subnet();
      tcp();
      return findings.all();
    }
    mask();
    if (isDead()) {
      dead();
      return findings.all();
    }
    cluster();
    LegDatagrams datagrams = new LegDatagrams(facts, leg, findings);
    datagrams.broadcast();
    datagrams.unicast();
    tcp();
    tcpBack();
    mtu();
    icmp();
    clock();
    if (!leg.unseen().isEmpty()) {
      findings.unseen(
          "both sides",
          "only this side was measured: " + leg.unseen(),
          leg.agent().isEmpty() && leg.tcp() == Facts.Tried.NOT
              ? "pharos doctor HOST:PORT, with the TCP port that the agent there tells at its"
                  + " start"
              : "");
    }
    return findings.all();
  }

  private void subnet() {
    findings.fail(
        "subnet",
        Addresses.text(leg.address())
            + " is on none of this host's networks ("
            + String.join(", ", facts.ways().stream().map(Facts.Way::toString).toList())
            + "): broadcasts end at the router",
        "join both networks by a gateway: pharos agent --gateway --port 5671 on one, and"
            + " --gateway --seed THAT_HOST:5671 on the other; or give both hosts addresses of"
            + " one network");
  }

  /** What the other says of its mask, or that it takes us for a stranger. */
  private void mask() {
    Optional<Facts.Way> ours =
        facts.ways().stream().filter(way -> way.reaches(leg.address())).findFirst();
    if (ours.isEmpty()) {
      return;
    }
    int prefix = ours.get().link().prefix();
    if (leg.unseen().contains("networks")) {
      wrongMask("it takes this host for one of another network", prefix);
      return;
    }
    for (Sight.Way theirs : leg.seen().map(Sight.Seen::ways).orElse(List.of())) {
      for (Facts.Way way : facts.ways()) {
        boolean areNear =
            way.isIpv4()
                && theirs.address().getAddress().length == 4
                && !way.isLoopback()
                && (way.reaches(theirs.address())
                    || Addresses.share(theirs.address(), way.link().address(), theirs.prefix()));
        if (areNear && theirs.prefix() != way.link().prefix()) {
          wrongMask(
              "%s/%s there, %s/%s here"
                  .formatted(
                      Addresses.text(theirs.address()),
                      theirs.prefix(),
                      Addresses.text(way.link().address()),
                      way.link().prefix()),
              way.link().prefix());
        }
      }
    }
  }

  private void wrongMask(String what, int prefix) {
    findings.fail(
        "mask",
        "the two hosts have different masks: " + what,
        "give both the same, such as /%s: sudo ip address replace ADDRESS/%s dev INTERFACE"
            .formatted(prefix, prefix));
  }

  private boolean isDead() {
    return leg.echoes() == 0
        && leg.tcp() != Facts.Tried.ANSWERED
        && leg.tcp() != Facts.Tried.REFUSED
        && leg.ping() != Facts.Tried.ANSWERED
        && leg.refusal() != Facts.Tried.REFUSED
        && leg.agent().isEmpty();
  }

  private void dead() {
    boolean hasNeighbour = !leg.neighbour().isEmpty();
    findings.fail(
        "reach",
        hasNeighbour
            ? "it is there (MAC "
                + leg.neighbour()
                + "), and answers nothing: neither UDP, TCP"
                + " nor ping"
            : "nothing comes back from it, not even its MAC: it is off, has another address, or"
                + " an access point keeps its clients apart",
        hasNeighbour
            ? "let UDP port "
                + facts.own().beaconPort()
                + " in there, and look whether its mask"
                + " is the same as here: ip address"
            : "see whether it is on; switch off 'client isolation' at the access point; or"
                + " start agents with --seed of one that all reach");
  }

  private void cluster() {
    leg.agent()
        .filter(it -> it.cluster() != facts.own().cluster())
        .ifPresent(
            it ->
                findings.fail(
                    "cluster",
                    "it is of another cluster than the one that is looked for",
                    "start both with the same --cluster NAME, or both without"));
  }

  private void tcp() {
    switch (leg.tcp()) {
      case ANSWERED -> findings.ok("tcp", "it takes connections");
      case REFUSED ->
          findings.fail(
              "tcp",
              "nobody listens at its TCP port" + port(),
              "start the agent there again; a rule that rejects looks the same: sudo pharos"
                  + " doctor there tells");
      case SILENT, NO_ROUTE ->
          findings.fail(
              "tcp",
              "its TCP port" + port() + " does not answer, so it cannot be asked what it offers",
              "let it in there: sudo pharos doctor on that host names the rule; with --port N"
                  + " an agent always has the same port");
      case NOT -> {} // told with what was not looked at
    }
  }

  private String port() {
    return leg.agent().map(it -> " " + it.tcpPort()).orElse("");
  }

  private void tcpBack() {
    Sight.Connected connected =
        leg.seen().map(Sight.Seen::connected).orElse(Sight.Connected.NOT_TRIED);
    String port = "TCP port " + leg.localPort();
    switch (connected) {
      case ANSWERED -> findings.ok("tcp back", "it connects to this host");
      case REFUSED, SILENT -> {
        if (leg.isLocalAgents()) {
          findings.fail(
              "tcp back",
              "it cannot connect to the agent of this host at " + port,
              "let it in here: sudo pharos doctor names the rule");
        } else {
          findings.warn(
              "tcp back",
              "it cannot connect to this host at " + port + ", one as agents take them",
              "start the agent here with --port 5671 and let TCP and UDP port 5671 in;"
                  + " sudo pharos doctor names the rule");
        }
      }
      case NOT_TRIED -> {} // told with what was not looked at
    }
  }

  private void mtu() {
    if (leg.large() == Facts.Tried.SILENT || leg.largeBack() == Facts.Tried.SILENT) {
      findings.fail(
          "mtu",
          "short messages pass, and those longer than a packet get lost "
              + (leg.large() == Facts.Tried.SILENT ? "on the way there" : "on the way back"),
          "something between takes shorter packets and does not say so; try: sudo ip link set"
              + " INTERFACE mtu 1400");
      return;
    }
    boolean isToldDifferent = false;
    for (Sight.Way theirs : leg.seen().map(Sight.Seen::ways).orElse(List.of())) {
      for (Facts.Way way : facts.ways()) {
        if (way.isIpv4()
            && !way.isLoopback()
            && !isToldDifferent
            && way.reaches(theirs.address())
            && theirs.mtu() > 0
            && way.link().mtu() > 0
            && theirs.mtu() != way.link().mtu()) {
          isToldDifferent = true;
          findings.warn(
              "mtu",
              ("packets may have %s bytes there, and %s here: what is longer than the"
                      + " shorter gets lost")
                  .formatted(theirs.mtu(), way.link().mtu()),
              "give both the same: sudo ip link set "
                  + way.link().nic()
                  + " mtu "
                  + Math.min(theirs.mtu(), way.link().mtu()));
        }
      }
    }
    if (!isToldDifferent && leg.largeBack() == Facts.Tried.ANSWERED) {
      findings.ok("mtu", "messages longer than a packet pass both ways");
    }
  }

  private void icmp() {
    if (leg.ping() == Facts.Tried.ANSWERED || leg.refusal() == Facts.Tried.REFUSED) {
      findings.ok(
          "icmp",
          leg.refusal() == Facts.Tried.REFUSED
              ? "refusals arrive"
              : "ping is answered; a closed port does not refuse, so a crash is known by the"
                  + " connection that breaks");
    } else if (leg.ping() == Facts.Tried.SILENT) {
      findings.warn(
          "icmp",
          "neither ping nor a closed port is answered: ICMP is dropped. Pharos works without;"
              + " a crash is known later, and paths with short packets break",
          "let ICMP in on both: sudo nft insert rule inet filter input meta l4proto icmp"
              + " accept");
    } else {
      findings.unseen("icmp", "there is no ping that this user may run", "install iputils-ping");
    }
  }

  private void clock() {
    if (leg.seen().isEmpty()) {
      return;
    }
    long diffMs = leg.clockDiffMs();
    if (Math.abs(diffMs) > Diagnosis.CLOCK_MS) {
      findings.warn(
          "clock",
          "its clock is "
              + (Math.abs(diffMs) + 500) / 1_000
              + " s "
              + (diffMs > 0 ? "ahead of" : "behind")
              + " this host's",
          "sudo timedatectl set-ntp true, on the one that is wrong");
    } else {
      findings.ok("clock", "within " + (Math.abs(diffMs) / 1_000 + 1) + " s");
    }
  }
}
