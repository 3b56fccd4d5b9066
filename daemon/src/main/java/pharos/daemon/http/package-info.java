/**
 * The small HTTP side of a running agent. {@link pharos.daemon.http.Routes} decides what is
 * answered, without a socket; {@link pharos.daemon.http.HttpServer} moves it, and is loaded only
 * when somebody asks for HTTP.
 */
@NullMarked
package pharos.daemon.http;

import org.jspecify.annotations.NullMarked;
