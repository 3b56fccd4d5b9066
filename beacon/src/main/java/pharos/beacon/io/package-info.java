/**
 * The sockets of the beacon. Nothing here starts a thread or waits: {@link
 * pharos.beacon.io.BeaconSockets} hands its channels to the caller's poller. What goes wrong on the
 * network is a value or a counter. Depends on {@code pharos.beacon}, which decides what is sent
 * where.
 *
 * <p>Two traps for who drives them: {@link pharos.beacon.io.TcpProbe} cannot wait in a ZeroMQ
 * poller, and an IPv6 link fails for a second or two after its interface came up (see {@link
 * pharos.beacon.io.BeaconSockets#update}).
 */
@NullMarked
package pharos.beacon.io;

import org.jspecify.annotations.NullMarked;
