/**
 * The command line. {@link pharos.daemon.Main} is where it starts; each command is a class. What a
 * command cannot do is one line on standard error, and the exit code: 2 for a mistake in how it was
 * called, 1 for one that failed. {@code pharos.daemon.http} serves what a running agent knows.
 */
@NullMarked
package pharos.daemon;

import org.jspecify.annotations.NullMarked;
