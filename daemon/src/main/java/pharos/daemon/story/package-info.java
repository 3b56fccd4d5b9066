/**
 * Why a peer is where it is: what an agent noticed of each, kept within bounds and told in words.
 * Start with {@link pharos.daemon.story.Stories}, which hears the observations of an agent. Decides
 * alone: no socket, no thread. Depends on {@code pharos.agent}.
 */
@NullMarked
package pharos.daemon.story;

import org.jspecify.annotations.NullMarked;
