package pharos.daemon.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pharos.agent.core.Sight;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

/** What is found of facts: one thing is wrong in each, and that alone is named. */
class DiagnosisTest {
  private static final long NOW_MS = 1_900_000_000_000L;
  private static final InetAddress HERE = address("10.9.0.1");
  private static final InetAddress LOOPBACK = address("127.0.0.1");
  private static final InetAddress THERE = address("10.9.0.2");
  private static final NodeId BETA = NodeId.ofBase64("oKGio6SlpqeoqaqrrK2ur7CxsrM=");

  /** Facts of a sound network, to be spoiled in one place. */
  private static final class Case {
    Facts.Own own = new Facts.Own("Linux", true, true, false, 5_670, 0, 3_500, NOW_MS, 0);
    Facts.Way way =
        new Facts.Way(new Sight.Way("eth0", HERE, 24, 1_500, "02:00:00:00:00:01"), 12, 12, "");
    Facts.Holders holders = new Facts.Holders(true, List.of("java (process 7)"), 0, "");
    Facts.Firewall firewall = new Facts.Firewall("", List.of(), "");
    List<Facts.Source> sources = List.of(new Facts.Source(THERE, 40, 1, "Pharos"));
    List<Facts.Clone> clones = List.of();
    List<Facts.Twin> doubles = List.of();
    Optional<Facts.Heard> agent = Optional.of(heard(3, 8));
    InetAddress to = THERE;
    int echoes = 10;
    Facts.Tried tcp = Facts.Tried.ANSWERED;
    Optional<Sight.Seen> seen = Optional.of(seen(6, 8, 24, 1_500, Sight.Connected.ANSWERED));
    String unseen = "";
    Facts.Tried large = Facts.Tried.ANSWERED;
    Facts.Tried largeBack = Facts.Tried.ANSWERED;
    Facts.Tried ping = Facts.Tried.ANSWERED;
    Facts.Tried refusal = Facts.Tried.REFUSED;
    String neighbour = "02:00:00:00:00:02";
    long clockDiffMs = 3;
    boolean isLocalAgents = true;

    List<Finding> findings() {
      Facts.Leg leg =
          new Facts.Leg(
              "beta",
              true,
              to,
              agent,
              10,
              echoes,
              6,
              8,
              tcp,
              seen,
              unseen,
              large,
              largeBack,
              ping,
              refusal,
              neighbour,
              clockDiffMs,
              5_671,
              isLocalAgents);
      return Diagnosis.of(
          new Facts(
              own,
              List.of(way),
              List.of("docker0: down"),
              holders,
              firewall,
              agent.stream().toList(),
              sources,
              clones,
              doubles,
              List.of(leg)));
    }
  }

  private interface Spoil {
    void spoil(Case it);
  }

  private record Row(String name, Spoil spoil, List<String> alarms) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  private static Facts.Heard heard(int broadcasts, int echoes) {
    return heard(broadcasts, echoes, 0, 1_000, NOW_MS - 60_000);
  }

  private static Facts.Heard heard(
      int broadcasts, int echoes, int cluster, int nextMs, long incarnation) {
    return new Facts.Heard(
        BETA,
        "beta",
        incarnation,
        cluster,
        5_671,
        5_671,
        nextMs,
        THERE,
        broadcasts,
        echoes,
        false,
        false);
  }

  private static Sight.Seen seen(
      int broadcasts, int unicasts, int prefix, int mtu, Sight.Connected connected) {
    return new Sight.Seen(
        BETA,
        "beta",
        NOW_MS,
        HERE,
        "",
        Stream.of(
                new Sight.Heard(HERE, true, broadcasts, 10),
                new Sight.Heard(HERE, false, unicasts, 10))
            .filter(it -> it.count() > 0)
            .toList(),
        List.of(),
        List.of(new Sight.Way("eth0", THERE, prefix, mtu, "02:00:00:00:00:02")),
        connected,
        0);
  }

  private static Row row(String name, Spoil spoil, String... alarms) {
    return new Row(name, spoil, List.of(alarms));
  }

