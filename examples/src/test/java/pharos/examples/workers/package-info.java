/** The example {@code workers}, run. */
@NullMarked
package pharos.examples.workers;

import org.jspecify.annotations.NullMarked;
