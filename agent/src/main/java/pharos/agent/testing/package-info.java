/**
 * For the tests of programs that embed an agent: {@link TestPeers} stands in for one, without a
 * network.
 */
@NullMarked
package pharos.agent.testing;

import org.jspecify.annotations.NullMarked;
