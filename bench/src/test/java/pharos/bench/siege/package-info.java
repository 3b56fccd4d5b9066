/** Tests of the siege, and a small one. */
@NullMarked
package pharos.bench.siege;

import org.jspecify.annotations.NullMarked;
