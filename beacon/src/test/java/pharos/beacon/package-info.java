/** Tests of the datagram and of the choice of interfaces; none of them opens a socket. */
@NullMarked
package pharos.beacon;

import org.jspecify.annotations.NullMarked;
