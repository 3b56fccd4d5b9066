package pharos.agent.core;

import java.io.Serializable;

/** Something that wants to be woken at a time; {@link Timers} keeps it in order. */
abstract class Timed implements Serializable {
  static final int NOT_SET = -1;

  /** Where {@link Timers} keeps its place. */
  int handle = NOT_SET;

  /** When it is due by now: later than it was set to, where what it waits for was put off. */
  long dueNs(long setNs) {
    return setNs;
  }

  /** Called once the time has come; it may set itself again. */
  abstract void fire();

  /** What a timer does; it is part of the core's state. */
  @FunctionalInterface
  interface Step extends Runnable, Serializable {}

  /** A timer that runs the given step. */
  static Timed of(Step step) {
    return new Timed() {
      @Override
      void fire() {
        step.run();
      }
    };
  }
}
