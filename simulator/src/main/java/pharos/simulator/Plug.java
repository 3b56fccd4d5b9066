package pharos.simulator;

import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Talker;
import pharos.agent.wire.WireException;

/**
 * A machine that a program drives beside its core: how it is made, and how its messages are
 * written. What {@code pharos.agent.io.Plugin} is to the shell.
 *
 * @param <Q> a question
 * @param <A> an answer
 * @param <E> what the machine tells its own agent
 */
interface Plug<Q, A, E> {
  /** The machine of a program that starts; asked for once. */
  Talker<Q, A, E> machine(
      PeerInfo self, RandomGenerator random, long nowNs, ToIntFunction<String> agentsAt);

  /** Whether beacons say that this agent is a node of the overlay. */
  boolean isNode();

  /** A question as it travels: its bytes, or itself, where these are no matter. */
  Object writeQuestion(Q question);

  /** The same of an answer. */
  Object writeAnswer(A answer);

  /** A question of somebody else. */
  Q readQuestion(Object body) throws WireException;

  /** An answer to a question of its own. */
  A readAnswer(Object body) throws WireException;

  /** The machine tells this. */
  void onEvent(E event);

  /** The same for the next run of the program. */
  Plug<Q, A, E> anew();
}
