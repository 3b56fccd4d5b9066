package pharos.kademlia;

/** Something that wants to be woken at a time; {@link Timers} keeps it in order. */
abstract class Timed {
  // Of Timers alone.
  boolean isSet;
  long atNs;
  long setAs;

  /** Called once the time has come; it may set itself again. */
  abstract void fire();

  /** A timer that runs the given step. */
  static Timed of(Runnable step) {
    return new Timed() {
      @Override
      void fire() {
        step.run();
      }
    };
  }

  /** Subtract, then compare: the clock may wrap. */
  static int compareTime(Timed one, Timed other) {
    int order = Long.signum(one.atNs - other.atNs);
    return order != 0 ? order : Long.compare(one.setAs, other.setAs);
  }
}
