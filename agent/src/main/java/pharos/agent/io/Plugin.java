package pharos.agent.io;

import java.net.InetAddress;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Talker;
import pharos.agent.wire.WireException;

/**
 * A machine that can be plugged into a loop: how it is made, how its messages are written, and who
 * hears of what it tells. All is called on the loop's thread, but {@link #start} and {@link
 * #close}.
 *
 * @param <Q> a question
 * @param <A> an answer
 * @param <E> what the machine tells its own agent
 */
public interface Plugin<Q, A, E> {
  /**
   * What a machine is given by its loop.
   *
   * @param self this agent as its peers see it
   * @param agentsAt how many agents are proven at an address, {@link pharos.kademlia.Quotas#OWN}
   *     for this host's own
   * @param submit from any thread: to be done on the loop's, as part of this machine's share
   */
  record Surroundings(
      PeerInfo self,
      RandomGenerator random,
      long nowNs,
      ToIntFunction<String> agentsAt,
      Consumer<Runnable> submit) {}

  /** The machine; asked for once, when the ports are open and before anything is done. */
  Talker<Q, A, E> machine(Surroundings surroundings);

  /** The kinds of question that it answers: the names of the field that follows the version. */
  Set<String> kinds();

  /** The bytes of a question; its size and its values were seen to by the machine. */
  byte[] writeQuestion(Q question);

  /** The bytes of an answer. */
  byte[] writeAnswer(A answer);

  /** A question of one of the {@link #kinds}. */
  Q readQuestion(byte[] body) throws WireException;

  /**
   * The same, for whom it matters where the connection comes from.
   *
   * @param asker its address, which may be one of this host
   */
  default Q readQuestion(InetAddress asker, byte[] body) throws WireException {
    return readQuestion(body);
  }

  /** An answer to a question of its own. */
  A readAnswer(byte[] body) throws WireException;

  /** The machine tells this. */
  void onEvent(E event);

  /** The loop begins. */
  default void start() {}

  /** The loop ends; nothing is called any more. */
  default void close() {}
}
