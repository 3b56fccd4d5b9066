/**
 * For the tests of programs that use records: {@link pharos.records.testing.TestRecords} stands in
 * for an engine, in the memory of one process.
 */
@NullMarked
package pharos.records.testing;

import org.jspecify.annotations.NullMarked;
