package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a running agent tells as metrics, beside the table in docs/HTTP.md. */
class MetricsTableTest {
  private static final Path TABLE = Path.of("..", "docs", "HTTP.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(pharos_\\w+)(?:\\{(\\w+)})?`( and `_limit`)? \\| (\\w+) \\| (.+) \\|");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Agents agents = new Agents();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeAll() {
    agents.close();
  }

  private Map<String, MetricsText.Family> metrics(Program agent)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(agent.http() + "/metrics")).timeout(PATIENCE).build();
    return MetricsText.read(client.send(request, BodyHandlers.ofString()).body());
  }

  private static Set<String> documented() throws IOException {
    Set<String> rows = new TreeSet<>();
    List<String> lines = Files.readAllLines(TABLE);
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String labels = row.group(2) == null ? "[]" : "[" + row.group(2) + "]";
        assertTrue(rows.add(row.group(1) + " " + labels + " " + row.group(4)), line);
        if (row.group(3) != null) {
          assertTrue(rows.add(row.group(1) + "_limit " + labels + " " + row.group(4)), line);
        }
      } else {
        assertTrue(!line.startsWith("| `pharos_"), "no row of that table: " + line);
      }
    }
    return rows;
  }

  @Test
  void theTableAndARunningGatewayTellTheSameNames() throws Exception {
    Program agent = agents.start("--name", "alpha", "--gateway", "--http", "0");
    await().atMost(PATIENCE).until(() -> metrics(agent).containsKey("pharos_turn_seconds"));
    Set<String> told = new TreeSet<>();
    metrics(agent).forEach((name, it) -> told.add(name + " " + it.labels() + " " + it.type()));
    assertEquals(String.join("\n", documented()), String.join("\n", told));
  }

  @Test
  void whatIsPromisedIsMeasuredAsItHappens() throws Exception {
    Program alpha = agents.start("--name", "alpha", "--http", "0");
    Program beta = agents.start("--name", "beta", "--http", "off");
    Program gamma = agents.start("--name", "gamma", "--http", "off");
    await().atMost(PATIENCE).until(() -> value(alpha, "join_seconds_count") == 2);
    beta.kill();
    await().atMost(PATIENCE).until(() -> value(alpha, "crash_seconds_count") == 1);
    gamma.terminate();
    await().atMost(PATIENCE).until(() -> value(alpha, "leave_seconds_count") == 1);
    assertEquals(1, value(alpha, "unheard_seconds_count{reason=\"crashed\"}"));
    assertEquals(6, value(alpha, "promised_seconds{what=\"silence\"}"));
  }

  private double value(Program agent, String series) throws IOException, InterruptedException {
    return metrics(agent).values().stream()
        .flatMap(it -> it.samples().entrySet().stream())
        .filter(it -> it.getKey().equals("pharos_" + series))
        .mapToDouble(Map.Entry::getValue)
        .findAny()
        .orElseThrow();
  }
}
