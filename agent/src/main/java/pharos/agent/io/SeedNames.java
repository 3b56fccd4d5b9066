package pharos.agent.io;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private static final Logger log = LoggerFactory.getLogger(SeedNames.class);

  private final List<Seed> seeds;
  private final Consumer<List<String>> listener;
  private final Thread thread;

  SeedNames(String name, List<Seed> seeds, Consumer<List<String>> listener) {
    this.seeds = List.copyOf(seeds);
    this.listener = listener;
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
    try {
      while (!Thread.currentThread().isInterrupted()) {
        List<String> unknown = new ArrayList<>();
        List<String> now = resolve(unknown);
        if (!now.equals(told)) {
          listener.accept(now);
          told = now;
        }
        if (!unknown.isEmpty()) {
          log.info("nobody knows the seeds {} now; asked again", unknown);
        }
        TimeUnit.SECONDS.sleep(now.isEmpty() ? SOON_SECONDS : AGAIN_SECONDS);
      }
    } catch (InterruptedException e) {
      log.debug("no more seeds are looked up");
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
