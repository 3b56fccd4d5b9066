/**
 * HAProxy in front of whoever offers {@code Web}, kept to the live list through its runtime socket.
 * Start with {@link Slots}; {@link Main} runs HAProxy, {@link Instance} is a server and {@link
 * Client} counts what fails.
 */
@NullMarked
package pharos.examples.balancer;

import org.jspecify.annotations.NullMarked;
