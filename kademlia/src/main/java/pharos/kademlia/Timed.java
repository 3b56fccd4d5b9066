package pharos.kademlia;

/** Something that wants to be woken at a time; {@link Timers} keeps it in order. */
abstract class Timed {
  int slot = NOWHERE;

  static final int NOWHERE = -1;

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
}
