package pharos.beacon.io;

import pharos.beacon.Beacon;

/**
 * Which UDP ports to open.
 *
 * @param shared the port that all agents of the network share
 * @param own the port of the own socket; 0 for any that is free
 * @param ownIsWish whether another own port will do when that one is taken
 */
public record Ports(int shared, int own, boolean ownIsWish) {
  /** The port of presence, and any own port. */
  public static final Ports DEFAULT = new Ports(Beacon.PORT, 0, true);

  /** Checks the numbers. */
  public Ports {
    check("shared", shared, 1);
    check("own", own, 0);
    if (shared == own && ownIsWish) {
      own = 0;
    } else if (shared == own) {
      throw new IllegalArgumentException(
          "the own port must not be the shared one, "
              + shared
              + ": each datagram reaches only one");
    }
  }

  /** The same with another shared port; all agents of the network need the same one. */
  public Ports withShared(int port) {
    return new Ports(port, own, ownIsWish);
  }

  /** The same with this own port and no other. */
  public Ports withOwn(int port) {
    return new Ports(shared, port, false);
  }

  /** The same with this own port if it is free, as the agent's TCP port is wished for. */
  public Ports wishingOwn(int port) {
    return new Ports(shared, port, true);
  }

  private static void check(String what, int port, int min) {
    if (port < min || port > 0xFFFF) {
      throw new IllegalArgumentException(
          "the " + what + " port must be " + min + " to 65535, not " + port);
    }
  }
}
