/** Tests of what is answered over HTTP. */
@NullMarked
package pharos.daemon.text;

import org.jspecify.annotations.NullMarked;
