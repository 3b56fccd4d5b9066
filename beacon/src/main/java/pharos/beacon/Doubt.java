package pharos.beacon;

import java.io.Serializable;

/**
 * Says that the sender lost its connection to this incarnation of a node. Nobody believes it; it
 * makes a receiver look for itself, and the subject refute it.
 */
public record Doubt(NodeId id, long incarnation) implements Serializable {}
