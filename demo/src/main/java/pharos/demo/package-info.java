/**
 * The demo: agents in processes of their own, what happens to them, and how soon the others know.
 * {@link pharos.demo.Director} decides what happens next and what is said, as a function of what
 * comes in and the time; {@link pharos.demo.Demo} moves that onto processes and the terminal. The
 * package knows agents by their output alone.
 */
@NullMarked
package pharos.demo;

import org.jspecify.annotations.NullMarked;
