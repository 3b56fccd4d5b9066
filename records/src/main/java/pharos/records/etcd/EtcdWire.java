package pharos.records.etcd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;

/** One request to one endpoint, and the threads on which answers come. For any thread. */
final class EtcdWire implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(1_500);
  private static final long STATUS_MS = 1_000;

  private final ThreadPoolExecutor threads;
  private final HttpClient client;
  private volatile boolean isClosed;

  EtcdWire(HttpClient.Builder builder) {
    // They end by themselves when idle: what is under way at the end still has to be finished.
    threads =
        new ThreadPoolExecutor(
            2,
            2,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread it = new Thread(work, "pharos-etcd");
              it.setDaemon(true);
              return it;
            });
    threads.allowCoreThreadTimeOut(true);
    client =
        builder
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(threads)
            .build();
  }

  /** Runs it on one of our threads. */
  void execute(Runnable work) {
    threads.execute(work);
  }

  /** Runs it later; not at all once this is closed. */
  void later(long delayMs, Runnable work) {
    CompletableFuture.delayedExecutor(delayMs, TimeUnit.MILLISECONDS, threads)
        .execute(
            () -> {
              if (!isClosed) {
                work.run();
              }
            });
  }

  HttpRequest request(URI endpoint, String path, String body, String token, boolean needsLeader) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.resolve("/v3/" + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (needsLeader) {
      // A member without a leader then says so at once, and does not let us wait.
      request.header("Grpc-Metadata-hasleader", "true");
    }
    if (!token.isEmpty()) {
      request.header("Authorization", token);
    }
    return request.build();
  }

  /** What this one says of itself; empty where it says nothing in a second or two. */
  CompletableFuture<Optional<Map<String, Object>>> status(URI url) {
    CompletableFuture<Optional<Map<String, Object>>> status = new CompletableFuture<>();
    exchange(
        request(url, "maintenance/status", "{}", "", false),
        STATUS_MS,
        (response, failure) ->
            status.complete(
                response == null || response.statusCode() != 200
                    ? Optional.empty()
                    : Optional.of(Json.members(response.body()))));
    return status;
  }

  /** Sends it once; whatever happens, it is told within the time. */
  void exchange(
      HttpRequest request,
      long timeoutMs,
      BiConsumer<@Nullable HttpResponse<String>, Throwable> then) {
    CompletableFuture<HttpResponse<String>> sent =
        client.sendAsync(request, it -> new LimitedBody());
    CompletableFuture<HttpResponse<String>> unused =
        sent.copy()
            .orTimeout(timeoutMs, TimeUnit.MILLISECONDS)
            .whenComplete(
                (response, failure) -> {
                  if (failure instanceof TimeoutException) {
                    sent.cancel(true);
                    then.accept(null, new IOException("nothing came in " + timeoutMs + " ms"));
                  } else {
                    then.accept(response, cause(failure));
                  }
                });
  }

  static Throwable cause(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause == null ? new IOException("nothing came") : cause;
  }

  /** Whether it may have reached etcd before it failed. */
  static boolean wasSent(Throwable failure) {
    return !(failure instanceof ConnectException
        || failure instanceof HttpConnectTimeoutException
        || failure instanceof UnresolvedAddressException
        || failure instanceof SSLHandshakeException);
  }

  HttpClient client() {
    return client;
  }

  boolean isClosed() {
    return isClosed;
  }

  /** What is under way is finished, and nothing more begins later. */
  @Override
  public void close() {
    isClosed = true;
  }
}
