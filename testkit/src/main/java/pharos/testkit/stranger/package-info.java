/**
 * What a stranger on the network can do without any key: speak ZMTP byte by byte, answer as a
 * server that means ill, send any datagram, also in another's name, and be slow over HTTP. Nothing
 * here uses JeroMQ or the code under test, since a stranger keeps none of its rules. Start with
 * {@link Stranger}.
 */
@NullMarked
package pharos.testkit.stranger;

import org.jspecify.annotations.NullMarked;