  static List<Row> rows() {
    return List.of(
        row("sound", it -> {}),
        row(
            "no other side",
            it -> {
              it.seen = Optional.empty();
              it.unseen = "it is of a version that does not tell";
            }),
        row(
            "a crowd whose next beacon is not due",
            it -> it.agent = Optional.of(heard(0, 8, 0, 20_000, NOW_MS - 1))),
        row(
            "some loss",
            it -> {
              it.seen = Optional.of(seen(4, 6, 24, 1_500, Sight.Connected.ANSWERED));
              it.echoes = 6;
            }),
        row("a host that refuses, and answers no ping", it -> it.ping = Facts.Tried.SILENT),
        row("a firewall there that hides closed ports", it -> it.refusal = Facts.Tried.SILENT),
        row(
            "many agents on one host",
            it -> it.sources = List.of(new Facts.Source(THERE, 2_000, 500, "Pharos"))),
        row(
            "a port that is open to us alone",
            it -> it.holders = new Facts.Holders(true, List.of(), 0, "")),
        row(
            "rules that only root may see",
            it ->
                it.firewall = new Facts.Firewall("ufw", List.of(), "its rules are for root alone")),
        row(
            "a host by itself",
            it -> it.way = new Facts.Way(new Sight.Way("lo", LOOPBACK, 8, 65_536, ""), 12, 12, ""),
            "warn interfaces",
            "fail subnet"),
        row(
            "no way out",
            it ->
                it.way =
                    new Facts.Way(
                        new Sight.Way("eth0", HERE, 24, 1_500, ""),
                        12,
                        0,
                        "Network is unreachable"),
            "fail interfaces"),
        row(
            "not heard back",
            it -> it.way = new Facts.Way(it.way.link(), 12, 0, ""),
            "fail own broadcast"),
        row(
            "a port that is taken",
            it -> it.holders = new Facts.Holders(false, List.of("avahi (process 9)"), 0, "in use"),
            "fail port"),
        row(
            "a rule that drops",
            it ->
                it.firewall =
                    new Facts.Firewall(
                        "ufw",
                        List.of(
                            new Facts.Block(
                                "beacons arriving by eth0",
                                "udp dport 5670",
                                "policy drop",
                                "ip filter INPUT",
                                true)),
                        ""),
            "fail firewall"),
        row(
            "no broadcast either way",
            it -> {
              it.agent = Optional.of(heard(0, 0));
              it.seen = Optional.of(seen(0, 8, 24, 1_500, Sight.Connected.ANSWERED));
            },
            "fail broadcast"),
        row(
            "one way, there",
            it -> it.seen = Optional.of(seen(0, 8, 24, 1_500, Sight.Connected.ANSWERED)),
            "fail broadcast"),
        row("one way, here", it -> it.agent = Optional.of(heard(0, 8)), "fail broadcast"),
        row(
            "one way, as this side alone can tell",
            it -> {
              it.agent = Optional.of(heard(3, 0));
              it.seen = Optional.empty();
              it.unseen = "it is of a version that does not tell";
            },
            "fail broadcast"),
        row(
            "much loss",
            it -> it.seen = Optional.of(seen(2, 8, 24, 1_500, Sight.Connected.ANSWERED)),
            "warn broadcast"),
        row("answers that do not come", it -> it.echoes = 0, "fail unicast"),
        row("few answers", it -> it.echoes = 3, "warn unicast"),
        row(
            "TCP dropped",
            it -> {
              it.tcp = Facts.Tried.SILENT;
              it.seen = Optional.empty();
              it.unseen = "it cannot be asked over TCP";
            },
            "fail tcp"),
        row(
            "nobody listens",
            it -> {
              it.tcp = Facts.Tried.REFUSED;
              it.seen = Optional.empty();
              it.unseen = "it cannot be asked over TCP";
            },
            "fail tcp"),
        row(
            "no connection to the agent here",
            it -> it.seen = Optional.of(seen(6, 8, 24, 1_500, Sight.Connected.SILENT)),
            "fail tcp back"),
        row(
            "no connection to where an agent could be",
            it -> {
              it.seen = Optional.of(seen(6, 8, 24, 1_500, Sight.Connected.SILENT));
              it.isLocalAgents = false;
            },
            "warn tcp back"),
        row(
            "another mask",
            it -> it.seen = Optional.of(seen(6, 8, 16, 1_500, Sight.Connected.ANSWERED)),
            "fail mask"),
        row(
            "a mask by which we are strangers",
            it -> {
              it.seen = Optional.empty();
              it.unseen = "you are on none of this agent's networks";
            },
            "fail mask"),
        row(
            "another MTU",
            it -> it.seen = Optional.of(seen(6, 8, 24, 1_400, Sight.Connected.ANSWERED)),
            "warn mtu"),
        row("long messages that get lost", it -> it.large = Facts.Tried.SILENT, "fail mtu"),
        row("long answers that get lost", it -> it.largeBack = Facts.Tried.SILENT, "fail mtu"),
        row(
            "no ICMP",
            it -> {
              it.ping = Facts.Tried.SILENT;
              it.refusal = Facts.Tried.SILENT;
            },
            "warn icmp"),
        row("another time", it -> it.clockDiffMs = -3_600_000, "warn clock"),
        row(
            "a start in the future",
            it -> it.agent = Optional.of(heard(3, 8, 0, 1_000, NOW_MS + 3_600_000)),
            "warn clock"),
        row(
            "a clock that was set",
            it ->
                it.own = new Facts.Own("Linux", true, true, false, 5_670, 0, 3_500, NOW_MS, -5_000),
            "warn clock"),
        row(
            "a clock that was never set",
            it ->
                it.own = new Facts.Own("Linux", true, true, false, 5_670, 0, 3_500, 86_400_000, 0),
            "fail clock",
            "warn clock"),
        row(
            "another cluster",
            it -> it.agent = Optional.of(heard(3, 0, 7, 1_000, NOW_MS - 1)),
            "warn cluster",
            "fail cluster"),
        row(
            "a flood",
            it -> it.sources = List.of(new Facts.Source(THERE, 5_000, 0, "another program")),
            "warn flood"),
        row(
            "a flood of many names",
            it -> it.sources = List.of(new Facts.Source(THERE, 50_000, 50_000, "Pharos")),
            "warn flood"),
        row(
            "two with one id",
            it -> it.clones = List.of(new Facts.Clone(BETA, List.of("10.9.0.2", "10.9.0.3"))),
            "fail clone"),
        row(
            "two with our address",
            it ->
                it.doubles = List.of(new Facts.Twin(HERE, "02:00:00:00:00:09", "it answers", true)),
            "fail duplicate address"),
        row(
            "another network",
            it -> {
              it.to = address("10.8.0.2");
              it.agent = Optional.empty();
            },
            "fail subnet"),
        row(
            "somebody who is off",
            it -> {
              silent(it);
              it.neighbour = "";
            },
            "fail reach"),
        row("somebody who answers nothing", DiagnosisTest::silent, "fail reach"));
  }

