@NullMarked
package pharos.daemon.ring;

import org.jspecify.annotations.NullMarked;
