package pharos.agent.core.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Where an agent is asked, as ZeroMQ writes it. */
public final class Endpoints {
  private Endpoints() {}

  /** Such as {@code tcp://10.0.0.7:5671} or {@code tcp://[fd00::7]:5671}. */
  public static String of(InetAddress address, int port) {
    String host = address.getHostAddress();
    return "tcp://" + (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }
}
