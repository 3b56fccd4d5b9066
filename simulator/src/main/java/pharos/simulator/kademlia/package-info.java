/**
 * The overlay in virtual time: the very lookups that run past the subnet, on networks of up to a
 * hundred thousand nodes of whom some are dead or hostile, and on one whose nodes come and go for a
 * day. Prints what is measured beside what is known from elsewhere. Start with {@link
 * pharos.simulator.kademlia.KademliaCommand}. Depends on {@code pharos.kademlia} only.
 */
@NullMarked
package pharos.simulator.kademlia;

import org.jspecify.annotations.NullMarked;
