package pharos.records.core;

/** What the machine tells its own agent. */
public sealed interface Event {
  /** A wish came to its end. */
  record Ended(long wish, Outcome outcome) implements Event {}

  /** This node is the nearest to a key that has conflicts; told again as long as it has. */
  record Contested(String key) implements Event {}

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
