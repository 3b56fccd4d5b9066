/**
 * A cache that is spread over all who take part: each key has one owner, which every member finds
 * by itself from the list of members. Start with {@link Pool}; {@link Node} runs one member.
 */
@NullMarked
package pharos.examples.cachepool;

import org.jspecify.annotations.NullMarked;
