/** Tests of the demo: its decisions without a process, and once the real thing. */
@NullMarked
package pharos.demo;

import org.jspecify.annotations.NullMarked;
