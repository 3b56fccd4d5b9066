/** The example {@code cachepool}, run. */
@NullMarked
package pharos.examples.cachepool;

import org.jspecify.annotations.NullMarked;
