package pharos.daemon.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rulesets as nft 1.0.6 prints them, by nft itself and by iptables-nft, and what they drop. */
class NftRulesTest {
  private static final NftRules.Packet BEACON =
      new NftRules.Packet(true, "udp", 5_670, "eth0", true);

  private static final NftRules.Packet QUESTION =
      new NftRules.Packet(true, "tcp", 5_671, "eth0", false);

  private static NftRules input(String policy, String... rules) {
    String text =
        "table inet filter {\n"
            + "\tset wanted {\n"
            + "\t\ttype inet_service\n"
            + "\t\telements = { 5670 }\n"
            + "\t}\n\n"
            + "\tchain input {\n"
            + "\t\ttype filter hook input priority filter; policy "
            + policy
            + ";\n\t\t"
            + String.join("\n\t\t", rules)
            + "\n\t}\n}\n";
    return NftRules.parse(text.lines().toList());
  }

  private static String fate(NftRules rules, NftRules.Packet packet) {
    return rules.dropped(packet).map(it -> it.rule() + " @ " + it.where()).orElse("passes");
  }

  @Test
  void whereThereAreNoRulesAllPasses() {
    assertEquals("passes", fate(NftRules.parse(List.of()), BEACON));
    assertTrue(NftRules.parse(List.of()).isEmpty());
  }

