/**
 * All attacks that are known, at once, on real agents in processes and hosts of their own, while
 * honest ones come, go and crash. Start with {@link pharos.bench.siege.Siege}; {@link
 * pharos.bench.siege.Enemy} is the process that attacks, {@link pharos.bench.siege.Defender} each
 * one that is attacked.
 */
@NullMarked
package pharos.bench.siege;

import org.jspecify.annotations.NullMarked;
