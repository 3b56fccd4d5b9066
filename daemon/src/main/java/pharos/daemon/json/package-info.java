/**
 * What the command line and HTTP both print as JSON, beyond what the library's own values write of
 * themselves.
 */
@NullMarked
package pharos.daemon.json;

import org.jspecify.annotations.NullMarked;
