/** Tests of the overlay node, alone and among many in virtual time. */
@NullMarked
package pharos.kademlia;

import org.jspecify.annotations.NullMarked;
