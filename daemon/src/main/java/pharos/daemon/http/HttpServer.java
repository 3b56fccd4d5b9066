package pharos.daemon.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves {@link Routes} over HTTP, by a few threads, for a few clients, in small requests. Opens
 * and closes from any thread; the routes are called on threads of its own, which do not wait for an
 * answer that comes later.
 */
public final class HttpServer implements AutoCloseable {
  /** One selects and accepts, one is kept ready, the others answer. */
  private static final int THREADS = 4;

  /** More wait until one of these is gone. */
  private static final int CONNECTIONS = 64;

  private static final int HEADER_BYTES = 4 * 1024;
  private static final int IDLE_MS = 10_000;

  private static final Reply UNANSWERABLE =
      Reply.problem(500, "Internal Server Error", "this cannot be answered");

  private final Server server;
  private final ServerConnector connector;

  private HttpServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Takes the port; nothing is answered yet.
   *
   * @throws IOException when it is taken, or the host is not this one
   */
  public static HttpServer bind(InetSocketAddress at) throws IOException {
    if (at.isUnresolved()) {
      throw new IOException("nobody knows the host " + at.getHostString());
    }
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName("pharos-http");
    threads.setDaemon(true);
    Server server = new Server(threads);
    ServerConnector connector =
        new ServerConnector(server, 0, 1, new HttpConnectionFactory(configuration()));
    connector.setHost(at.getAddress().getHostAddress());
    connector.setPort(at.getPort());
    connector.setIdleTimeout(IDLE_MS);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
    server.setErrorHandler((request, response, callback) -> refuse(request, response, callback));
    connector.open();
    return new HttpServer(server, connector);
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
            Optional<String> host = Optional.ofNullable(request.getHttpURI().getHost());
            String path = String.valueOf(request.getHttpURI().getCanonicalPath());
            String query = request.getHttpURI().getQuery();
            var unused =
                routes
                    .answer(request.getMethod(), path, query, host)
                    .exceptionally(e -> UNANSWERABLE)
                    .thenAccept(reply -> write(request, response, reply, callback));
            return true;
          }
        });
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("HTTP cannot start: " + e.getMessage(), e);
    }
  }

  /** What Jetty itself refuses, such as headers that are too long, looks like what we refuse. */
  private static boolean refuse(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    String title = HttpStatus.getMessage(status);
    write(request, response, Reply.problem(status, title, "this cannot be answered"), callback);
    return true;
  }

  private static void write(Request request, Response response, Reply reply, Callback callback) {
    byte[] body = reply.bytes();
    response.setStatus(reply.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    reply.headers().forEach(response.getHeaders()::put);
    boolean isHead = HttpMethod.HEAD.is(request.getMethod());
    response.write(true, isHead ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body), callback);
  }

  /** The port it has, which is another one than was asked for when that was 0. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("HTTP does not stop: " + e.getMessage(), e);
    } finally {
      connector.close();
    }
  }
}
