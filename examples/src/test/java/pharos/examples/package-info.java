/** The examples as their readers run them, each in processes of its own on the loopback. */
@NullMarked
package pharos.examples;

import org.jspecify.annotations.NullMarked;
