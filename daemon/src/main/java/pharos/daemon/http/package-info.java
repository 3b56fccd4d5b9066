/**
 * The HTTP door of a running agent, on Jetty's core. {@link pharos.daemon.http.HttpServer} moves
 * the bytes of what {@code pharos.daemon.api} answers, and is loaded only when HTTP is on; {@link
 * pharos.daemon.http.Visitors} decides who has to go when somebody wants too much.
 */
@NullMarked
package pharos.daemon.http;

import org.jspecify.annotations.NullMarked;
