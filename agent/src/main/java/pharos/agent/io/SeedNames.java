package pharos.agent.io;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.core.gateway.Endpoints;

/**
 * The addresses that the names of seeds have now: a name may have many, and others tomorrow, so it
 * is asked for again and again. On a thread of its own, since a resolver may take its time.
 */
final class SeedNames implements AutoCloseable {
  private static final long AGAIN_SECONDS = 30;
  private static final long SOON_SECONDS = 2;

  /** So many short rounds a seed has to answer before people are told that it does not. */
  private static final int PATIENCE = 3;

  /** Then they are told again every so many rounds: ten minutes. */
  private static final int RARELY = 20;

  private static final Logger log = LoggerFactory.getLogger(SeedNames.class);
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  private final List<Seed> seeds;
  private final Consumer<List<String>> listener;
  private final Supplier<CompletableFuture<Boolean>> isJoined;
  private final Thread thread;

  /** Of the thread. */
  private boolean isTellingOfSilence;

  /**
   * The names of these seeds.
   *
   * @param listener hears of their addresses whenever those change
   * @param isJoined asks whether any node of the overlay is known
   */
  SeedNames(
      String name,
      List<Seed> seeds,
      Consumer<List<String>> listener,
      Supplier<CompletableFuture<Boolean>> isJoined) {
    this.seeds = List.copyOf(seeds);
    this.listener = listener;
    this.isJoined = isJoined;
    thread = new Thread(this::run, "pharos-" + name + "-seeds");
    thread.setDaemon(true);
  }

  void start() {
    if (!seeds.isEmpty()) {
      thread.start();
    }
  }

  private void run() {
    List<String> told = List.of();
    List<String> unknownBefore = List.of();
    try {
      for (int round = 0; !Thread.currentThread().isInterrupted(); round++) {
        List<String> unknown = new ArrayList<>();
        List<String> now = resolve(unknown);
        if (!now.equals(told)) {
          listener.accept(now);
          told = now;
        }
        if (!unknown.equals(unknownBefore)) {
          tellOfNames(unknown);
          unknownBefore = unknown;
        }
        if (!now.isEmpty() && round >= PATIENCE) {
          tellOfAnswers(now, round);
        }
        boolean isSoon = now.isEmpty() || round < PATIENCE;
        TimeUnit.SECONDS.sleep(isSoon ? SOON_SECONDS : AGAIN_SECONDS);
      }
    } catch (InterruptedException e) {
      log.debug("no more seeds are looked up");
    }
  }

  private static void tellOfNames(List<String> unknown) {
    if (unknown.isEmpty()) {
      story.info("the names of all seeds are known now");
    } else {
      story.info("no resolver knows the seed {} now; asked again", String.join(", ", unknown));
    }
  }

  private void tellOfAnswers(List<String> now, int round) throws InterruptedException {
    boolean isNow;
    try {
      isNow = isJoined.get().get(SOON_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("the agent does not tell whether a seed answered", e);
      return;
    }
    boolean isTold = isTellingOfSilence;
    if (isNow && isTold) {
      story.info("a seed answered");
      isTellingOfSilence = false;
    } else if (!isNow && (!isTold || round % RARELY == 0)) {
      story.info(
          "no seed answers at {}; asked again: is a gateway there, and its TCP port open?",
          String.join(", ", now));
      isTellingOfSilence = true;
    }
  }

  private List<String> resolve(List<String> unknown) {
    List<String> endpoints = new ArrayList<>();
    for (Seed seed : seeds) {
      try {
        for (InetAddress address : InetAddress.getAllByName(seed.host())) {
          endpoints.add(Endpoints.of(address, seed.port()));
        }
      } catch (UnknownHostException e) {
        unknown.add(seed.host());
      }
    }
    return endpoints.stream().distinct().sorted().toList();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
