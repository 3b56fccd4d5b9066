package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pharos.agent.Agent;
import pharos.agent.json.Json;
import pharos.daemon.story.Stories;

/** The document and the table, checked against each other. */
class OpenApiTest {
  private final Reply reply = Tables.get(new Table(new OpenApi().resources()), "/v1/openapi.json");
  private final Map<String, Object> document = Json.members(reply.body());

  private static List<Resource> resources(Table table) {
    Session session = new Session(Token.random(), 1);
    return Stream.concat(table.resources().stream(), session.resources().stream()).toList();
  }

  @Test
  void eachResourceIsInTheDocumentAndNoOther() {
    Set<String> wanted = new TreeSet<>();
    try (Agent agent = Agent.builder().loopback(true).beaconPort(15_670).observer(true).start();
        AgentTable all =
            new AgentTable(
                agent,
                () -> Condition.OK,
                () -> Condition.OK,
                1,
                new NoRecords(),
                Agent::builder,
                new Measured(),
                new Stories(InstantSource.system(), 1 << 20),
                List::of,
                Optional.empty())) {
      for (Resource it : resources(all.table())) {
        wanted.add(
            it.method()
                + " "
                + it.template().replace("{+", "{")
                + " query"
                + new TreeSet<>(it.parameters())
                + (it.takesBody() ? " body" : "")
                + (it.isOpen() ? " open" : ""));
      }
    }
    assertEquals(String.join("\n", wanted), String.join("\n", told()));
  }

  private Set<String> told() {
    Set<String> told = new TreeSet<>();
    Json.members(document.get("paths"))
        .forEach(
            (path, methods) ->
                Json.members(methods)
                    .forEach((method, operation) -> told.add(told(path, method, operation))));
    return told;
  }

  private static String told(String path, String method, Object operation) {
    Map<String, Object> members = Json.members(operation);
    Set<String> inPath =
        Pattern.compile("\\{(\\w+)}")
            .matcher(path)
            .results()
            .map((MatchResult it) -> it.group(1))
            .collect(Collectors.toSet());
    assertEquals(inPath, named(members, "path"), path);
    return method.toUpperCase(Locale.ROOT)
        + " "
        + path
        + " query"
        + new TreeSet<>(named(members, "query"))
        + (members.containsKey("requestBody") ? " body" : "")
        + (members.containsKey("security") ? " open" : "");
  }

  private static Set<String> named(Map<String, Object> operation, String where) {
    Predicate<Map<String, Object>> isThere = it -> where.equals(it.get("in"));
    return Optional.ofNullable(operation.get("parameters")).stream()
        .flatMap(it -> ((List<?>) it).stream())
        .map(Json::members)
        .filter(isThere)
        .map(it -> String.valueOf(it.get("name")))
        .collect(Collectors.toSet());
  }

  @Test
  void whatItRefersToIsThere() {
    Map<String, Object> schemas =
        Json.members(Json.members(document.get("components")).get("schemas"));
    Pattern.compile("\"#/components/schemas/(\\w+)\"")
        .matcher(reply.body())
        .results()
        .forEach(it -> assertTrue(schemas.containsKey(it.group(1)), it.group(1)));
  }
}
