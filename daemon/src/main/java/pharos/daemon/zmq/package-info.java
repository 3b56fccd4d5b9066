/** The daemon for local programs that speak ZeroMQ: the table of resources, and what happens. */
@NullMarked
package pharos.daemon.zmq;

import org.jspecify.annotations.NullMarked;
