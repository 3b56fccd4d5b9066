package pharos.beacon;

/**
 * What became of a datagram: a {@link Beacon}, or the reason why it is none. Anyone on the network
 * can send us anything, so what we cannot read is a value to count, not an exception.
 */
public sealed interface Decoded permits Beacon, Reject {}
