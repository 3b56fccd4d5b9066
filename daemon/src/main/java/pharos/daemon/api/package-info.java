/**
 * What a running agent answers to programs that do not embed it, whatever door they come by. {@link
 * pharos.daemon.api.Table} decides which resource answers; {@link pharos.daemon.api.AgentTable}
 * lists those of an agent. No sockets: {@code pharos.daemon.http} moves the bytes, with {@link
 * pharos.daemon.api.Gate} in front.
 */
@NullMarked
package pharos.daemon.api;

import org.jspecify.annotations.NullMarked;
