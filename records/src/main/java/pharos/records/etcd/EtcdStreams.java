package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;

/**
 * Streams of changes, one for each watched key. A member that is paused or cut off ends no stream:
 * while there are any, those that they come from are asked every now and then whether they are
 * there, and left when they are not.
 */
final class EtcdStreams implements AutoCloseable {
  private static final long PULSE_MS = 2_000;

  private final EtcdHttp http;
  private final Set<Stream> open = new HashSet<>();
  private boolean isBeating;
  private boolean isClosed;

  EtcdStreams(EtcdHttp http) {
    this.http = http;
  }

  /**
   * Begins one.
   *
   * @param began is called when etcd says so
   * @param changed is called whenever there are changes
   * @param ended is called once, whatever ends it
   */
  Stream open(String key, long revision, Runnable began, Runnable changed, Consumer<Stream> ended) {
    Stream stream = new Stream(http.endpoints().current(), began, changed, ended);
    synchronized (this) {
      if (isClosed) {
        return stream;
      }
      open.add(stream);
      if (!isBeating) {
        isBeating = true;
        http.wire().later(PULSE_MS, this::beat);
      }
    }
    String body =
        Json.write(
            Json.object(
                "create_request",
                Json.object("key", key, "start_revision", String.valueOf(revision))));
    CompletableFuture<Void> unused =
        http.token()
            .thenAccept(token -> stream.begin(body, token))
            .whenComplete(
                (nothing, failure) -> {
                  if (failure != null) {
                    stream.end();
                  }
                });
    return stream;
  }

  /** Asks each endpoint that streams come from, and ends those of one that does not answer. */
  private void beat() {
    Set<URI> asked = new HashSet<>();
    synchronized (this) {
      open.forEach(it -> asked.add(it.endpoint));
      isBeating = !asked.isEmpty() && !isClosed;
      if (!isBeating) {
        return;
      }
    }
    for (URI endpoint : asked) {
      CompletableFuture<Void> unused =
          http.wire()
              .status(endpoint)
              .thenAccept(
                  status -> {
                    if (status.isEmpty()) {
                      http.endpoints().failed(endpoint);
                      of(endpoint).forEach(Stream::end);
                    }
                  });
    }
    http.wire().later(EtcdHttp.jittered(PULSE_MS), this::beat);
  }

  private synchronized List<Stream> of(URI endpoint) {
    return open.stream().filter(it -> it.endpoint.equals(endpoint)).toList();
  }

  private synchronized void forget(Stream stream) {
    open.remove(stream);
  }

  @Override
  public void close() {
    List<Stream> all;
    synchronized (this) {
      isClosed = true;
      all = List.copyOf(open);
      open.clear();
    }
    all.forEach(Stream::close);
  }

  /** One stream: one object of JSON in a line. Only the beginning of each is looked at. */
  final class Stream implements HttpResponse.BodySubscriber<Void> {
    private static final int HEAD_BYTES = 1_024;

    private final URI endpoint;
    private final Runnable began;
    private final Runnable changed;
    private final Consumer<Stream> ended;
    private final CompletableFuture<Void> body = new CompletableFuture<>();
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private volatile @Nullable CompletableFuture<HttpResponse<Void>> response;
    private volatile Flow.@Nullable Subscription subscription;
    private boolean isOver;

    private Stream(URI endpoint, Runnable began, Runnable changed, Consumer<Stream> ended) {
      this.endpoint = endpoint;
      this.began = began;
      this.changed = changed;
      this.ended = ended;
    }

    private void begin(String text, String token) {
      CompletableFuture<HttpResponse<Void>> sent;
      synchronized (this) {
        if (isOver) {
          return;
        }
        sent =
            http.wire()
                .client()
                .sendAsync(http.wire().request(endpoint, "watch", text, token, true), info -> this);
        response = sent;
      }
      CompletableFuture<HttpResponse<Void>> unused = sent.whenComplete((it, failure) -> end());
    }

    @Override
    public CompletionStage<Void> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription it) {
      synchronized (this) {
        subscription = it;
        if (!isOver) {
          it.request(Long.MAX_VALUE);
          return;
        }
      }
      it.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        while (part.hasRemaining()) {
          byte it = part.get();
          if (it == '\n') {
            line(head.toString(ISO_8859_1));
            head.reset();
          } else if (head.size() < HEAD_BYTES) {
            head.write(it);
          }
        }
      }
    }

    /** Values are base64, so what is looked for here is in no value. */
    private void line(String start) {
      if (start.contains("\"canceled\":true") || start.startsWith("{\"error\":")) {
        // Compacted, or a member without a leader, or a token that is none any more.
        end();
      } else if (start.contains("\"events\":[")) {
        changed.run();
      } else if (start.contains("\"created\":true")) {
        began.run();
      }
    }

    @Override
    public void onError(Throwable why) {
      body.completeExceptionally(why);
    }

    @Override
    public void onComplete() {
      body.complete(null);
    }

    private void end() {
      if (stop()) {
        ended.accept(this);
      }
    }

    void close() {
      stop();
    }

    private boolean stop() {
      synchronized (this) {
        if (isOver) {
          return false;
        }
        isOver = true;
      }
      // Both are set before it is over or see then that it is; what they call must not be locked.
      if (subscription != null) {
        subscription.cancel();
      }
      if (response != null) {
        response.cancel(true);
      }
      forget(this);
      return true;
    }
  }
}
