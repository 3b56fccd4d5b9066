/** What {@code pharos watch} shows, tried without a terminal. */
@NullMarked
package pharos.daemon.watch;

import org.jspecify.annotations.NullMarked;
