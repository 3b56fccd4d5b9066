/** The example {@code alpha}, run. */
@NullMarked
package pharos.examples.alpha;

import org.jspecify.annotations.NullMarked;
