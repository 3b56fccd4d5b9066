/**
 * Rules about the whole: who may use what, and that jars and documents do what they say. Start with
 * {@link pharos.checks.ArchitectureTest}.
 */
@NullMarked
package pharos.checks;

import org.jspecify.annotations.NullMarked;
