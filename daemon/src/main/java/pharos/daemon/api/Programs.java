package pharos.daemon.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import pharos.agent.AgentBuilder;
import pharos.agent.Counted;
import pharos.agent.StartException;
import pharos.agent.json.Json;

/**
 * {@code /v1/programs/NAME}: programs that embed no agent, and are peers of their own all the same.
 * Each has an agent here, and they share a context of ZeroMQ and these few threads, on which
 * everything happens that takes its time. For any thread.
 */
final class Programs implements AutoCloseable {
  static final int MOST = 64;

  private static final int THREADS = 4;

  /** A check that fails once may have met a pause. */
  private static final int MISSES = 2;

  private static final int LEASE_BYTES = 12;
  private static final long GOODBYE_MS = 700;

  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  /** Tells what became of a program. */
  interface Teller {
    void tell(Map<String, Object> what);
  }

  private final Supplier<AgentBuilder> builders;
  private final InstantSource clock;
  private final Teller teller;
  private final SecureRandom random = new SecureRandom();
  private final ScheduledThreadPoolExecutor work =
      new ScheduledThreadPoolExecutor(THREADS, Programs::thread);

  // Guarded by the lock of this.
  private final Map<String, Program> programs = new HashMap<>();

  /** Why those ended who did so lately. */
  private final Map<String, String> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  private @Nullable ZContext context;
  private boolean isOver;

  synchronized Counted counted() {
    return Counted.bounded("PROGRAMS", "programs", "http", programs.size(), MOST);
  }

