/**
 * What {@code pharos watch} shows, without a terminal: {@link pharos.daemon.watch.Board} is who is
 * there, {@link pharos.daemon.watch.Screen} what of it is looked at, changed by keys, and {@link
 * pharos.daemon.watch.Frame} the lines for a terminal of any size. Decides alone: no socket, thread
 * or clock.
 */
@NullMarked
package pharos.daemon.watch;

import org.jspecify.annotations.NullMarked;
