/**
 * What the tests of several modules share: seeded randomness that tells its seed, virtual time,
 * processes and hosts of a test's own, and tests that say why they were skipped. Depends on JUnit
 * alone, and is never shipped.
 */
@NullMarked
package pharos.testkit;

import org.jspecify.annotations.NullMarked;
