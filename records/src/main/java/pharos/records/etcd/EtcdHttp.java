package pharos.records.etcd;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.json.Json;
import pharos.records.RecordsException;

/**
 * Calls of etcd's JSON gateway: whichever endpoint answers, with a token where there is a user, and
 * done or failed by their deadline. Never waits; for any thread.
 */
final class EtcdHttp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdHttp.class);

  /** So many requests at once; those beyond wait, and are bounded by the calls that are open. */
  private static final int MOST_AT_ONCE = 64;

  /** A read that takes longer is asked of the next endpoint. */
  private static final long READ_ATTEMPT_MS = 1_500;

  private static final long FIRST_PAUSE_MS = 40;
  private static final long LAST_PAUSE_MS = 500;
  private static final int MOST_TOKENS = 3;

  /** How a call is done. */
  enum Kind {
    /** Needs a leader; may be done twice. */
    READ,
    /** Whatever one member has. */
    LOCAL,
    /** Needs a leader; not done again once it may have been done. */
    WRITE
  }

  /** A user of etcd. */
  record User(String name, String password) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final EtcdWire wire;
  private final Endpoints endpoints;
  private final Optional<User> user;
  private final long timeoutMs;

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int atOnce;
  private @Nullable CompletableFuture<String> token;

  EtcdHttp(EtcdWire wire, Endpoints endpoints, Optional<User> user, long timeoutMs) {
    this.wire = wire;
    this.endpoints = endpoints;
    this.user = user;
    this.timeoutMs = timeoutMs;
  }

  EtcdWire wire() {
    return wire;
  }

  Endpoints endpoints() {
    return endpoints;
  }

  /** When a call that begins now has to be done. */
  long deadlineNs() {
    return System.nanoTime() + timeoutMs * 1_000_000;
  }

  /** Somewhat more or less than this, so that not all come at once. */
  static long jittered(long ms) {
    return ms / 2 + ThreadLocalRandom.current().nextLong(ms + 1);
  }

  /** Calls whichever endpoint answers. */
  CompletableFuture<Map<String, Object>> post(
      Kind kind, String path, Object body, long deadlineNs) {
    Call call = new Call(kind, path, Json.write(body), deadlineNs, user.isPresent());
    attempt(call);
    return call.answer;
  }

  private static final class Call {
    private final Kind kind;
    private final String path;
    private final String body;
    private final long deadlineNs;
    private final boolean hasToken;
    private final CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    private @Nullable EtcdFailure last;
    private long pauseMs = FIRST_PAUSE_MS;
    private int tokens;

    private Call(Kind kind, String path, String body, long deadlineNs, boolean hasToken) {
      this.kind = kind;
      this.path = path;
      this.body = body;
      this.deadlineNs = deadlineNs;
      this.hasToken = hasToken;
    }

    private void fail(EtcdFailure why) {
      answer.completeExceptionally(why.exception(kind == Kind.WRITE));
    }
  }

  private void attempt(Call call) {
    if (!call.hasToken) {
      enter(() -> begin(call, ""));
      return;
    }
    CompletableFuture<String> unused =
        token()
            .whenComplete(
                (token, failure) -> {
                  if (failure == null) {
                    enter(() -> begin(call, token));
                  } else {
                    call.answer.completeExceptionally(EtcdWire.cause(failure));
                  }
                });
  }

  private void begin(Call call, String token) {
    long leftMs = (call.deadlineNs - System.nanoTime()) / 1_000_000;
    if (leftMs > 0 && !wire.isClosed()) {
      send(call, token, leftMs);
      return;
    }
    leave();
    call.fail(
        call.last != null
            ? call.last
            : new EtcdFailure(
                EtcdFailure.Then.TRY_AGAIN,
                RecordsException.Reason.NO_MAJORITY,
                endpoints + ": too many calls to begin this one in " + timeoutMs + " ms",
                false));
  }

  private void send(Call call, String token, long leftMs) {
    URI endpoint = endpoints.current();
    long attemptMs = call.kind == Kind.WRITE ? leftMs : Math.min(leftMs, READ_ATTEMPT_MS);
    HttpRequest request =
        wire.request(endpoint, call.path, call.body, token, call.kind != Kind.LOCAL);
    wire.exchange(
        request,
        attemptMs,
        (response, failure) -> {
          leave();
          String where = endpoint.getAuthority();
          if (response == null) {
            failed(
                call,
                endpoint,
                token,
                EtcdFailure.unreached(where, failure, EtcdWire.wasSent(failure)));
            return;
          }
          Map<String, Object> answer = Json.members(response.body());
          if (response.statusCode() == 200 && answer.containsKey("header")) {
            call.answer.complete(answer);
          } else {
            int status = response.statusCode();
            failed(call, endpoint, token, EtcdFailure.answered(where, status, answer));
          }
        });
  }

  private void failed(Call call, URI endpoint, String token, EtcdFailure why) {
    EtcdFailure before = call.last;
    // Why a member cannot says more than that another one is not there.
    if (call.last == null || why.isAnswer() || !call.last.isAnswer()) {
      call.last = why;
    }
    switch (why.then()) {
      case RENEW_TOKEN -> {
        forgetToken(token);
        if (call.hasToken && ++call.tokens < MOST_TOKENS) {
          attempt(call);
        } else {
          call.fail(why);
        }
      }
      case TRY_AGAIN, UNSURE -> {
        endpoints.failed(endpoint);
        if (call.kind == Kind.WRITE && why.then() == EtcdFailure.Then.UNSURE) {
          // What is left of the time may be too short to learn anything.
          failWithReason(call, endpoint, before == null ? why : why.after(before));
        } else {
          again(call, call.last);
        }
      }
      case GIVE_UP -> call.fail(why);
    }
  }

  /** Who does not answer a write may say of itself why. */
  private void failWithReason(Call call, URI endpoint, EtcdFailure why) {
    CompletableFuture<Void> unused =
        wire.status(endpoint)
            .thenAccept(
                status -> {
                  boolean hasLeader =
                      status.isEmpty() || Answers.unsigned(status.get(), "leader") != 0;
                  call.fail(
                      hasLeader
                          ? why
                          : new EtcdFailure(
                              why.then(), why.reason(), why.text() + ": it has no leader", true));
                });
  }

  private void again(Call call, EtcdFailure why) {
    long pauseMs = jittered(call.pauseMs);
    call.pauseMs = Math.min(2 * call.pauseMs, LAST_PAUSE_MS);
    if (call.deadlineNs - System.nanoTime() <= pauseMs * 1_000_000) {
      call.fail(why);
    } else {
      wire.later(pauseMs, () -> attempt(call));
    }
  }

  /** A token of the user, asked for once for all who want it; empty where there is no user. */
  synchronized CompletableFuture<String> token() {
    if (user.isEmpty()) {
      return CompletableFuture.completedFuture("");
    }
    if (token == null || token.isCompletedExceptionally()) {
      CompletableFuture<String> asked = new CompletableFuture<>();
      token = asked;
      String body =
          Json.write(Json.object("name", user.get().name(), "password", user.get().password()));
      Call call = new Call(Kind.READ, "auth/authenticate", body, deadlineNs(), false);
      CompletableFuture<Map<String, Object>> unused =
          call.answer.whenComplete(
              (answer, failure) -> {
                if (failure == null) {
                  asked.complete(String.valueOf(answer.getOrDefault("token", "")));
                } else if (String.valueOf(failure.getMessage()).contains("is not enabled")) {
                  LOG.warn("etcd at {} knows no users: whoever reaches it may write", endpoints);
                  asked.complete("");
                } else {
                  asked.completeExceptionally(failure);
                }
              });
      attempt(call);
    }
    return token;
  }

  private synchronized void forgetToken(String which) {
    if (token != null && token.isDone() && which.equals(token.getNow(""))) {
      token = null;
    }
  }

  /** Whether calls have to wait, and what is only good to have is better left out. */
  boolean isBusy() {
    synchronized (waiting) {
      return !waiting.isEmpty();
    }
  }

  private void enter(Runnable work) {
    synchronized (waiting) {
      if (atOnce >= MOST_AT_ONCE) {
        waiting.add(work);
        return;
      }
      atOnce++;
    }
    work.run();
  }

  private void leave() {
    Runnable next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        atOnce--;
      }
    }
    if (next != null) {
      wire.execute(next);
    }
  }

  @Override
  public void close() {
    wire.close();
    synchronized (waiting) {
      waiting.clear();
    }
  }
}
