package pharos.daemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a firewall does to an agent, and what each tool calls its mending. Pure. */
final class FirewallChecks {
  private FirewallChecks() {}

  static boolean isUfwEnabled(List<String> conf) {
    return conf.stream().anyMatch(line -> line.strip().matches("ENABLED=(yes|Yes|YES)"));
  }

  static boolean isFirewalldRunning(String said) {
    return said.strip().equals("running");
  }

  /** What of ours these rules drop: each kind once, however many interfaces there are. */
  static List<Facts.Block> blocks(
      NftRules rules, int beaconPort, List<Integer> agentPorts, List<String> nics) {
    List<Facts.Block> blocks = new ArrayList<>();
    for (boolean isIncoming : List.of(true, false)) {
      String way = isIncoming ? "arriving" : "leaving";
      block(
              rules,
              nics,
              new NftRules.Packet(isIncoming, "udp", beaconPort, "", true),
              "beacons " + way)
          .ifPresent(blocks::add);
    }
    for (int port : agentPorts) {
      block(
              rules,
              nics,
              new NftRules.Packet(true, "tcp", port, "", false),
              "questions to the agent at TCP port " + port)
          .ifPresent(blocks::add);
    }
    return blocks;
  }

  private static Optional<Facts.Block> block(
      NftRules rules, List<String> nics, NftRules.Packet any, String what) {
    for (String nic : nics) {
      NftRules.Packet packet =
          new NftRules.Packet(any.isIncoming(), any.protocol(), any.port(), nic, any.isBroadcast());
      Optional<NftRules.Dropped> dropped = rules.dropped(packet);
      if (dropped.isPresent()) {
        return Optional.of(
            new Facts.Block(
                what + " by " + nic,
                any.protocol() + " dport " + any.port(),
                dropped.get().rule(),
                dropped.get().where(),
                any.isIncoming()));
      }
    }
    return Optional.empty();
  }

  /** The one rule to add. */
  static String mend(Facts.Block block, String tool) {
    String[] port = block.port().split(" dport ", -1);
    return switch (tool) {
      case "ufw" ->
          "sudo ufw allow " + (block.isIncoming() ? "" : "out ") + port[1] + "/" + port[0];
      case "firewalld" ->
          "sudo firewall-cmd --permanent --add-port=%s/%s && sudo firewall-cmd --reload"
              .formatted(port[1], port[0]);
      default -> "sudo nft insert rule " + block.where() + " " + block.port() + " accept";
    };
  }
}
