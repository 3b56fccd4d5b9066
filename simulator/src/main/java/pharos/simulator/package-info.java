/**
 * Thousands of agents in one thread, in virtual time: the core that runs on a LAN, on a network
 * that loses, delays, doubles and garbles, with programs that die, stop and come back. Everything
 * follows from one seed. Start with {@link pharos.simulator.Lan}; {@link
 * pharos.simulator.Invariants} says what must always hold, and {@link pharos.simulator.Scenario}
 * reads the plain-text plays. Depends on {@code pharos.agent.core}.
 */
@NullMarked
package pharos.simulator;

import org.jspecify.annotations.NullMarked;
