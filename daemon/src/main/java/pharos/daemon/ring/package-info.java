/**
 * The ring of keys as one agent knows it: who stands on it, where the copies of records lie, who
 * watches whom; and how it is drawn. Start with {@link pharos.daemon.ring.Ring}. No sockets here.
 */
@NullMarked
package pharos.daemon.ring;

import org.jspecify.annotations.NullMarked;
