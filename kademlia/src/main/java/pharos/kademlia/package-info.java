/**
 * Contacts past the subnet: who they are, where in the key space they lie, and who decides between
 * two that have one id. There is no socket, thread, clock or dice in here. Depends on nothing.
 */
@NullMarked
package pharos.kademlia;

import org.jspecify.annotations.NullMarked;
