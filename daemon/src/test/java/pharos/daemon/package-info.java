/** Tests of the command line, in this process and in processes of their own. */
@NullMarked
package pharos.daemon;

import org.jspecify.annotations.NullMarked;