  Programs(Supplier<AgentBuilder> builders, InstantSource clock, Teller teller) {
    this.builders = builders;
    this.clock = clock;
    this.teller = teller;
    work.setRemoveOnCancelPolicy(true);
    // None of them is started before the first program.
    work.setKeepAliveTime(10, TimeUnit.SECONDS);
    work.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "pharos-programs");
    thread.setDaemon(true);
    return thread;
  }

  List<Resource> resources() {
    String path = "/v1/programs/{name}";
    return List.of(
        Resource.get(path, Set.of(), this::get),
        Resource.withBody("PUT", path, Set.of(), this::put),
        Resource.later("DELETE", path, Set.of("lease"), this::delete));
  }

  private synchronized Reply get(Resource.Call call) {
    Program program = programs.get(call.path("name"));
    if (program == null) {
      throw unknown(call.path("name"));
    }
    return Reply.json(200, Json.write(program.json(false)));
  }

  private Problem unknown(String name) {
    String why = ended.get(name);
    return new Problem(404, "no program of this name" + (why == null ? "" : ": " + why));
  }

  // Announcing.

  private CompletableFuture<Reply> put(Resource.Call call) {
    Body body = Body.of(call.body(), "service", "offers", "ttl", "check", "lease");
    Optional<String> lease = body.text("lease");
    ProgramSpec spec = ProgramSpec.of(body);
    String name = call.path("name");
    return CompletableFuture.supplyAsync(() -> put(name, spec, lease), work);
  }

  private synchronized Reply put(String name, ProgramSpec spec, Optional<String> lease) {
    if (isOver) {
      throw new Problem(503, "the agent is stopping");
    }
    Program known = programs.get(name);
    if (known == null) {
      Program opened = open(name, spec, lease);
      renew(opened);
      return Reply.json(201, Json.write(opened.json(true)));
    }
    boolean isHis = lease.filter(it -> isEqual(it, known.lease)).isPresent();
    if (lease.isPresent() ? !isHis : !spec.equals(known.spec)) {
      throw new Problem(409, "another program has this name; who holds its lease sends it");
    }
    if (!spec.service().equals(known.spec.service())) {
      throw new Problem(409, "the service of a program stays: DELETE it first");
    }
    try {
      known.become(spec);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
    renew(known);
    return Reply.json(200, Json.write(known.json(isHis)));
  }

  /** Who was away for too long brings his lease, and has it again. */
  private Program open(String name, ProgramSpec spec, Optional<String> lease) {
    if (programs.size() >= MOST) {
      throw Problem.busy("there are " + MOST + " programs, and there is room for no more");
    }
    ZContext shared = context;
    if (shared == null) {
      shared = new ZContext();
      context = shared;
    }
    try {
      AgentBuilder builder = builders.get().context(shared).callbacks(work).story(false);
      Program program = new Program(name, lease.orElseGet(this::newLease), spec, builder);
      programs.put(name, program);
      ended.remove(name);
      var unused =
          program.agent.onEnd(why -> why.ifPresent(it -> end(program, "it failed: " + it)));
      tell(program, "OPENED", "");
      return program;
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    } catch (StartException e) {
      throw new Problem(503, String.valueOf(e.getMessage()));
    }
  }

  private String newLease() {
    byte[] bytes = new byte[LEASE_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static boolean isEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private void renew(Program program) {
    program.stopTimer();
    program.misses = 0;
    int renewal = ++program.renewals;
    program
        .spec
        .ttl()
        .ifPresent(
            ttl -> {
              program.expires = clock.instant().plus(ttl);
              program.timer =
                  work.schedule(
                      () -> expire(program, renewal), ttl.toNanos(), TimeUnit.NANOSECONDS);
            });
    program
        .spec
        .check()
        .ifPresent(
            check -> {
              long everyNs = check.every().toNanos();
              program.timer =
                  work.scheduleWithFixedDelay(
                      () -> check(program, check), 0, everyNs, TimeUnit.NANOSECONDS);
            });
  }

  /** Unless it was renewed while this waited for its turn. */
  private void expire(Program program, int renewal) {
    synchronized (this) {
      if (program.renewals != renewal) {
        return;
      }
    }
    end(program, "its lease ended");
  }

  private void check(Program program, Check check) {
    Optional<String> wrong = check.ask();
    boolean isOut;
    synchronized (this) {
      program.misses = wrong.isPresent() ? program.misses + 1 : 0;
      isOut = program.misses >= MISSES;
    }
    if (isOut) {
      end(program, "its check failed: " + wrong.orElse(""));
    }
  }

  // Ending.

  private CompletableFuture<Reply> delete(Resource.Call call) {
    Optional<String> lease = call.query().text("lease");
    String name = call.path("name");
    Program program;
    synchronized (this) {
      program = programs.get(name);
      if (program == null) {
        throw unknown(name);
      }
    }
    if (lease.isPresent() && !isEqual(lease.get(), program.lease)) {
      throw new Problem(409, "another program has this name by now");
    }
    Program gone = program;
    return CompletableFuture.supplyAsync(
        () -> {
          end(gone, "it was deleted");
          return Reply.empty(204);
        },
        work);
  }

  /** Says goodbye, which may take a second; a second time, nothing happens. */
  private void end(Program program, String why) {
    synchronized (this) {
      if (!programs.remove(program.name, program)) {
        return;
      }
      program.stopTimer();
      ended.put(program.name, why + " at " + clock.instant());
    }
    program.agent.close();
    tell(program, "ENDED", why);
  }

  private void tell(Program program, String event, String why) {
    if (!why.isEmpty()) {
      story.info("{} is announced no more: {}", program.name, why);
    }
    teller.tell(
        Json.object(
            "event", event,
            "why", Optional.of(why).filter(it -> !it.isEmpty()),
            "program", program.json(false)));
  }

  /** All say goodbye, together, within a second. */
  @Override
  public void close() {
    List<Program> all;
    synchronized (this) {
      isOver = true;
      all = new ArrayList<>(programs.values());
    }
    List<Future<?>> goodbyes = new ArrayList<>();
    for (Program program : all) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      thread(
              () -> {
                end(program, "the agent that announced it stops");
                done.complete(null);
              })
          .start();
      goodbyes.add(done);
    }
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MS);
    goodbyes.forEach(it -> await(it, deadlineNs));
    work.shutdownNow();
    ZContext shared = context;
    if (shared != null && goodbyes.stream().allMatch(Future::isDone)) {
      shared.close();
    }
  }

  private static void await(Future<?> goodbye, long deadlineNs) {
    try {
      goodbye.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      story.debug("a program was not through with its goodbye");
    }
  }
}
