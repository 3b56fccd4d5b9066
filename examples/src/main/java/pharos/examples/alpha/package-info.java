/**
 * The service of the story: several of them find each other, and each uses what the others offer.
 * Start with {@link Alpha}; the container image runs {@link Main}.
 */
@NullMarked
package pharos.examples.alpha;

import org.jspecify.annotations.NullMarked;