  @Test
  void whatNothingAcceptsIsDroppedByThePolicyWhichIsNamed() {
    NftRules rules = input("drop", "ct state established,related accept", "iifname \"lo\" accept");
    assertEquals("policy drop @ inet filter input", fate(rules, BEACON));
    assertEquals("passes", fate(rules, new NftRules.Packet(false, "udp", 5_670, "eth0", true)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "udp dport 5670 accept",
        "udp dport { 53, 5670 } counter packets 3 bytes 210 accept",
        "udp dport 5000-6000 accept",
        "udp dport { 22, 5000-6000 } accept",
        "meta l4proto { tcp, udp } th dport 5670 accept",
        "meta l4proto udp udp dport { 5670, 5671 } counter packets 0 bytes 0 accept",
        "ip protocol udp accept",
        "ip saddr 10.0.0.0/8 udp dport 5670 accept",
        "ip saddr { 10.0.0.0/8, 192.168.0.0/16 } accept",
        "udp dport @wanted accept",
        "iifname \"eth*\" accept",
        "iifname { \"eth0\", \"wlan0\" } accept",
        "iifname != \"wlan0\" udp dport 5670 accept",
        "meta pkttype broadcast accept",
        "pkttype broadcast counter packets 0 bytes 0 accept",
        "fib daddr type broadcast accept",
        "ct state new udp dport 5670 accept",
        "ct state { established, related, new } accept",
        "udp dport vmap { 53 : accept, 5670 : accept }",
        "limit rate 50/second udp dport 5670 accept",
        "some thing new accept",
        "log prefix \"in drop \" flags all accept",
        "udp dport 5670 accept comment \"pharos: beacons\"",
      })
  void aRuleThatLetsBeaconsInIsUnderstoodOrBelieved(String rule) {
    assertEquals("passes", fate(input("drop", rule), BEACON));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "udp dport 5671 accept",
        "tcp dport 5670 accept",
        "udp dport 5671-6000 accept",
        "udp dport != 5670 accept",
        "iifname \"lo\" accept",
        "iifname != \"eth0\" accept",
        "ct state established,related accept",
        "icmp type echo-request accept",
        "ip6 saddr fe80::/10 accept",
        "meta nfproto ipv6 accept",
        "ct state vmap { established : accept, related : accept }",
        "tcp dport vmap { 5670 : accept }",
        "counter packets 3 bytes 210",
        "log prefix \"udp dport 5670 accept\"",
        "pkttype multicast accept",
      })
  void aRuleForSomethingElseLetsNoBeaconIn(String rule) {
    assertEquals("policy drop @ inet filter input", fate(input("drop", rule), BEACON));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "udp dport 5670 drop|udp dport 5670 drop",
        "pkttype broadcast counter packets 9 bytes 900 drop"
            + "|pkttype broadcast counter packets 9 bytes 900 drop",
        "reject with icmpx type port-unreachable|reject with icmpx type port-unreachable",
        "meta l4proto udp drop|meta l4proto udp drop",
      })
  void aRuleThatDropsBeaconsIsNamed(String rule, String named) {
    assertEquals(named + " @ inet filter input", fate(input("accept", rule), BEACON));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "meta random & 2147483647 < 214748365 counter packets 0 bytes 0 drop",
        "ip saddr 10.66.0.0/16 drop",
        "ct state invalid drop",
        "limit rate over 500/second drop",
        "udp dport @refused drop",
      })
  void whatMayHoldOrNotAlarmsNobody(String rule) {
    assertEquals("passes", fate(input("accept", rule), BEACON));
  }

  @Test
  void theFirstRuleThatHoldsDecides() {
    assertEquals("passes", fate(input("drop", "udp dport 5670 accept", "drop"), BEACON));
    assertEquals(
        "drop @ inet filter input", fate(input("accept", "drop", "udp dport 5670 accept"), BEACON));
  }

  @Test
  void aSetThatGoesOnInTheNextLineIsRead() {
    NftRules rules = input("drop", "udp dport { 53, 67,", "\t\t\t     5670 } accept");
    assertEquals("passes", fate(rules, BEACON));
    assertEquals("policy drop @ inet filter input", fate(rules, QUESTION));
  }

  /** As {@code ufw enable} leaves it by iptables-nft, shortened. */
  @Test
  void chainsAreFollowedAsUfwMakesThem() {
    String text =
        """
        # Warning: table ip filter is managed by iptables-nft, do not touch!
        table ip filter {
        	chain ufw-before-input {
        		iifname "lo" counter packets 8 bytes 640 accept
        		ct state related,established counter packets 0 bytes 0 accept
        		ct state invalid counter packets 0 bytes 0 jump ufw-logging-deny
        		counter packets 1 bytes 60 jump ufw-not-local
        		counter packets 0 bytes 0 jump ufw-user-input
        	}

        	chain ufw-not-local {
        		fib daddr type local counter packets 0 bytes 0 return
        		fib daddr type multicast counter packets 0 bytes 0 return
        		fib daddr type broadcast counter packets 1 bytes 60 return
        		limit rate 3/minute burst 10 packets counter packets 0 bytes 0 jump ufw-logging-deny
        		counter packets 0 bytes 0 drop
        	}

        	chain ufw-logging-deny {
        		ct state invalid limit rate 3/minute burst 10 packets counter packets 0 bytes 0 return
        		limit rate 3/minute burst 10 packets counter packets 0 bytes 0 log prefix "[UFW BLOCK] "
        	}

        	chain ufw-user-input {
        		meta l4proto tcp tcp dport 5671 counter packets 0 bytes 0 accept
        	}

        	chain INPUT {
        		type filter hook input priority filter; policy drop;
        		counter packets 9 bytes 700 jump ufw-before-input
        	}

        	chain OUTPUT {
        		type filter hook output priority filter; policy accept;
        		counter packets 9 bytes 700 jump nowhere
        	}
        }
        """;
    NftRules rules = NftRules.parse(text.lines().toList());
    assertEquals("policy drop @ ip filter INPUT", fate(rules, BEACON));
    assertEquals("passes", fate(rules, QUESTION));
    assertEquals(
        List.of("beacons arriving by eth0"),
        FirewallChecks.blocks(rules, 5_670, List.of(5_671), List.of("eth0")).stream()
            .map(Facts.Block::what)
            .toList());
  }

  /** As firewalld leaves it, shortened: zones are gone to, and come back to who called them. */
  @Test
  void chainsAreFollowedAsFirewalldMakesThem() {
    String text =
        """
        table inet firewalld {
        	chain filter_INPUT {
        		type filter hook input priority filter + 10; policy accept;
        		ct state { established, related } accept
        		ct status dnat accept
        		iifname "lo" accept
        		ct state invalid drop
        		jump filter_INPUT_ZONES
        		reject with icmpx admin-prohibited
        	}

        	chain filter_INPUT_ZONES {
        		iifname "eth1" goto filter_IN_trusted
        		goto filter_IN_public
        	}

        	chain filter_IN_trusted {
        		accept
        	}

        	chain filter_IN_public {
        		jump filter_IN_public_allow
        		meta l4proto { icmp, ipv6-icmp } accept
        	}

        	chain filter_IN_public_allow {
        		tcp dport 22 accept
        		ip6 daddr fe80::/64 udp dport 546 accept
        		tcp dport 5671 accept
        	}
        }
        """;
    NftRules rules = NftRules.parse(text.lines().toList());
    assertEquals(
        "reject with icmpx admin-prohibited @ inet firewalld filter_INPUT", fate(rules, BEACON));
    assertEquals("passes", fate(rules, QUESTION));
    assertEquals("passes", fate(rules, new NftRules.Packet(true, "udp", 5_670, "eth1", true)));
  }

  @Test
  void everyChainAtTheHookMustLetItPass() {
    String text =
        """
        table ip raw {
        	chain pre {
        		type filter hook input priority raw + 5; policy accept;
        		udp dport 5670 drop
        	}
        }
        table inet filter {
        	chain input {
        		type filter hook input priority filter; policy accept;
        	}
        }
        table ip6 filter {
        	chain input {
        		type filter hook input priority filter; policy drop;
        	}
        }
        """;
    NftRules rules = NftRules.parse(text.lines().toList());
    assertEquals("udp dport 5670 drop @ ip raw pre", fate(rules, BEACON));
    assertEquals("passes", fate(rules, QUESTION));
  }

  @Test
  void chainsThatCallEachOtherForEverEnd() {
    NftRules rules =
        NftRules.parse(
            List.of(
                "table ip f {",
                "chain a {",
                "type filter hook input priority 0; policy drop;",
                "jump b",
                "}",
                "chain b {",
                "jump a",
                "}",
                "}"));
    assertEquals("passes", fate(rules, BEACON));
  }

  @Test
  void nonsenseIsNoRule() {
    assertEquals(
        "passes", fate(NftRules.parse(List.of("}", "}}", "{{{", "chain", "x { y", "\"")), BEACON));
  }

  @Test
  void theRuleToAddIsInTheWordsOfTheToolThatManagesThem() {
    Facts.Block block =
        new Facts.Block("beacons", "udp dport 5670", "policy drop", "inet filter input", true);
    assertEquals(
        "sudo nft insert rule inet filter input udp dport 5670 accept",
        FirewallChecks.mend(block, ""));
    assertEquals("sudo ufw allow 5670/udp", FirewallChecks.mend(block, "ufw"));
    assertEquals(
        "sudo firewall-cmd --permanent --add-port=5670/udp && sudo firewall-cmd --reload",
        FirewallChecks.mend(block, "firewalld"));
  }

  @Test
  void whetherAToolIsOnIsReadAsItSays() {
    assertTrue(FirewallChecks.isUfwEnabled(List.of("# conf", "ENABLED=yes", "LOGLEVEL=low")));
    assertEquals(false, FirewallChecks.isUfwEnabled(List.of("ENABLED=no", "#ENABLED=yes")));
    assertTrue(FirewallChecks.isFirewalldRunning("running\n"));
    assertEquals(false, FirewallChecks.isFirewalldRunning("not running\n"));
  }
}
