package pharos.daemon;

import static pharos.daemon.NetworkOptions.set;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.beacon.NodeId;
import pharos.records.Records;
import pharos.records.embedded.EmbeddedRecords;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code pharos agent}: announces a program that embeds nothing, and tells of the others. */
@Command(
    name = "agent",
    description = {
      "Runs an agent: announces a program of this host, follows the others, and tells of them.",
      "It runs until SIGTERM or Ctrl-C, says goodbye, and ends with 0 within a second."
    },
    footer = {
      "  pharos agent --name alpha-1 --service Alpha --offer Alpha.Orders=7001",
      "      announces what a program answers at port 7001 of this host",
      "  pharos agent --offer Web=8080,protocol=http,version=2 -v",
      "      with attributes; curl http://127.0.0.1:8670/v1/peers lists the others",
      "  pharos agent --observer --events --seconds 5",
      "      prints who comes and goes as lines of JSON, for a script",
      "  pharos agent --name gate --gateway --port 5671",
      "      lets this network find others, and be found; one over there joins it:",
      "      pharos agent --name gate-there --seed gate.example:5671",
      "  pharos agent --gateway --port 5671 --arbiter grow-only-set",
      "      where several register what they add to one set, such as workers",
      "  pharos agent --records --state /var/lib/pharos",
      "      holds records, with copies on other hosts that do so too: see 'pharos records'",
      "  pharos agent --records etcd://10.0.0.5:2379",
      "      keeps what 'pharos records put' and /v1/records write in etcd",
      "  pharos agent @alpha.options",
      "      reads the options from a file",
      "",
      "The log is on standard error. Ends with 0 when it was asked to end, 1 when it failed (a port"
          + " is taken, there is no interface), 2 when the options make no sense."
    })
final class AgentCommand extends Subcommand {
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  @Mixin private AnnounceOptions announced = new AnnounceOptions();

