package pharos.agent.io;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Talker;
import pharos.agent.extension.Extension;
import pharos.agent.wire.WireException;
import pharos.kademlia.Contact;

/**
 * A machine that can be plugged into a loop: how it is made, how its messages are written, and who
 * hears of what it tells. All is called on the loop's thread, but {@link #start} and {@link
 * #close}.
 *
 * @param <Q> a question
 * @param <A> an answer
 * @param <E> what the machine tells its own agent
 */
public interface Plugin<Q, A, E> extends Extension {
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

  /**
   * How messages are written. The machine has seen to their sizes and values.
   *
   * @param kinds the kinds of question that it answers: the names of the field that follows the
   *     version
   * @param readQuestion by the address that the connection comes from, which may be one of this
   *     host
   */
  record Messages<Q, A>(
      Set<String> kinds,
      Function<Q, byte[]> writeQuestion,
      Function<A, byte[]> writeAnswer,
      QuestionReader<Q> readQuestion,
      AnswerReader<A> readAnswer) {}

  /** Reads a question of one of the kinds. */
  interface QuestionReader<Q> {
    Q read(InetAddress asker, byte[] body) throws WireException;
  }

  /** Reads an answer to a question of its own. */
  interface AnswerReader<A> {
    A read(byte[] body) throws WireException;
  }

  /** The machine; asked for once, when the ports are open and before anything is done. */
  Talker<Q, A, E> machine(Surroundings surroundings);

  /**
   * Is told once, before it makes its machine, who knows the other nodes of the overlay.
   *
   * @param nodes to be asked on the loop's thread, when the loop has begun
   */
  default void overlay(Supplier<List<Contact>> nodes) {}

  /** How its messages are written. */
  Messages<Q, A> messages();

  /** The machine tells this. */
  void onEvent(E event);

  /** The loop begins. */
  default void start() {}

  /** The loop ends; nothing is called any more. */
  default void close() {}
}
