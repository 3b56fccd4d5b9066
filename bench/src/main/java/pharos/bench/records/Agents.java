package pharos.bench.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pharos.agent.json.Json;
import pharos.bench.meeting.Handle;

/** Agents that hold records, as {@code ./pharos agent --records} starts them. */
final class Agents extends Cluster {
  /** Where the copies are. */
  enum Keeping {
    MEMORY("in memory"),
    FORCED("disk, forced"),
    UNFORCED("disk, not forced");

    final String words;

    Keeping(String words) {
      this.words = words;
    }
  }

  /** Of those that are killed at one time, and one more. */
  private static final int SEEDS = 3;

  private static final Pattern VERSION = Pattern.compile("\"version\":\"(\\d{1,18})-");

  private final int copies;
  private final Keeping keeping;
  private final int beaconPort = freeUdpPort();
  private final List<Integer> agentPorts = new ArrayList<>();

  Agents(int count, int copies, Keeping keeping) throws IOException {
    super(count);
    this.copies = copies;
    this.keeping = keeping;
    for (int i = 0; i < count; i++) {
      agentPorts.add(freePort());
    }
  }

  private int agentPort(int number) {
    return agentPorts.get(number);
  }

  @Override
  List<String> command(int number, int run) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Handle.daemonOptions());
    command.addAll(List.of("-cp", Handle.daemonClassPath(), "pharos.daemon.Main", "agent"));
    command.addAll(List.of("--name", "records-" + number + (run == 0 ? "" : "-" + run)));
    command.addAll(List.of("--records", "--copies", "" + copies, "--loopback", "--zmq", "off"));
    command.addAll(List.of("--http", "127.0.0.1:" + ports.get(number)));
    command.addAll(List.of("--beacon-port", "" + beaconPort, "--port", "" + agentPort(number)));
    for (int i = 1; run > 0 && i <= SEEDS; i++) {
      // Else it may take itself for the first of all, where the machine is too busy to hear others.
      command.addAll(List.of("--seed", "127.0.0.1:" + agentPort((number + i) % ports.size())));
    }
    if (keeping != Keeping.MEMORY) {
      command.addAll(List.of("--state", folder.resolve("state-" + number).toString()));
      command.addAll(List.of("--fsync", keeping == Keeping.FORCED ? "on" : "off"));
    }
    return command;
  }

  @Override
  boolean isWhole(int number) throws IOException {
    Map<String, Object> ring = Json.members(ring(number));
    return hasAll(ring) && Boolean.TRUE.equals(Json.members(ring.get("records")).get("whole"));
  }

  @Override
  boolean seesAll(int number) throws IOException {
    return hasAll(Json.members(ring(number)));
  }

  private boolean hasAll(Map<String, Object> ring) {
    return ring.get("nodes") instanceof List<?> nodes
        && nodes.stream().filter(it -> "HOLDING".equals(Json.members(it).get("holds"))).count()
            == ports.size();
  }

  private String ring(int number) throws IOException {
    return Client.once(ports.get(number), "GET", "/v1/ring", "").body();
  }

  @Override
  String told(int number) {
    try {
      return ring(number);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  Client.Answer put(Client client, String key, String value) throws IOException {
    return client.ask("PUT", "/v1/records/" + key, value);
  }

  @Override
  Client.Answer get(Client client, String key) throws IOException {
    return client.ask("GET", "/v1/records/" + key, "");
  }

  @Override
  String value(Client.Answer answer) {
    return answer.body();
  }

  @Override
  String conflicts(Client client, String key) throws IOException {
    return client.ask("GET", "/v1/records/" + key + "?conflicts", "").body();
  }

  @Override
  long version(Client.Answer answer) {
    Matcher matcher = VERSION.matcher(answer.body());
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
