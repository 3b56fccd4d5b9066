/**
 * What things cost, measured with JMH. Start with {@link pharos.bench.Main}. May depend on every
 * module, and none depends on it.
 */
@NullMarked
package pharos.bench;

import org.jspecify.annotations.NullMarked;
