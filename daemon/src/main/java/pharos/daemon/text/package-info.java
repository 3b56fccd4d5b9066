/**
 * How texts of others are shown: what a terminal would obey is written out. Start with {@link
 * pharos.daemon.text.Shown}. Depends on nothing of ours.
 */
@NullMarked
package pharos.daemon.text;

import org.jspecify.annotations.NullMarked;
