/**
 * Records that agents hold themselves, with nothing to install: {@link
 * pharos.records.embedded.EmbeddedRecords} is made before its agent, and given to it.
 */
@NullMarked
package pharos.records.embedded;

import org.jspecify.annotations.NullMarked;
