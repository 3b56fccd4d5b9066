package pharos.daemon.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves {@link Routes} over HTTP, by a few threads, for a few clients, in small requests. Opens
 * and closes from any thread; the routes are called on threads of its own, which do not wait for an
 * answer that comes later. What a client may hold, and for how long, {@link Limits} tells.
 */
public final class HttpServer implements AutoCloseable {
  /** One accepts, one selects, one is kept ready, the others answer. */
  private static final int THREADS = 5;

  private static final int HEADER_BYTES = 4 * 1024;
  private static final int IDLE_MS = 10_000;

  private static final Reply UNANSWERABLE =
      Reply.problem(500, "Internal Server Error", "this cannot be answered");

  private final Server server;
  private final Door door;

  private HttpServer(Server server, Door door) {
    this.server = server;
    this.door = door;
  }

  /**
   * Takes the port; nothing is answered yet.
   *
   * @throws IOException when it is taken, or the host is not this one
   */
  public static HttpServer bind(InetSocketAddress at) throws IOException {
    return bind(at, Limits.ofThisProcess());
  }

  static HttpServer bind(InetSocketAddress at, Limits limits) throws IOException {
    if (at.isUnresolved()) {
      throw new IOException("nobody knows the host " + at.getHostString());
    }
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName("pharos-http");
    threads.setDaemon(true);
    Server server = new Server(threads);
    Door door = new Door(server, new HttpConnectionFactory(configuration()), limits);
    door.setHost(at.getAddress().getHostAddress());
    door.setPort(at.getPort());
    door.setIdleTimeout(IDLE_MS);
    server.addConnector(door);
    server.setErrorHandler(
        (request, response, callback) -> refuse(door, request, response, callback));
    door.open();
    return new HttpServer(server, door);
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(HEADER_BYTES);
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    return configuration;
  }

  /** Answers from now on. */
  public void serve(Routes routes) throws IOException {
    server.setHandler(
        new Handler.Abstract.NonBlocking() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            door.asked(request);
            var unused =
                routes
                    .answer(asked(request))
                    .exceptionally(e -> UNANSWERABLE)
                    .thenAccept(reply -> write(door, request, response, reply, callback));
            return true;
          }
        });
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("HTTP cannot start: " + e.getMessage(), e);
    }
  }

  private static Asked asked(Request request) {
    ConnectionMetaData ends = request.getConnectionMetaData();
    return new Asked(
        request.getMethod(),
        String.valueOf(request.getHttpURI().getCanonicalPath()),
        request.getHttpURI().getQuery(),
        Optional.ofNullable(request.getHttpURI().getHost()),
        Asker.of(ends.getRemoteSocketAddress(), ends.getLocalSocketAddress()));
  }

  /** What Jetty itself refuses, such as headers that are too long, looks like what we refuse. */
  private static boolean refuse(Door door, Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    String title = HttpStatus.getMessage(status);
    Reply reply = Reply.problem(status, title, "this cannot be answered");
    write(door, request, response, reply, callback);
    return true;
  }

  private static void write(
      Door door, Request request, Response response, Reply reply, Callback callback) {
    byte[] body = reply.bytes();
    response.setStatus(reply.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    reply.headers().forEach(response.getHeaders()::put);
    ByteBuffer sent =
        HttpMethod.HEAD.is(request.getMethod()) ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body);
    door.answers(request, sent.remaining());
    response.write(true, sent, Callback.from(() -> door.answered(request), callback));
  }

  /** The port it has, which is another one than was asked for when that was 0. */
  public int port() {
    return door.getLocalPort();
  }

  /** How many connections there are. */
  int visitors() {
    return door.visitors();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("HTTP does not stop: " + e.getMessage(), e);
    } finally {
      door.close();
    }
  }
}
