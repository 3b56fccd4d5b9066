/** Small versions of what the simulated overlay is measured by. */
@NullMarked
package pharos.simulator.kademlia;

import org.jspecify.annotations.NullMarked;
