/**
 * What a program embeds. Start with {@link pharos.agent.Agent}. Nothing here decides anything about
 * peers ({@code pharos.agent.core} does), nor touches the network ({@code pharos.agent.io} does):
 * it turns their news into immutable snapshots and calls back.
 */
@NullMarked
package pharos.agent;

import org.jspecify.annotations.NullMarked;
