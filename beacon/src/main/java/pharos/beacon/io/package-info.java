/**
 * The sockets of the beacon. Nothing here starts a thread or waits: {@link
 * pharos.beacon.io.BeaconSockets} hands its channels to the caller's poller. What goes wrong on the
 * network is a value or a counter. Depends on {@code pharos.beacon}, which decides what is sent
 * where.
 */
@NullMarked
package pharos.beacon.io;

import org.jspecify.annotations.NullMarked;
