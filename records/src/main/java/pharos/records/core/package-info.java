/**
 * What decides about records: pure, driven by whoever owns the sockets, the disk and the clock.
 * {@link pharos.records.core.RecordsMachine} puts it together.
 */
@NullMarked
package pharos.records.core;

import org.jspecify.annotations.NullMarked;
