/**
 * Everything an agent decides: when to beacon, whom to ask, who is there and who is gone. Events
 * and the time go into {@link pharos.agent.core.AgentCore}, {@link pharos.agent.core.Effect
 * effects} and the next wake-up come out; there is no socket, thread, clock or dice in here. The
 * rules for a peer are the table in {@link pharos.agent.core.Transitions}. Depends on {@code
 * pharos.beacon}.
 */
@NullMarked
package pharos.agent.core;

import org.jspecify.annotations.NullMarked;
