@NullMarked
package pharos.daemon.story;

import org.jspecify.annotations.NullMarked;