  @Option(
      names = "--id",
      paramLabel = "BASE64",
      converter = IdReader.class,
      description =
          "The id of this agent, 20 bytes in base64, for one that keeps it over its restarts."
              + " Default: a new one each time.")
  private @Nullable NodeId id;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Keep the id in this folder, which is made when it is not there, and the records of"
              + " --records.")
  private @Nullable Path state;

  @Option(
      names = "--question-timeout",
      paramLabel = "TIME",
      description =
          "How long another may take to answer a question over TCP, such as 3s where hosts are"
              + " slow. Default: 1s.")
  private @Nullable Duration questionTimeout;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      description =
          "How long nobody is taken for gone after this agent heard nobody any more where several"
              + " hosts were: then it is this host that is cut off. 0s to 1h. Default: 60s.")
  private @Nullable Duration hold;

  @Option(
      names = "--peer",
      paramLabel = "HOST:PORT",
      description =
          "An agent beyond the reach of broadcasts, which must name this one too. May be repeated.")
  private List<String> fixedPeers = new ArrayList<>();

  @Option(names = "--observer", description = "Only listen: see the others, unseen.")
  private boolean isObserver;

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--gateway",
      description =
          "Be a gateway: this network is found from others, and finds them, through it. One with"
              + " --seed is a gateway too.")
  private boolean isGateway;

  @Mixin private OverlayOptions overlay = new OverlayOptions();

  @Option(
      names = "--wide",
      paramLabel = "SERVICE",
      description =
          "Follow everybody of this service, or who offers this type, on other networks too. May be"
              + " repeated.")
  private List<String> wide = new ArrayList<>();

  @Option(
      names = "--no-presence",
      description = "Send no beacons: where broadcasts are forbidden, seeds alone make a network.")
  private boolean isWithoutPresence;

  @Mixin private RecordsOptions values = new RecordsOptions();

  @Mixin private HttpOptions http = new HttpOptions();

  @Option(
      names = {"--events", "--json"},
      description = "Print each event and each line of the log as JSON to standard output.")
  private boolean printsEvents;

  @Option(
      names = {"-v", "--verbose"},
      description = "Also tell who is looked for; twice, everything.")
  private boolean[] verbose = {};

  @Mixin private Seconds seconds = new Seconds();

  @Option(
      names = "--until-eof",
      description = "End when standard input ends: with the program that started this one.")
  private boolean endsWithInput;

  @Override
  public Integer call() {
    Logs.tell(verbose.length);
    AgentBuilder builder = builder();
    Path kept = state;
    if (kept != null && id != null) {
      throw new Misuse("--id and --state both say which id it has: leave one out");
    }
    if (kept != null && kept.toString().isEmpty()) {
      throw new Misuse("--state: '' is no folder");
    }
    values.check(isObserver, kept != null);
    // Before anybody hears of this agent: a taken port should leave no trace on the network.
    try (HttpSide side = http.bind(caller);
        StateFolder folder = kept == null ? null : new StateFolder(kept)) {
      if (folder != null) {
        builder.id(folder.id());
      }
      return run(builder, side, folder);
    }
  }

  private int run(AgentBuilder builder, HttpSide side, @Nullable StateFolder folder) {
    EventLines lines = new EventLines(caller.out());
    if (printsEvents) {
      Logs.followStory(lines::told);
    }
    side.measure(builder);
    try (Records records = values.open(caller, builder, folder, overlay.hasSeeds());
        Agent agent = start(builder, records, folder);
        DaemonFile file = new DaemonFile(caller);
        Systemd systemd = new Systemd(caller);
        Lifetime lifetime = new Lifetime(agent, () -> sayGoodbye(side, file, systemd, records))) {
      Instant started = Instant.now();
      if (isNode()) {
        tellOfGateway(agent);
      }
      if (printsEvents) {
        lines.started(started, agent.self());
        agent.onEvent(event -> lines.event(Instant.now(), event));
      }
      side.serve(
          agent,
          records,
          lifetime::condition,
          () -> lifetime.readiness(sendsBeacons()),
          this::programBuilder);
      side.address().ifPresent(it -> file.write(agent.self(), it, side.token(), network.network()));
      systemd.ready(agent.self().name() + " is there", lifetime::condition);
      if (endsWithInput) {
        lifetime.endWithInput(System.in);
      }
      return lifetime.await(seconds.limit());
    }
  }

  /** Follows the line that tells its port, which others need to join. */
  private void tellOfGateway(Agent agent) {
    story.info(
        "{} is a gateway{}: other networks join it with --seed HOST:{}",
        agent.self().name(),
        overlay.hasSeeds() ? " that joins " + overlay : "",
        agent.port());
  }

  private Agent start(AgentBuilder builder, Records records, @Nullable StateFolder folder) {
    if (folder != null && records instanceof EmbeddedRecords held && held.wantsNewId()) {
      builder.id(folder.newId());
    }
    try {
      return builder.start();
    } catch (IllegalArgumentException e) {
      // Options that do not go together, which the message names.
      throw new Misuse(String.valueOf(e.getMessage()), e);
    }
  }

  static final class IdReader implements ITypeConverter<NodeId> {
    @Override
    public NodeId convert(String text) {
      try {
        return NodeId.ofBase64(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' is no id: 20 bytes in base64");
      }
    }
  }

  private AgentBuilder builder() {
    AgentBuilder builder = Agent.builder();
    set("--id", id, builder::id);
    announced.applyTo(builder);
    set("--question-timeout", questionTimeout, builder::questionTimeout);
    set("--hold", hold, builder::hold);
    set("--peer", fixedPeers.toArray(String[]::new), builder::fixedPeers);
    set("--wide", wide.toArray(String[]::new), builder::wide);
    network.applyTo(builder);
    overlay.applyTo(builder, isNode() ? "" : "--gateway or --seed");
    return builder
        .gateway(isGateway || values.isHolder())
        .presence(!isWithoutPresence)
        .observer(isObserver);
  }

  /** Whether it is one of the overlay, as whoever holds records has to be. */
  private boolean isNode() {
    return isGateway || overlay.hasSeeds() || values.isHolder();
  }

  /** What it holds goes to others while it is still there. */
  private static void sayGoodbye(HttpSide side, DaemonFile file, Systemd systemd, Records records) {
    systemd.stopping();
    file.close();
    side.sayGoodbye();
    records.close();
  }

  /** How the agent of a program is that is announced over HTTP: on the same network. */
  private AgentBuilder programBuilder() {
    AgentBuilder builder = Agent.builder();
    network.applyTo(builder);
    announced.applyReachTo(builder);
    return builder;
  }

  private boolean sendsBeacons() {
    return !isObserver && !isWithoutPresence;
  }
}
