/**
 * The daemon for programs of this host that speak ZeroMQ: {@link pharos.daemon.zmq.ZmqDoor} has the
 * table of resources for a REQ, and what happens for a SUB.
 */
@NullMarked
package pharos.daemon.zmq;

import org.jspecify.annotations.NullMarked;
