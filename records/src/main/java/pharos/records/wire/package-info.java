/**
 * The messages of records as bytes and back, and what is kept of a copy beside its value. Without
 * state, for any thread.
 */
@NullMarked
package pharos.records.wire;

import org.jspecify.annotations.NullMarked;
