package pharos.records.core;

import java.util.List;
import pharos.records.Version;

/** What the machine tells its own agent. */
public sealed interface Event {
  /** A wish came to its end. */
  record Ended(long wish, Outcome outcome) implements Event {}

  /**
   * This node is the nearest to a key that has conflicts; told again as long as it has.
   *
   * @param winner the version that is there
   * @param losers those that it won over, as far as this node knows
   */
  record Contested(String key, Version winner, List<Version> losers) implements Event {}

  /** Something that whoever looks after this should read. */
  record Noted(String note, boolean isWarning) implements Event {}

  /**
   * What the store has is too old to be believed: it is to be set aside, and begun anew.
   *
   * @param awayMs how long the others went on without this node
   * @param keys how many keys it had
   */
  record TooOld(long awayMs, int keys) implements Event {}

  /** All that this node had was handed over; it may go. */
  record HandedOver(int left) implements Event {}
}
