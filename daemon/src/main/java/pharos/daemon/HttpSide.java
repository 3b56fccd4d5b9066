package pharos.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Counted;
import pharos.daemon.api.AgentTable;
import pharos.daemon.api.Condition;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Measured;
import pharos.daemon.api.Session;
import pharos.daemon.api.Token;
import pharos.daemon.http.HttpServer;
import pharos.daemon.http.Limits;
import pharos.daemon.story.Stories;
import pharos.daemon.zmq.ZmqDoor;
import pharos.records.Records;

/**
 * The HTTP of one agent, from the taking of its ports to its end. For the thread of the command.
 */
final class HttpSide implements AutoCloseable {
  /** None, and nothing of it is loaded. */
  static final HttpSide OFF =
      new HttpSide(null, Optional.empty(), HttpAddress.OFF, List.of(), Optional.empty(), false);

  /** What the stories of peers may take: twenty lines each of a thousand. */
  private static final long MOST_OF_STORIES = 8 << 20;

  private static final int HEAP_PART = 16;

  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  private final @Nullable HttpServer server;
  private final Optional<ZmqDoor> door;
  private final HttpAddress address;
  private final List<String> names;
  private final Optional<Token> token;
  private final boolean isMoved;
  private @Nullable Measured measured;
  private @Nullable Stories stories;
  private volatile @Nullable AgentTable table;

  /**
   * One whose ports are taken.
   *
   * @param isMoved whether that was not the port that it has as a rule
   */
  HttpSide(
      @Nullable HttpServer server,
      Optional<ZmqDoor> door,
      HttpAddress address,
      List<String> names,
      Optional<Token> token,
      boolean isMoved) {
    this.server = server;
    this.door = door;
    this.address = address;
    this.names = names;
    this.token = token;
    this.isMoved = isMoved;
  }

  /** Has an agent that is not there yet measure and remember what it does from the first moment. */
  void measure(AgentBuilder builder) {
    if (server != null) {
      Measured begun = new Measured();
      Stories told = new Stories(InstantSource.system(), mostOfStories());
      measured = begun;
      stories = told;
      builder.onObservation(
          it -> {
            begun.onObservation(it);
            told.onObservation(it);
          });
    }
  }

  private static long mostOfStories() {
    return Math.min(MOST_OF_STORIES, Runtime.getRuntime().maxMemory() / HEAP_PART);
  }

  /**
   * Answers for this agent, which was {@link #measure measured}, from now on, and tells where.
   *
   * @param records which are closed later than this
   */
  void serve(
      Agent agent,
      Records records,
      Supplier<Condition> condition,
      Supplier<Condition> readiness,
      Supplier<AgentBuilder> builders) {
    HttpServer bound = server;
    Measured begun = measured;
    Stories told = stories;
    if (bound == null || begun == null || told == null) {
      return;
    }
    AgentTable all =
        new AgentTable(
            agent,
            condition,
            readiness,
            Limits.readers(),
            records,
            builders,
            begun,
            told,
            () -> counted(bound),
            Optional.empty());
    table = all;
    Gate management = Gate.open(all.management());
    try {
      bound.serve(address.equals(HttpAddress.OFF) ? management : gate(all, bound), management);
    } catch (IOException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    door.ifPresent(it -> it.serve(all.table(), agent));
    tell(agent, bound);
  }

  private List<Counted> counted(HttpServer bound) {
    List<Counted> all = new ArrayList<>(bound.counted());
    door.ifPresent(it -> all.add(it.counted()));
    return all;
  }

  private Gate gate(AgentTable all, HttpServer bound) {
    List<String> allNames = new ArrayList<>(names);
    allNames.add(address.host());
    return Gate.of(all.table(), allNames, token.map(it -> new Session(it, bound.port())));
  }

  private void tell(Agent agent, HttpServer bound) {
    if (isMoved) {
      story.info(
          "HTTP port {} is taken, so this agent has {}", HttpAddress.DEFAULT_PORT, bound.port());
    }
    if (!address.equals(HttpAddress.OFF)) {
      InetAddress own = agent.self().addresses().get(0);
      String host = address.isAnywhere() ? own.getHostAddress() : address.host();
      String path = token.map(it -> "/#token=" + it.text()).orElse("/");
      story.info("HTTP is at http://{}{}", new HttpAddress(host, bound.port()), path);
    }
    door.ifPresent(
        it ->
            story.info(
                "ZeroMQ: a REQ asks at tcp://127.0.0.1:{}, a SUB listens at {}",
                it.questionPort(),
                it.newsPort()));
    int port = address.equals(HttpAddress.OFF) ? bound.port() : bound.managementPort().orElse(-1);
    if (port >= 0) {
      story.info("health and metrics are at port {}", port);
    }
  }

  /** Where it is, unless it is off. */
  Optional<HttpAddress> address() {
    HttpServer bound = server;
    return bound == null || address.equals(HttpAddress.OFF)
        ? Optional.empty()
        : Optional.of(new HttpAddress(address.host(), bound.port()));
  }

  /** What every request has to show; empty where nothing. */
  String token() {
    return token.map(Token::text).orElse("");
  }

  /** For the programs that were announced by it. From any thread. */
  void sayGoodbye() {
    AgentTable all = table;
    if (all != null) {
      all.sayGoodbye();
    }
  }

  @Override
  public void close() {
    door.ifPresent(ZmqDoor::close);
    AgentTable all = table;
    if (all != null) {
      all.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
