/**
 * Copies on a disk: a log of entries in segments, and of each key the place of its last entry in
 * memory. {@link LogStore} is where to begin; docs/decisions has why it is a log of our own.
 */
@NullMarked
package pharos.records.store;

import org.jspecify.annotations.NullMarked;
