/**
 * The smallest program that embeds an agent, to copy from. Start it twice, on one host or on two of
 * a network.
 */
@NullMarked
package pharos.examples.presence;

import org.jspecify.annotations.NullMarked;
