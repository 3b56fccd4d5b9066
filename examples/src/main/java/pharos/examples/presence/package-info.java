/** The smallest program that embeds an agent. Start it twice. */
@NullMarked
package pharos.examples.presence;

import org.jspecify.annotations.NullMarked;
