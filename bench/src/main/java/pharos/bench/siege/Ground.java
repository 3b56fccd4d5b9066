package pharos.bench.siege;

import java.util.ArrayList;
import java.util.List;
import pharos.testkit.Namespaces;

/**
 * The hosts: one for each agent, one for those who come and go, one whose cable is pulled, and the
 * enemy's, with its many addresses; one switch between all.
 */
final class Ground implements AutoCloseable {
  private static final String SWITCH = "switch";
  private static final String COMERS = "comers";
  private static final String LOOSE = "loose";
  private static final String ENEMY = "enemy";
  private static final String MASK = "/16";

  private final Namespaces hosts;

  private Ground(Namespaces hosts) {
    this.hosts = hosts;
  }

  static Ground of(int agents, int addresses) {
    List<String> names = new ArrayList<>(List.of(SWITCH, COMERS, LOOSE, ENEMY));
    for (int i = 1; i <= agents; i++) {
      names.add(agent(i));
    }
    Ground ground = new Ground(Namespaces.of(names.toArray(String[]::new)));
    ground.hosts.ip(SWITCH, "link", "add", "br0", "type", "bridge");
    ground.hosts.ip(SWITCH, "link", "set", "br0", "up");
    for (int i = 1; i <= agents; i++) {
      ground.plug(agent(i), Field.AGENTS + i);
    }
    ground.plug(COMERS, Field.AGENTS + 100);
    ground.plug(LOOSE, Field.AGENTS + 101);
    ground.plug(ENEMY, Field.AGENTS + 66);
    // One command, since each takes its time.
    ground.hosts.run(
        ENEMY,
        "sh",
        "-c",
        "for i in $(seq 1 "
            + addresses
            + "); do ip address add "
            + Field.OWN
            + "$i"
            + MASK
            + " dev eth0; done");
    return ground;
  }

  private static String agent(int number) {
    return "agent" + number;
  }

  private void plug(String host, String address) {
    hosts.cable(host, "eth0", SWITCH, host);
    hosts.ip(SWITCH, "link", "set", host, "master", "br0");
    hosts.address(host, "eth0", address + MASK);
  }

  /** What to put before the command of this agent, 1 to the number of them. */
  List<String> onAgent(int number) {
    return hosts.on(agent(number));
  }

  /** The same for those who come and go. */
  List<String> onComers() {
    return hosts.on(COMERS);
  }

  /** The same for the one whose cable is pulled. */
  List<String> onLoose() {
    return hosts.on(LOOSE);
  }

  /** The same for the enemy; he shall not win by taking the processor from the others. */
  List<String> onEnemy() {
    List<String> command = new ArrayList<>(hosts.on(ENEMY));
    command.addAll(List.of("nice", "-n", "5"));
    return command;
  }

  /** Pulls the cable of that one host, or puts it in again. */
  void plugged(boolean isPlugged) {
    hosts.ip(SWITCH, "link", "set", LOOSE, isPlugged ? "up" : "down");
  }

  @Override
  public void close() {
    hosts.close();
  }
}