  private static void silent(Case it) {
    it.agent = Optional.empty();
    it.echoes = 0;
    it.tcp = Facts.Tried.SILENT;
    it.seen = Optional.empty();
    it.unseen = "it cannot be asked over TCP";
    it.ping = Facts.Tried.SILENT;
    it.refusal = Facts.Tried.SILENT;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsWrongIsNamedAndNothingElse(Row row) {
    Case facts = new Case();
    row.spoil().spoil(facts);
    List<Finding> findings = facts.findings();
    List<String> alarms =
        findings.stream()
            .filter(
                it -> it.verdict() == Finding.Verdict.WARN || it.verdict() == Finding.Verdict.FAIL)
            .map(it -> it.verdict().word() + " " + it.check())
            .toList();
    assertEquals(row.alarms(), alarms, findings::toString);
    for (Finding each : findings) {
      boolean isAlarm =
          each.verdict() == Finding.Verdict.WARN || each.verdict() == Finding.Verdict.FAIL;
      assertTrue(!isAlarm || !each.mend().isEmpty(), () -> each + " tells not what to do");
    }
  }

  @Test
  void itSaysWhatItCouldNotLookAt() {
    Case facts = new Case();
    facts.own = new Facts.Own("Mac OS X", false, false, false, 5_670, 0, 3_500, NOW_MS, 0);
    facts.firewall = new Facts.Firewall("", List.of(), "on this system no firewall is known here");
    facts.ping = Facts.Tried.NOT;
    facts.refusal = Facts.Tried.SILENT;
    facts.seen = Optional.empty();
    facts.unseen = "it is of a version that does not tell";
    assertEquals(
        List.of("firewall", "duplicate address", "icmp", "both sides"),
        facts.findings().stream()
            .filter(it -> it.verdict() == Finding.Verdict.NOT_LOOKED_AT)
            .map(Finding::check)
            .toList());
  }
}
