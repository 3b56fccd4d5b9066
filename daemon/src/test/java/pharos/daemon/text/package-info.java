/** Tests of how texts of others are shown. */
@NullMarked
package pharos.daemon.text;

import org.jspecify.annotations.NullMarked;
