/** Tests of what judges a history. */
@NullMarked
package pharos.bench.records;

import org.jspecify.annotations.NullMarked;
