package pharos.daemon.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import pharos.agent.Counted;
import pharos.daemon.api.Answer;
import pharos.daemon.api.Asked;
import pharos.daemon.api.Asker;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Live;
import pharos.daemon.api.Problem;
import pharos.daemon.api.Reply;
import pharos.daemon.api.Table;

/**
 * Serves a {@link Gate} over HTTP, by a few threads, for a few clients, in small requests. Opens
 * and closes from any thread; resources are asked on threads of its own, which do not wait for an
 * answer that comes later. What a client may hold, and for how long, {@link Limits} tells. A second
 * door, for whoever watches over the process, has limits of its own.
 */
public final class HttpServer implements AutoCloseable {
  /** Of each door one accepts and one selects; of all one is kept ready, the others answer. */
  private static final int DOOR_THREADS = 2;

  private static final int THREADS = 4;
  private static final int HEADER_BYTES = 4 * 1024;
  private static final int BODY_BYTES = 64 * 1024;
  private static final int IDLE_MS = 10_000;

  /** What the system may keep for a client that does not read, which would be megabytes. */
  private static final int SEND_BYTES = 128 * 1024;

  /**
   * Memory of one connection serves no other. What Jetty 12.1.14 gives back after a request that is
   * not well formed, it may still read or give back once more: then two share it, and one is
   * answered what the other asked.
   */
  private static final ByteBufferPool NO_POOL = ByteBufferPool.NON_POOLING;

  /** Paths lead to no files: what a slash or dots within a name would mean there, they do not. */
  private static final UriCompliance NAMES =
      UriCompliance.DEFAULT.with(
          "names",
          UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
          UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
          UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
          UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS,
          // Whoever looks for the name tells what is wrong with it.
          UriCompliance.Violation.BAD_UTF8_ENCODING,
          UriCompliance.Violation.TRUNCATED_UTF8_ENCODING);

  private static final Reply UNANSWERABLE =
      Reply.problem(500, "Internal Server Error", "this cannot be answered");
  private static final Reply TOO_LARGE =
      Reply.problem(413, "Content Too Large", "a body has at most " + BODY_BYTES + " bytes");

  private final Server server;
  private final Streams streams;
  private final List<Door> doors = new ArrayList<>();

  private HttpServer(Server server) {
    this.server = server;
    streams = new Streams(server);
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
    QueuedThreadPool threads = new QueuedThreadPool(THREADS + 2 * DOOR_THREADS, 1);
    threads.setName("pharos-http");
    threads.setDaemon(true);
    Server server = new Server(threads, null, NO_POOL);
    server.setErrorHandler(HttpServer::refuse);
    HttpServer http = new HttpServer(server);
    http.open(at, limits);
    return http;
  }

  /**
   * Takes a second port, for who watches over this process: nobody at the first takes its places.
   *
   * @throws IOException when it is taken, or the host is not this one
   */
  public void bindManagement(InetSocketAddress at) throws IOException {
    open(at, Limits.forWatchers());
  }

  private void open(InetSocketAddress at, Limits limits) throws IOException {
    if (at.isUnresolved()) {
      throw new IOException("nobody knows the host " + at.getHostString());
    }
    Door door = new Door(server, new HttpConnectionFactory(configuration()), limits);
    door.setHost(at.getAddress().getHostAddress());
    door.setPort(at.getPort());
    door.setIdleTimeout(IDLE_MS);
    door.setAcceptedSendBufferSize(SEND_BYTES);
    door.open();
    server.addConnector(door);
    doors.add(door);
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(HEADER_BYTES);
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    configuration.setUriCompliance(NAMES);
    // Memory of the heap, which goes with its connection.
    configuration.setUseInputDirectByteBuffers(false);
    configuration.setUseOutputDirectByteBuffers(false);
    return configuration;
  }

