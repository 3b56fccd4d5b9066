/** How texts of others are shown. Nothing of ours is needed for that. */
@NullMarked
package pharos.daemon.text;

import org.jspecify.annotations.NullMarked;
