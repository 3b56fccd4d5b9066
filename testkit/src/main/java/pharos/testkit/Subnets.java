package pharos.testkit;

import java.util.List;

/**
 * Two subnets of two hosts each, and a router between them that forwards no broadcast: {@code
 * one-1} is 10.81.1.11, {@code one-2} 10.81.1.12, {@code two-1} 10.81.2.11, {@code two-2}
 * 10.81.2.12; the other one is {@code router}.
 */
public final class Subnets {
  private Subnets() {}

  /** Makes them; skips the test where that is not possible. */
  public static Namespaces make() {
    Namespaces hosts = Namespaces.of("router", "one-1", "one-2", "two-1", "two-2");
    int subnet = 0;
    for (String name : List.of("one", "two")) {
      subnet++;
      hosts.ip("router", "link", "add", name, "type", "bridge");
      hosts.ip("router", "link", "set", name, "up");
      hosts.address("router", name, "10.81." + subnet + ".1/24");
      for (int number = 1; number <= 2; number++) {
        String host = name + "-" + number;
        hosts.cable(host, "eth0", "router", host);
        hosts.ip("router", "link", "set", host, "master", name);
        hosts.address(host, "eth0", "10.81." + subnet + ".1" + number + "/24");
        hosts.ip(host, "route", "add", "default", "via", "10.81." + subnet + ".1");
      }
    }
    forward(hosts, true);
    return hosts;
  }

  /** Joins the subnets, or cuts what joins them: then packets vanish without a word. */
  public static void forward(Namespaces hosts, boolean isForwarding) {
    hosts.run("router", "sysctl", "-w", "net.ipv4.ip_forward=" + (isForwarding ? 1 : 0));
  }
}