  /**
   * Answers from now on.
   *
   * @param management what the second door answers, if there is one
   */
  public void serve(Gate gate, Gate management) throws IOException {
    server.setHandler(
        new Handler.Abstract.NonBlocking() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            Door door = door(request);
            door.asked(request);
            Gate asked = door == doors.get(0) ? gate : management;
            answer(asked, request)
                .thenAccept(answer -> write(request, response, answer, callback))
                .exceptionally(e -> fail(callback, e));
            return true;
          }
        });
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("HTTP cannot start: " + e.getMessage(), e);
    }
  }

  /** What clients hold of the first door. */
  public List<Counted> counted() {
    return doors.get(0).counted();
  }

  private static CompletableFuture<Answer> answer(Gate gate, Request request) {
    try {
      Table.Match match = gate.match(asked(request));
      if (match.waits()) {
        // Who waits is not idle; for how long, Limits tells.
        request.addIdleTimeoutListener(timeout -> false);
        door(request).awaits(request);
      }
      CompletableFuture<Answer> answer =
          match.takesBody()
              ? body(request).thenCompose(match::answer)
              : match.answer(ByteBuffer.allocate(0));
      return answer.exceptionally(HttpServer::unanswerable);
    } catch (Problem e) {
      return CompletableFuture.completedFuture(e.reply());
    }
  }

  private static CompletableFuture<ByteBuffer> body(Request request) {
    CompletableFuture<byte[]> body = new CompletableFuture<>();
    Content.Source.asByteArrayAsync(
        request,
        BODY_BYTES,
        Promise.Invocable.from(
            Invocable.InvocationType.NON_BLOCKING, body::complete, body::completeExceptionally));
    return body.thenApply(ByteBuffer::wrap);
  }

  /** What is too long fails as a state that is not as it should be. */
  private static Reply unanswerable(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof HttpException wrong) {
      int status = wrong.getCode();
      return Reply.problem(status, HttpStatus.getMessage(status), "the body is not well sent");
    }
    return cause instanceof IllegalStateException ? TOO_LARGE : UNANSWERABLE;
  }

  private static Void fail(Callback callback, Throwable e) {
    callback.failed(e);
    return null;
  }

  private static Asked asked(Request request) {
    ConnectionMetaData ends = request.getConnectionMetaData();
    Map<String, String> headers = new HashMap<>();
    for (String name : Gate.HEADERS) {
      String value = request.getHeaders().get(name);
      if (value != null) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
      }
    }
    // Also of a request that names the host in its first line.
    String host = request.getHttpURI().getAuthority();
    if (host != null) {
      headers.put("host", host);
    }
    return new Asked(
        request.getMethod(),
        String.valueOf(request.getHttpURI().getPath()),
        request.getHttpURI().getQuery(),
        headers,
        Asker.of(ends.getRemoteSocketAddress(), ends.getLocalSocketAddress()));
  }

  /** What Jetty itself refuses, such as headers that are too long, looks like what we refuse. */
  private static boolean refuse(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    String title = HttpStatus.getMessage(status);
    String detail = "this cannot be answered" + why(request, status, title);
    writeWhole(request, response, Reply.problem(status, title, detail), callback);
    return true;
  }

  /** What is wrong with a request that Jetty did not take; our own failures are for the log. */
  private static String why(Request request, int status, String title) {
    Object told = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    if (status >= 500 || told == null) {
      return "";
    }
    return ": "
        + (status == 400 && told.equals(title) ? "its path or a header is not well formed" : told);
  }

  private void write(Request request, Response response, Answer answer, Callback callback) {
    if (answer instanceof Live live) {
      head(response, 200, Live.TYPE);
      streams.begin(new StreamWriter(door(request), request, response, live, callback));
    } else {
      writeWhole(request, response, (Reply) answer, callback);
    }
  }

  private static void writeWhole(
      Request request, Response response, Reply reply, Callback callback) {
    Door door = door(request);
    ByteBuffer body = reply.bytes().duplicate();
    head(response, reply.status(), reply.type());
    if (reply.status() != 304 && reply.status() != 204) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
    }
    reply.headers().forEach(response.getHeaders()::put);
    ByteBuffer sent = HttpMethod.HEAD.is(request.getMethod()) ? ByteBuffer.allocate(0) : body;
    door.answers(request, sent);
    response.write(true, sent, Callback.from(() -> door.answered(request), callback));
  }

  private static void head(Response response, int status, String type) {
    response.setStatus(status);
    if (!type.isEmpty()) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    }
    // What can be asked whether it changed may be kept, to be asked.
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
  }

  private static Door door(Request request) {
    return (Door) request.getConnectionMetaData().getConnector();
  }

  /** The port it has, which is another one than was asked for when that was 0. */
  public int port() {
    return doors.get(0).getLocalPort();
  }

  /** The same of the second door, if there is one. */
  public OptionalInt managementPort() {
    return doors.stream().skip(1).mapToInt(Door::getLocalPort).findFirst();
  }

  /** How many connections there are. */
  int visitors() {
    return doors.get(0).visitors();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("HTTP does not stop: " + e.getMessage(), e);
    } finally {
      doors.forEach(Door::close);
    }
  }
}
