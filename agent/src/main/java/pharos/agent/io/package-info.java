/**
 * The shell of an agent: one thread that sleeps in one poller over the UDP channels and the ZeroMQ
 * sockets, hands what arrives to {@code pharos.agent.core}, and does what that answers. Start with
 * {@link pharos.agent.io.AgentLoop}. Nothing is decided here.
 */
@NullMarked
package pharos.agent.io;

import org.jspecify.annotations.NullMarked;
