/**
 * What an agent can be given beside what it does by itself: other modules of Pharos make such
 * things, and programs hand them over.
 */
@NullMarked
package pharos.agent.extension;

import org.jspecify.annotations.NullMarked;
