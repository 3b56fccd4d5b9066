/** The example {@code presence}, run. */
@NullMarked
package pharos.examples.presence;

import org.jspecify.annotations.NullMarked;
