/**
 * Helpers for programs that speak ZeroMQ with their peers. They use of {@code pharos.agent} what
 * every program may use; {@link Wiring} keeps a socket connected, {@link Feed} gives a socket to
 * read the news from.
 */
@NullMarked
package pharos.agent.zeromq;

import org.jspecify.annotations.NullMarked;
