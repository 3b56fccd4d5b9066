package pharos.agent.core;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Which port of a peer refused, and what that is worth: {@link Refusals} says. */
final class Refusal implements Serializable {
  /** The port that refused last, until it is shown that it lies. */
  @Nullable Port port;

  long sinceNs = Peer.NEVER;

  /** The verdict waits for an answer over TCP. */
  boolean isPutOff;

  boolean udpLies;
  boolean tcpLies;

  /** What refused. */
  enum Port {
    UDP,
    TCP
  }

  boolean lies(Port port) {
    return port == Port.UDP ? udpLies : tcpLies;
  }
}
