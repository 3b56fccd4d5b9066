/**
 * What the tests of several modules share: seeded randomness that tells its seed, virtual time,
 * processes, hosts and a browser of a test's own, and tests that say why they were skipped. Depends
 * on JUnit and what a browser is spoken to with, and is never shipped.
 */
@NullMarked
package pharos.testkit;

import org.jspecify.annotations.NullMarked;
