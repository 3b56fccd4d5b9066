package pharos.examples.balancer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.examples.Options;
import pharos.examples.Program;

/**
 * Asks {@code --url} one request after the other, {@code --per-second} of them, and tells each
 * second how many failed so far, and who answered in that second. It never asks twice.
 */
public final class Client {
  private static final String URL = "url";
  private static final String PER_SECOND = "per-second";

  private static final Logger log = LoggerFactory.getLogger(Client.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final HttpRequest request;
  private final Map<String, Integer> answers = new TreeMap<>();
  private int asked;
  private int failed;

  private Client(String url) {
    request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
  }

  public static void main(String[] args) throws Exception {
    Program.run(args, Set.of(URL, PER_SECOND), Client::run);
  }

  private static void run(Options options) throws InterruptedException {
    int perSecond = options.number(PER_SECOND, 100);
    if (perSecond < 1 || perSecond > 1_000) {
      throw new IllegalArgumentException("--per-second must be 1 to 1000, not " + perSecond);
    }
    Client client = new Client(options.text(URL).orElse("http://127.0.0.1:8080/"));
    while (true) {
      client.askForASecond(perSecond);
    }
  }

  private void askForASecond(int perSecond) throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (endNs - System.nanoTime() > 0) {
      long nextNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(1) / perSecond;
      ask();
      long restNs = nextNs - System.nanoTime();
      if (restNs > 0) {
        TimeUnit.NANOSECONDS.sleep(restNs);
      }
    }
    log.info("{} requests, {} failed; {}", asked, failed, answers);
    answers.clear();
  }

  private void ask() throws InterruptedException {
    asked++;
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        answers.merge(response.body(), 1, Integer::sum);
      } else {
        failed++;
        log.info("failed: status {}", response.statusCode());
      }
    } catch (IOException e) {
      failed++;
      log.info("failed: {}", e.toString());
    }
  }
}
