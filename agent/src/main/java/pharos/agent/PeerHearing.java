package pharos.agent;

import java.util.Map;
import pharos.agent.core.Hearing;
import pharos.beacon.NodeId;

/**
 * How this agent and a peer hear each other, and what the others say of it: so that a bad cable is
 * found where it is. Each agent tells in its beacons whom it hears badly, and nobody is gone by
 * such words.
 *
 * @param fault what is wrong, by the same rule at every agent
 * @param lossIn how much of what it sends is lost on the way here, in tens of percent, where it is
 *     so much that it is given more time; 100 of one who is {@link PeerState#UNREACHABLE_FROM_HERE}
 * @param lossOut how much of what this agent sends is lost on the way there, as the peer says
 * @param hearsPercent how many of the others it hears well, as it says, in tens of percent; 100
 *     where it is at least half of them, or nothing was said
 * @param badlyHeardBy who else hears it badly, and how much is lost there; sixteen at most
 */
public record PeerHearing(
    Fault fault, int lossIn, int lossOut, int hearsPercent, Map<NodeId, Integer> badlyHeardBy) {
  /** Nothing is wrong, as far as is known. */
  public static final PeerHearing WELL = new PeerHearing(Fault.NONE, 0, 0, 100, Map.of());

  /** Whose fault it is that datagrams are lost. */
  public enum Fault {
    /** Nothing is known to be wrong. */
    NONE,
    /** The peer hears less than half of the others well, as it says. */
    DEAF,
    /** Three others or more do not hear it at all. */
    MUTE,
    /** Three others or more hear it badly; this agent may be one of them. */
    LOSSY,
    /** Between this agent and the peer one direction is bad, and others have no part in it. */
    ONE_WAY,
    /** The same in both directions. */
    BOTH_WAYS
  }

  /** Keeps a copy of the map. */
  public PeerHearing {
    badlyHeardBy = Map.copyOf(badlyHeardBy);
  }

  static PeerHearing of(Hearing hearing) {
    Hearing.Word word = hearing.word();
    int lossIn = hearing.isHeardByOthers() ? 100 : hearing.lossPercent();
    return new PeerHearing(
        Fault.valueOf(word.fault().name()),
        lossIn,
        word.lossThere(),
        word.hearsPercent(),
        word.complaints());
  }

  Hearing toCore(boolean isHeld, boolean isHeardByOthers, int lossPercent, String failure) {
    return new Hearing(
        isHeld,
        isHeardByOthers,
        lossPercent,
        1,
        new Hearing.Word(
            Hearing.Fault.valueOf(fault.name()), lossOut, hearsPercent, badlyHeardBy, failure));
  }
}
