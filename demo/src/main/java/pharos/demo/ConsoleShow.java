package pharos.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.daemon.api.AgentTable;
import pharos.daemon.api.Condition;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Measured;
import pharos.daemon.api.Session;
import pharos.daemon.api.Token;
import pharos.daemon.http.HttpServer;
import pharos.daemon.story.Stories;
import pharos.records.Records;
import pharos.records.embedded.EmbeddedRecords;

/**
 * The demo as a page: this process has an agent of its own, which serves the console with buttons
 * that start, pause and end the programs of the demo. It is bound to the loopback, and wants a
 * token that its one link has.
 */
final class ConsoleShow {
  private static final List<String> FIRST = List.of("alpha", "beta", "gamma");
  private static final int READERS = 20;
  private static final long STORY_BYTES = 1 << 20;

  private final PrintStream out;
  private final int beaconPort;
  private final List<String> command;
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * One that nothing is started of.
   *
   * @param command how to start an agent, up to its name
   */
  ConsoleShow(PrintStream out, int beaconPort, List<String> command) {
    this.out = out;
    this.beaconPort = beaconPort;
    this.command = List.copyOf(command);
  }

  /** Runs until the limit, a signal, or the key q in a terminal; leaves no process behind. */
  int run(InputStream in, Optional<Duration> limit) {
    boolean isTerminal = Terminal.isTerminal(0) && Terminal.isTerminal(1);
    Terminal terminal = new Terminal();
    Troupe[] troupe = new Troupe[1];
    Stage stage = new Stage(command, input -> troupe[0].on(input));
    troupe[0] = new Troupe(Stage.canPause(), (name, act) -> strike(stage, name, act));
    Thread atExit =
        new Thread(
            () -> {
              stage.close();
              terminal.close();
            },
            "demo-exit");
    Runtime.getRuntime().addShutdownHook(atExit);
    Measured measured = new Measured();
    Stories stories = new Stories(InstantSource.system(), STORY_BYTES);
    AgentBuilder builder =
        Agent.builder()
            .name("demo")
            .loopback(true)
            .beaconPort(beaconPort)
            .onObservation(
                it -> {
                  measured.onObservation(it);
                  stories.onObservation(it);
                });
    EmbeddedRecords passing = EmbeddedRecords.passing();
    builder.with(passing.extension());
    try (stage;
        terminal;
        Records records = passing;
        Agent agent = builder.start();
        AgentTable table = table(agent, records, measured, stories, troupe[0]);
        HttpServer server =
            HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      Token token = Token.random();
      server.serve(
          Gate.of(table.table(), List.of(), Optional.of(new Session(token, server.port()))),
          Gate.open(table.management()));
      FIRST.forEach(it -> troupe[0].act("start", ""));
      tell("http://127.0.0.1:" + server.port() + "/#token=" + token.text(), isTerminal);
      if (isTerminal) {
        terminal.read(in, this::onKey);
      }
      await(limit);
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the page cannot be served: " + e.getMessage(), e);
    }
  }

  private AgentTable table(
      Agent agent, Records records, Measured measured, Stories stories, Troupe troupe) {
    return new AgentTable(
        agent,
        () -> Condition.OK,
        () -> Condition.OK,
        READERS,
        records,
        () -> Agent.builder().loopback(true).beaconPort(beaconPort),
        measured,
        stories,
        List::of,
        Optional.of(troupe));
  }

  private static void strike(Stage stage, String name, Act act) {
    if (act == Act.START) {
      stage.launch(name, Cast.offer(name));
      return;
    }
    try {
      stage.strike(name, act);
    } catch (UncheckedIOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void onKey(Input input) {
    if (input instanceof Input.Key it && (it.key() == 'q' || it.key() == '\u0004')) {
      end.countDown();
    }
  }

  private void await(Optional<Duration> limit) {
    try {
      if (limit.isEmpty()) {
        end.await();
      } else if (end.await(limit.get().toMillis(), TimeUnit.MILLISECONDS)) {
        out.println("The end.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String url, boolean isTerminal) {
    out.println("The page is at " + url);
    out.println(
        "Its view 'Ring' has buttons to start, pause and end the programs. "
            + (isTerminal ? "q ends the demo." : "A signal ends the demo."));
    out.flush();
    if (isTerminal) {
      browser().ifPresent(it -> open(it, url));
    }
  }

  /** What opens a page, where a person sits in front of a screen. */
  private static Optional<String> browser() {
    if (System.getProperty("os.name", "").startsWith("Mac")) {
      return Optional.of("open");
    }
    boolean hasScreen =
        List.of("DISPLAY", "WAYLAND_DISPLAY").stream()
            .anyMatch(it -> !Optional.ofNullable(System.getenv(it)).orElse("").isEmpty());
    return hasScreen && File.separatorChar == '/' ? Optional.of("xdg-open") : Optional.empty();
  }

  /** By way of a file that is ours alone: what a program is called with, all users can read. */
  private static void open(String browser, String url) {
    try {
      Path file = Files.createTempFile("pharos-demo", ".html");
      file.toFile().deleteOnExit();
      Files.writeString(
          file, "<meta http-equiv=\"refresh\" content=\"0; url=" + url + "\"><p>Pharos</p>");
      new ProcessBuilder(browser, file.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // The link was printed.
    }
  }
}
