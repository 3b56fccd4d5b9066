package pharos.daemon.doctor;

import java.net.InetAddress;
import java.util.Optional;
import pharos.agent.core.Sight;
import pharos.beacon.Addresses;

/** What becomes of datagrams between this host and one other, each way. Pure. */
final class LegDatagrams {
  /** With fewer datagrams nothing is said of how many got lost. */
  private static final int ENOUGH = 4;

  private static final String LOSSY =
      "much is lost: try a cable, or another channel of the wireless network";

  private final Facts facts;
  private final Facts.Leg leg;
  private final Findings findings;
  private final boolean isOfOtherCluster;

  LegDatagrams(Facts facts, Facts.Leg leg, Findings findings) {
    this.facts = facts;
    this.leg = leg;
    this.findings = findings;
    isOfOtherCluster = leg.agent().filter(it -> it.cluster() != facts.own().cluster()).isPresent();
  }

  /** Of the datagrams that were sent while it listened; empty when it did not tell. */
  private Optional<Integer> heardThere(boolean isShared) {
    if (leg.seen().isEmpty() || leg.broadcasts() < ENOUGH || !leg.unseen().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        leg.seen().get().heard().stream()
            .filter(it -> it.isShared() == isShared && isOfFamily(it.from()))
            .mapToInt(Sight.Heard::count)
            .sum());
  }

  private boolean isOfFamily(InetAddress address) {
    return address.getAddress().length == leg.address().getAddress().length;
  }

  /** Both ways, as both sides tell it, or as this side alone can tell. */
  void broadcast() {
    Optional<Integer> there = heardThere(true);
    if (leg.agent().isEmpty() && there.isEmpty()) {
      findings.unseen("broadcast", "nothing of an agent was heard there", "");
      return;
    }
    boolean isHeardHere = leg.agent().map(Facts.Heard::broadcasts).orElse(0) > 0;
    int nextMs = leg.agent().map(Facts.Heard::nextMs).orElse(0);
    // In a crowd each speaks seldom.
    boolean isSilentHere = !isHeardHere && nextMs * 2L < facts.own().listenedMs();
    boolean isAnswered = leg.agent().map(Facts.Heard::echoes).orElse(0) > 0;
    boolean isSilentThere =
        there.map(count -> count == 0).orElse(!isAnswered && leg.echoes() > 0 && !isOfOtherCluster);
    if (isSilentHere || isSilentThere) {
      broken(isSilentHere, isSilentThere);
      return;
    }
    int arrived = Math.min(leg.broadcasts(), there.orElse(0));
    if (there.isPresent() && arrived * 2 < leg.broadcasts()) {
      String few = "of " + leg.broadcasts() + " broadcasts only " + arrived + " arrived there";
      findings.warn("broadcast", few, LOSSY);
      return;
    }
    String arrive =
        there.isPresent()
            ? arrived + " of " + leg.broadcasts() + " arrived there"
            : isAnswered ? "they are answered there" : "not compared there";
    String back = isHeardHere ? ", and its own arrive here" : "; its own are not due yet";
    findings.ok("broadcast", arrive + back);
  }

  private void broken(boolean isSilentHere, boolean isSilentThere) {
    String port = "UDP port " + facts.own().beaconPort();
    String rule = "sudo pharos doctor names the rule that drops " + port;
    if (isSilentHere && isSilentThere) {
      findings.fail(
          "broadcast",
          "broadcasts pass neither way"
              + (leg.echoes() > 0 ? ", though single datagrams do" : "")
              + ": the switch or access point holds them back, or both hosts' firewalls drop them",
          ("let %s in on both; switch off 'client isolation' and filters of broadcasts; or name the"
                  + " others: pharos agent --peer %s")
              .formatted(port, at()));
    } else if (isSilentThere) {
      findings.fail(
          "broadcast",
          "one way only: broadcasts of this host do not arrive there, its own arrive here",
          "on " + leg.name() + ": " + rule + "; here: look at rules for what leaves");
    } else {
      findings.fail(
          "broadcast",
          "one way only: its broadcasts do not arrive here, those of this host arrive there",
          "here: " + rule + "; on " + leg.name() + ": look at rules for what leaves");
    }
  }

  private String at() {
    int port = leg.agent().map(Facts.Heard::udpPort).orElse(facts.own().beaconPort());
    return Addresses.text(leg.address()) + ":" + port;
  }

  /** To it alone, and its answers. */
  void unicast() {
    int broadcastEchoes = leg.agent().map(Facts.Heard::echoes).orElse(0);
    if (leg.probes() < ENOUGH && leg.echoes() + broadcastEchoes > 0) {
      findings.ok("unicast", "it answers");
      return;
    }
    int answered = Math.min(leg.echoes(), leg.probes());
    if (answered > 0 && answered * 2 >= leg.probes()) {
      findings.ok("unicast", answered + " of " + leg.probes() + " datagrams were answered");
    } else if (answered > 0) {
      String few = "of " + leg.probes() + " datagrams only " + answered + " were answered";
      findings.warn("unicast", few, LOSSY);
    } else if (leg.agent().isEmpty() || isOfOtherCluster) {
      findings.unseen("unicast", "no agent of this cluster answers there", "");
    } else {
      boolean isHeardThere = heardThere(false).orElse(0) > 0;
      String port = "UDP port " + leg.agent().get().udpPort();
      findings.fail(
          "unicast",
          isHeardThere
              ? "single datagrams arrive there, and its answers do not arrive here"
              : "single datagrams to its " + port + " are not answered",
          "let "
              + port
              + " in there (it is the agent's own; with --port N it is N), and answers to it"
              + " in here");
    }
  }
}
