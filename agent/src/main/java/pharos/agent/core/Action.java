package pharos.agent.core;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a {@link Talker} wants done. Actions are done in the order they are given, and none is done
 * while it is being called.
 *
 * @param <Q> a question
 * @param <A> an answer
 * @param <E> what only its own part of the shell understands
 */
public sealed interface Action<Q, A, E> {
  /**
   * Ask an agent; {@link Talker#onReply} or {@link Talker#onFailed} tells what came of it.
   *
   * @param endpoints where it can be reached; those on one's own links are tried first
   * @param deadlineNs when nobody will want the answer any more
   */
  record Ask<Q, A, E>(long number, List<String> endpoints, Q question, long deadlineNs)
      implements Action<Q, A, E> {
    /** Keeps a copy of the list. */
    public Ask {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** Nobody waits for this answer any more. */
  record Forget<Q, A, E>(long number) implements Action<Q, A, E> {}

  /** Answer what {@link Talker#onQuestion} brought. */
  record Answer<Q, A, E>(long token, A reply) implements Action<Q, A, E> {}

  /** Do not answer what {@link Talker#onQuestion} brought. */
  record Ignore<Q, A, E>(long token) implements Action<Q, A, E> {}

  /**
   * Do this on another thread, where it may take its time; {@link Talker#onWorked} tells what came
   * of it. It must not touch the machine.
   */
  record Work<Q, A, E>(long number, Supplier<?> work) implements Action<Q, A, E> {}

  /** Tell this to whoever plugged the machine in. */
  record Tell<Q, A, E>(E event) implements Action<Q, A, E> {}
}
