@NullMarked
package pharos.daemon.api;

import org.jspecify.annotations.NullMarked;
