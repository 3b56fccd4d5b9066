/** Tests that the benchmarks run; none of them looks at a figure. */
@NullMarked
package pharos.bench;

import org.jspecify.annotations.NullMarked;
