package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.testkit.Needs;

/** What cannot be done is one clear line, and an exit code that tells whose fault it is. */
class MainTest {
  private static final Path ENDLESS = Path.of("/dev/zero");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|which command?",
        "frobnicate|'frobnicate' is no command; try 'pharos --help'",
        "--frob|'--frob'",
        "agent --frob|'--frob'",
        "agent more|'more' is one argument too many",
        "agent --offer Alpha.Orders|'--offer' (TYPE=PORT[,key=value...]): 'Alpha.Orders' has no"
            + " port",
        "agent --offer =7001|'=7001' has no type",
        "agent --offer A=|'' in 'A=' is no port: 1 to 65535",
        "agent --offer A=http|'http' in 'A=http' is no port: 1 to 65535",
        "agent --offer A=70000|'70000' in 'A=70000' is no port: 1 to 65535",
        "agent --offer A=0|'0' in 'A=0' is no port: 1 to 65535",
        "agent --offer A=1,version|'version' in 'A=1,version' is no attribute: write key=value",
        "agent --offer A=1,a=1,a=2|'a' is there twice in 'A=1,a=1,a=2'",
        "agent --offer|'--offer'",
        "agent --port 99999|'--port': '99999' is no port: 0 to 65535",
        "agent --port 8-7|'--port': '8-7' ends before it begins",
        "agent --port 0-7|'0' in '0-7' is no port: 1 to 65535",
        "agent --interval 5|'--interval': '5' is no time",
        "agent --interval -5s|'--interval': '-5s' is no time",
        "agent --interval 1ms|--interval: ",
        "agent --interval 999999h|'999999h' is longer than a year",
        "agent --seconds soon|'--seconds': 'soon' is no time: write seconds, such as 30",
        "agent --seconds -1|'--seconds': '-1' is no time",
        "agent --seconds 99999999999|'--seconds': '99999999999' is longer than a year",
        "agent --nmae x|'--nmae', 'x': did you mean '--name'?",
        "agent --ofer=A=1|did you mean '--offer'?",
        "peer|did you mean 'peers'?",
        "agent --interval 1\\ns|'1\\u000As' is no time: write a number and ms, s, min or h",
        "agent --name a\\nb|--name 'a\\u000Ab': ",
        "agent --name ''|--name '': ",
        "agent --beacon-port 0|'--beacon-port': '0' is no port: 1 to 65535",
        "peers --beacon-port x|'--beacon-port': 'x' is no port: 1 to 65535",
        "agent --interface 10.0.0.0/99|interface selector '10.0.0.0/99'",
        "agent --advertise somewhere|--advertise: 'somewhere' is no IPv4 or IPv6 address",
        "agent --loopback --advertise 127.0.0.2|cannot advertise 127.0.0.2: nobody can connect",
        "agent --peer alpha|--peer: 'alpha' is no host:port",
        "agent --loopback --peer a:1|loopback and fixedPeers [a:1]",
        "agent --observer --offer A=1|observer and offer A",
        "agent --http 1:2:3|'--http': '1:2:3' is no [HOST:]PORT",
        "agent --http host:|'' in 'host:' is no port",
        "agent --seed alpha|--seed: 'alpha' is no HOST:PORT, such as gate.example:5671",
        "agent --seed ::1:5671|--seed: '::1:5671' is no HOST:PORT",
        "agent --seed tcp://10.0.0.1:5671|--seed: 'tcp://10.0.0.1:5671' is no HOST:PORT",
        "agent --seed alpha:0|--seed: the port of alpha:0 must be 1 to 65535, not 0",
        "agent --seed alpha:http|--seed: 'alpha:http' is no host:port",
        "agent --seed a:1 --observer|observer and gateway do not go together",
        "agent --no-presence|presence off and no seeds do not go together",
        "agent --gateway --arbiter sets|'--arbiter': 'sets' is no arbiter: versions, grow-only-set",
        "agent --gateway --k 257|'--k': '257' is no number from 1 to 256",
        "agent --gateway --alpha x|'--alpha': 'x' is no number from 1 to 64",
        "agent --gateway --cache 0|'--cache': '0' is no number from 1 to 10000000, or off",
        "agent --wide ''|--wide: a service that is followed must have a name",
        "agent --arbiter versions|--arbiter versions makes no sense without --gateway or --seed",
        "agent --k 8|--k 8 makes no sense without --gateway or --seed: gateways decide that",
        "agent --cache off|--cache off makes no sense without --gateway or --seed",
        "find a --alpha 7|--alpha 7 makes no sense without --seed: gateways decide that",
        "agent --http off --http-name a|--http-name a is of no use with --http off",
        "agent --http off --http-token-file a|--http-token-file a is of no use with --http off",
        "agent --http-name a:80|--http-name: 'a:80' is no host name: write it without a port",
        "agent --http-name ''|--http-name: '' is no host name",
        "agent --zmq ''|--zmq: '' is neither 'off' nor a port",
        "agent --zmq 65535|--zmq: '65535' is neither 'off' nor a port",
        "agent --zmq 1 --http off|--zmq 1 is of no use with --http off",
        "agent --management x|'--management': 'x' is no port",
        "agent --state ''|--state: '' is no folder",
        "agent --id AAAA|'--id': 'AAAA' is no id: 20 bytes in base64",
        "agent --question-timeout 0s|--question-timeout: ",
        "agent --cluster a\\nb|--cluster: ",
        "agent --service a\\nb|--service 'a\\u000Ab': ",
        "agent --name \uFFFD|'\uFFFD' has letters that this locale cannot read: set LC_ALL=",
        "run|Missing required parameter: 'PROGRAM'",
        "run -- ''|the program's name is empty",
        "run --wait-port -- true|--wait-port wants an --offer, whose port it waits for",
        "run --name a\\nb -- true|--name 'a\\u000Ab': ",
        "run --seconds 5 -- true|Unknown option: '--seconds'",
        "listen --count 0|'--count': '0' is no number from 1 to 999999999",
        "listen --stats --hex|--hex is of no use with --stats, which shows no datagram",
        "listen --cluster a|--cluster: listen shows those of all clusters",
        "listen --interface ''|--interface: ",
        "doctor --interface ''|--interface: ",
        "ping a --interface ''|--interface: ",
        "listen a|'a' is one argument too many",
        "wait|Missing required parameter: 'SERVICE|TYPE|NAME'",
        "wait a b|'b' is one argument too many",
        "wait ''|the service, type or name is empty",
        "wait a --count 0|'--count': '0' is no number from 1 to 100000",
        "wait a --timeout 5|'--timeout': '5' is no time",
        "completion x|'x' is one argument too many",
        "doctor a b|'b' is one argument too many",
        "doctor ''|the host or peer is empty",
        "doctor a:70000|'70000' in 'a:70000' is no port",
        "doctor --wait 1h|--wait: more than 15s tells no more",
        "doctor --wait long|'--wait': 'long' is no time",
        "ping|Missing required parameter: 'PEER'",
        "ping ''|the host or peer is empty",
        "ping a -c 0|'0' is no number from 1 to 10000",
        "ping a --count 10001|'10001' is no number from 1 to 10000",
        "peers --wait long|'--wait': 'long' is no time",
        "find|ID",
        "find a b|'b'",
        "find ''|the id of a contact is missing",
        "find --base64 a*b|no id in base64: 'a*b'",
        "find a --seed b|--seed: 'b' is no HOST:PORT",
        "find a --wait long|'--wait': 'long' is no time",
        "find a --loopback --interface b|loopback and interfaces",
        "browse|SERVICE",
        "browse ''|the service or type is empty",
        "records x|'x' is none of status, put, get",
        "records stauts|did you mean",
        "records put|put wants a KEY",
        "records forget|forget wants a NODE",
        "records put a|put wants one of VALUE, - and --file FILE",
        "records put a b --file c|put wants one of VALUE, - and --file FILE",
        "records put a b c|'c'",
        "records get a b|'b' is one argument too many",
        "records get ''|a key has 1 to 256 bytes of UTF-8, and this one 0",
        "records get a --create|--create makes no sense with get",
        "records list --expiry 1s|--expiry makes no sense with list",
        "records put a b --create --if-version 1|--create and --if-version cannot both be so",
        "records put a b --if-version x|--if-version: 'x' is no version",
        "records get a --read fast|--read: 'fast' is neither quorum nor local",
        "records put a b --type ä|a type of content has 1 to 127 printable letters of ASCII",
        "records get a --at off|--at off asks none",
        "agent --copies 3|--copies 3 makes no sense without --records",
        "agent --copies 2 --records|'2' is none of 1, 3 and 5",
        "agent --records --fsync on|--fsync on makes no sense without --state",
        "agent --records --observer|--records makes no sense with --observer",
        "agent --records http://a|'http://a' is no etcd://HOST:PORT",
        "agent --records --etcd-login-file a|--etcd-login-file a makes no sense without --records"
            + " etcd://HOST:PORT",
        "ring --at off|--at off asks none",
        "ring --json --svg|mutually exclusive",
        "register a|an --endpoint or --data is needed",
        "register a --endpoint b:1|--endpoint: 'b:1' is no PROTOCOL://WHERE",
        "register a --data {|--data: this is no JSON: {",
        "register a --data 1,2|--data: this is no JSON: 1,2",
        "register a --data 1 --seconds -1|'--seconds': '-1' is no time",
        "register --base64 a*b --data 1|no id in base64: 'a*b'",
        "watch a|'a' is one argument too many",
        "watch --at nonsense|'nonsense' is no URL",
        "why|Missing required parameter: 'PEER'",
        "why ''|the name or id of a peer is empty",
        "why a b|'b' is one argument too many",
        "why a --at off|--at off asks none, and only an agent that runs can remember",
        "why a --at nonsense|'nonsense' is no URL",
        "health --at off|--at off asks none, which tells nothing of its health",
        "peers @/dev/zero|'/dev/zero': it is no file, and might have no end",
        "health nonsense|'nonsense' is no URL",
        "health https://127.0.0.1|'https://127.0.0.1' is no URL",
        "health http://127.0.0.1:99999|'http://127.0.0.1:99999' is no URL",
        "health ''|'' is no URL: write http://HOST:PORT",
        "peers --at ''|'' is no URL: write http://HOST:PORT",
        "peers --at http://127.0.0.1:99999|'http://127.0.0.1:99999' is no URL",
      })
  void whatMakesNoSenseIsNamedInOneLineAndEndsWith2(String arguments, String reason) {
    String[] args = arguments == null ? new String[0] : arguments.split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].equals("''") ? "" : args[i].replace("\\n", "\n");
    }
    assertFailed(2, reason, args);
  }

  @Test
  void aTakenPortIsNamedInOneLineAndEndsWith1() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      String beaconPort = String.valueOf(Ports.udp());
      String[] agent = {"agent", "--loopback", "--beacon-port", beaconPort};
      assertFailed(
          1,
          "--http 127.0.0.1:" + port + ": cannot listen there (Address already in use)",
          with(agent, "--http", port));
      assertFailed(1, "cannot listen on TCP port " + port, with(agent, "--port", port));
    }
  }

  @Test
  void aHostThatIsNotThisOneIsNamedInOneLineAndEndsWith1() {
    assertFailed(
        1, "--http 192.0.2.1:8670: cannot listen there", "agent", "--http", "192.0.2.1:8670");
    assertFailed(1, "nobody knows the host", "agent", "--http", "nowhere.invalid:8670");
  }

  @Test
  void noInterfaceThatMatchesIsNamedInOneLineAndEndsWith1() {
    for (String command : new String[] {"agent", "peers"}) {
      assertFailed(
          1,
          "--interface nosuch0 leaves no interface that can broadcast; there are ",
          command,
          "--interface",
          "nosuch0");
    }
  }

  @Test
  void aFileWithoutAnEndIsRefusedAndNotReadUntilMemoryEnds() {
    Needs.that(Files.exists(ENDLESS), "a file without an end");
    assertFailed(2, "'/dev/zero': it has more than", "agent", "--config", ENDLESS.toString());
    assertFailed(
        1,
        "--http-token-file: cannot read '/dev/zero': it has more than 65536 bytes",
        "agent",
        "--http-token-file",
        ENDLESS.toString());
  }

  @Test
  void aFolderOfStateThatIsNoneIsNamedInOneLineAndEndsWith1() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    String[] agent = {"agent", "--loopback", "--http", "off", "--state"};
    assertFailed(1, file + " cannot be used: it is no folder", with(agent, file.toString()));
  }

  @Test
  void anUnreadableFileOfOptionsIsNamedInOneLineAndEndsWith2() {
    Path missing = folder.resolve("missing");
    assertFailed(2, "'" + missing + "': there is none", "agent", "@" + missing);
    assertFailed(2, "'" + folder + "': it is not readable", "agent", "@" + folder);
  }

  @Test
  void dataThatIsNotThereIsNamedInOneLineAndEndsWith1() throws IOException {
    Path missing = folder.resolve("missing");
    assertFailed(
        1,
        "--data: cannot read '" + missing + "': there is none",
        "register",
        "a",
        "--data",
        "@" + missing);
    assertFailed(1, "--data: cannot read '" + folder, "register", "a", "--data", "@" + folder);
    Path large = Files.writeString(folder.resolve("large"), "1".repeat(5_000));
    assertFailed(
        2, "the data of a contact has at most 4096 bytes", "register", "a", "--data", "@" + large);
  }

  @Test
  void optionsCanBeInAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("options"), "--interval\n5parsecs\n");
    assertFailed(2, "'5parsecs' is no time", "agent", "@" + file);
  }

  @Test
  void nobodyThereEndsWith1() {
    String beaconPort = String.valueOf(Ports.udp());
    String[] peers = {"peers", "--loopback", "--wait", "1ms", "--beacon-port", beaconPort};
    assertFailed(1, "nobody was heard within 1 ms", peers);

    Ran json = Ran.of(with(peers, "--json"));
    assertEquals(1, json.code());
    assertEquals("{\"peers\":[]}", json.out().strip());
  }

  @Test
  void anAgentThatCannotBeAskedIsNamedOnceInOneLineAndEndsWith1() {
    String unknown = "http://nowhere.invalid:1";
    String why = unknown + " does not answer: nobody knows the host nowhere.invalid";
    assertFailed(1, "pharos peers: " + why, "peers", "--at", unknown);
    assertFailed(1, "nobody knows the host nowhere.invalid", "health", unknown);
  }

  @Test
  void healthOfNobodyEndsWith1() {
    String url = "http://127.0.0.1:" + Ports.tcp();
    assertFailed(1, url + "/healthz does not answer: Connection refused", "health", url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "agent --help",
        "run --help",
        "listen --help",
        "peers -h",
        "find --help",
        "browse --help",
        "records --help",
        "ring --help",
        "register --help",
        "health --help",
        "why --help",
        "watch --help",
        "wait --help",
        "completion --help"
      })
  void helpGoesToStandardOutputAndEndsWith0(String arguments) {
    Ran ran = Ran.of(arguments.split(" "));
    assertEquals(0, ran.code(), ran::toString);
    assertEquals("", ran.err());
    assertTrue(ran.out().startsWith("Usage: pharos"), ran::toString);
    ran.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
  }

  @Test
  void helpShowsAllCommandsInGroups() {
    Ran ran = Ran.of("--help");
    for (String group : List.of("Announce:", "See:", "Keep:", "Mend:", "Build:")) {
      assertTrue(ran.out().lines().anyMatch(group::equals), ran::toString);
    }
    Caller nobody = new Caller(System.out, System.err, Map.of(), folder);
    for (String command : Root.line(nobody).getSubcommands().keySet()) {
      assertTrue(ran.out().contains("\n  " + command + " "), ran::toString);
    }
  }

  @Test
  void onATerminalAloneThereAreColours() {
    String escape = "\u001b[";
    assertTrue(Ran.in(Map.of("PHAROS_TERMINAL", "out"), folder, "--help").out().contains(escape));
    for (Map<String, String> plain :
        List.of(
            Map.of("PHAROS_TERMINAL", ",err"),
            Map.of("PHAROS_TERMINAL", "out", "NO_COLOR", "1"),
            Map.of("PHAROS_TERMINAL", "out", "TERM", "dumb"))) {
      assertFalse(Ran.in(plain, folder, "--help").out().contains(escape), plain::toString);
    }
  }

  @Test
  void completionIsAScriptThatBashCanRead() throws Exception {
    Ran ran = Ran.of("completion");
    assertEquals(0, ran.code(), ran::toString);
    Path file = Files.writeString(folder.resolve("completion"), ran.out());
    String words = "COMP_WORDS=(pharos agent --que) COMP_CWORD=2";
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source " + file + "; " + words + "; _complete_pharos; echo ${COMPREPLY[@]}")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("--question-timeout", said.strip());
  }

  @Test
  void theVersionIsNotLeftToBeFilledIn() {
    Ran ran = Ran.of("--version");
    assertEquals(0, ran.code());
    assertTrue(ran.out().matches("(?s)pharos \\d+\\.\\d+\\.\\d+\\S*\nJava .*"), ran::toString);
  }

  private static String[] with(String[] some, String... more) {
    String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private static void assertFailed(int code, String reason, String... args) {
    Ran ran = Ran.of(args);
    assertEquals(code, ran.code(), ran::toString);
    assertEquals("", ran.out());
    assertEquals(1, ran.err().lines().count(), ran::toString);
    assertTrue(ran.err().startsWith("pharos"), ran::toString);
    assertTrue(ran.err().contains(reason), ran::toString);
  }
}
