/** The example {@code contacts}, run. */
@NullMarked
package pharos.examples.contacts;

import org.jspecify.annotations.NullMarked;
