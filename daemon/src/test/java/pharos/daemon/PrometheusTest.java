package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus finds what is offered by {@code /v1/targets}, and reads the metrics. */
class PrometheusTest {
  private final Agents agents = new Agents();
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path folder;

  @AfterEach
  void closeAll() {
    agents.close();
  }

  private String get(String url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @Test
  void itFindsWhatIsOfferedAndReadsTheMetricsOfBoth() throws IOException, InterruptedException {
    int appPort = Ports.tcp();
    String hub = agents.start("--name", "hub", "--gateway", "--http", "127.0.0.1:0").http();
    String offer = "Web=" + appPort + ",protocol=http,metrics=/metrics";
    agents
        .start("--name", "app", "--service", "App", "--offer", offer, "--http", "" + appPort)
        .http();
    Process check = Program.tool(List.of("promtool", "check", "metrics"));
    check.getOutputStream().write(get(hub + "/metrics").getBytes(StandardCharsets.UTF_8));
    check.getOutputStream().close();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(check.waitFor(30, TimeUnit.SECONDS));
    assertEquals("", said);

    Path config =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: pharos
                http_sd_configs:
                  - {url: '%s/v1/targets', refresh_interval: 1s}
            """
                .formatted(hub));
    int port = Ports.tcp();
    Process prometheus =
        Program.tool(
            List.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port));
    try {
      String query = "http://127.0.0.1:" + port + "/api/v1/query?query=pharos_peers";
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () ->
                  get(query).contains("\"instance\":\"127.0.0.1:" + appPort)
                      && get(query).contains("\"state\":\"alive\""));
    } finally {
      prometheus.destroy();
      prometheus.onExit().join();
    }
  }
}
