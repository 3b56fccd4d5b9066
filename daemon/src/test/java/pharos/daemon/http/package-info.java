/** Tests of what is answered over HTTP. */
@NullMarked
package pharos.daemon.http;

import org.jspecify.annotations.NullMarked;
