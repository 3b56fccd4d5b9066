/**
 * What it takes to find across subnets, and until it is known there that somebody is gone. Start
 * with {@link pharos.bench.gateway.Crossing}.
 */
@NullMarked
package pharos.bench.gateway;

import org.jspecify.annotations.NullMarked;
