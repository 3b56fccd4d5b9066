/** The example {@code balancer}, run. */
@NullMarked
package pharos.examples.balancer;

import org.jspecify.annotations.NullMarked;
