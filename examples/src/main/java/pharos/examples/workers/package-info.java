/**
 * A ventilator that deals tasks to whoever offers {@code Work}, while workers come, crash and
 * leave. Start with {@link Ventilator}; {@link Worker} is the other side.
 */
@NullMarked
package pharos.examples.workers;

import org.jspecify.annotations.NullMarked;
