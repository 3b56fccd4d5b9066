/**
 * What an agent decides past its subnet: its node of the overlay, what a gateway makes findable,
 * and how a call travels to a gateway and on. Pure, as all of the core; {@code pharos.agent.io}
 * drives it. Start with {@link pharos.agent.core.gateway.Gateway}.
 */
@NullMarked
package pharos.agent.core.gateway;

import org.jspecify.annotations.NullMarked;
