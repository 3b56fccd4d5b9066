/**
 * What a node of the overlay decides: whom it knows, whom it asks, what it holds for others, and
 * when a lookup is over. Kademlia with two requests only, PING and FIND-NODE, as a place to look up
 * contacts. Events and the time go into {@link pharos.kademlia.Overlay}, {@link
 * pharos.kademlia.Effect effects} and the next wake-up come out; there is no socket, thread, clock
 * or dice in here. Depends on nothing.
 */
@NullMarked
package pharos.kademlia;

import org.jspecify.annotations.NullMarked;
