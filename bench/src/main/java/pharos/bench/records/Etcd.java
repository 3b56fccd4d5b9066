package pharos.bench.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members of etcd, asked by its JSON gateway. */
final class Etcd extends Cluster {
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d{1,18})\"");
  private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]*)\"");

  private final List<Integer> peerPorts = new ArrayList<>();
  private final boolean isForced;

  /**
   * @param isForced whether each write is forced to the disk
   */
  Etcd(int count, boolean isForced) throws IOException {
    super(count);
    this.isForced = isForced;
    for (int i = 0; i < count; i++) {
      peerPorts.add(freePort());
    }
  }

  /** Whether there is one on this machine that knows what we tell it. */
  static boolean isInstalled() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("etcd", "--unsafe-no-fsync", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  List<String> command(int number, int run) {
    String client = "http://127.0.0.1:" + ports.get(number);
    String peer = "http://127.0.0.1:" + peerPorts.get(number);
    String all =
        IntStream.range(0, ports.size())
            .mapToObj(it -> "m" + it + "=http://127.0.0.1:" + peerPorts.get(it))
            .collect(Collectors.joining(","));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("etcd", "--name", "m" + number));
    command.addAll(List.of("--data-dir", folder.resolve("state-" + number).toString()));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
    command.addAll(List.of("--initial-cluster", all, "--log-level", "error"));
    if (!isForced) {
      command.add("--unsafe-no-fsync");
    }
    return command;
  }

  @Override
  boolean isWhole(int number) throws IOException {
    return told(number).contains("\"health\":\"true\"");
  }

  @Override
  boolean seesAll(int number) throws IOException {
    return isWhole(number);
  }

  @Override
  String told(int number) {
    try {
      return Client.once(ports.get(number), "GET", "/health", "").body();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  Client.Answer put(Client client, String key, String value) throws IOException {
    String body = "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}";
    return client.ask("POST", "/v3/kv/put", body);
  }

  @Override
  Client.Answer get(Client client, String key) throws IOException {
    return client.ask("POST", "/v3/kv/range", "{\"key\":\"" + base64(key) + "\"}");
  }

  @Override
  String value(Client.Answer answer) {
    Matcher matcher = VALUE.matcher(answer.body());
    return matcher.find() ? new String(Base64.getDecoder().decode(matcher.group(1)), UTF_8) : "";
  }

  @Override
  String conflicts(Client client, String key) {
    return "";
  }

  @Override
  long version(Client.Answer answer) {
    Matcher matcher = REVISION.matcher(answer.body());
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
