/**
 * Alphas of two subnets that find each other, though no beacon of one reaches the other. The {@link
 * Gateway} is what lies between; the alphas are those of {@code pharos.examples.alpha}.
 */
@NullMarked
package pharos.examples.subnets;

import org.jspecify.annotations.NullMarked;
