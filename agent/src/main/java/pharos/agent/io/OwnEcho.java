package pharos.agent.io;

/**
 * Whether broadcasts arrive at this host at all: its own do, wherever nothing holds them back. A
 * firewall that rejects UDP lets an agent see nobody, and nothing else would tell why. No socket
 * and no clock.
 */
final class OwnEcho {
  /** So many unheard in a row are no chance. */
  private static final int ENOUGH = 8;

  private int unheard;

  /** One left; whether this is the moment to say that none comes back. */
  boolean misses() {
    unheard = Math.min(unheard + 1, ENOUGH + 1);
    return unheard == ENOUGH;
  }

  /** Something arrived where broadcasts do; whether that had been missed. */
  boolean hears() {
    boolean wasMissed = unheard >= ENOUGH;
    unheard = 0;
    return wasMissed;
  }
}
