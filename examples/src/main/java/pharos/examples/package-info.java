/**
 * Programs to run, read and copy from, one package each: {@code presence} is the smallest, {@code
 * alpha} the one that the container image starts. Here is only what all of them share.
 */
@NullMarked
package pharos.examples;

import org.jspecify.annotations.NullMarked;
