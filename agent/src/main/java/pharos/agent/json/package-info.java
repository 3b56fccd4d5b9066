/**
 * JSON for people and scripts, as the library and the daemon print it. What agents tell each other
 * is in {@code pharos.agent.wire}.
 */
@NullMarked
package pharos.agent.json;

import org.jspecify.annotations.NullMarked;
