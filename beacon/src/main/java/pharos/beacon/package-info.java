/**
 * The presence datagram and the choice of interfaces: values and pure functions, with no socket,
 * thread, clock or dice. Start with {@link pharos.beacon.Beacon}, {@link pharos.beacon.BeaconCodec}
 * and {@link pharos.beacon.Interfaces}. The sockets are in {@code pharos.beacon.io}, which depends
 * on this package and never the other way round. {@code docs/PROTOCOL.md} specifies every byte.
 */
@NullMarked
package pharos.beacon;

import org.jspecify.annotations.NullMarked;
