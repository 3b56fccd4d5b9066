/**
 * What is on the wire, told to people: {@link pharos.daemon.wire.Heard} reads one datagram of the
 * beacon port, {@link pharos.daemon.wire.Senders} counts who sends how much. No sockets, no clock.
 */
@NullMarked
package pharos.daemon.wire;

import org.jspecify.annotations.NullMarked;
