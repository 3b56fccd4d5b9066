package pharos.agent.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Action;
import pharos.agent.core.Change;
import pharos.agent.core.Counter;
import pharos.agent.core.Talker;
import pharos.agent.io.Loops.Running;
import pharos.agent.wire.WireException;

/** What a loop does for a machine that is plugged into it, and what none of them can do to it. */
class PluginTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Loops loops = new Loops();

  /** Says what it hears, in capitals. */
  private static final class Toy
      implements Talker<String, String, String>, Plugin<String, String, String> {
    final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final List<Action<String, String, String>> wanted = new ArrayList<>();
    private Consumer<Runnable> submit = command -> {};
    private long nowNs;
    private long asked;
    private volatile boolean floods;

    void ask(String endpoint, String question, long patienceMs) {
      submit.accept(
          () ->
              wanted.add(
                  new Action.Ask<>(
                      1, List.of(endpoint), question, nowNs + patienceMs * 1_000_000)));
    }

    void work(long number, Supplier<?> work) {
      submit.accept(() -> wanted.add(new Action.Work<>(number, work)));
    }

    private void tell(String what) {
      wanted.add(new Action.Tell<>(what));
    }

    @Override
    public void turn(long nowNs, long nowMs) {
      this.nowNs = nowNs;
    }

    @Override
    public void wakeUp() {}

    @Override
    public long nextWakeUpNs() {
      return nowNs + 1_000_000_000L;
    }

    @Override
    public List<Action<String, String, String>> takeActions() {
      if (floods) {
        for (int i = 0; i < 10_000; i++) {
          tell("flood");
        }
      }
      List<Action<String, String, String>> taken = List.copyOf(wanted);
      wanted.clear();
      return taken;
    }

    @Override
    public void onQuestion(long token, String source, String question) {
      asked++;
      if (question.equals("ignore me")) {
        wanted.add(new Action.Ignore<>(token));
      } else {
        wanted.add(new Action.Answer<>(token, question.toUpperCase(Locale.ROOT)));
      }
    }

    @Override
    public void onReply(long number, String at, String reply) {
      tell("reply " + reply + " from " + at);
    }

    @Override
    public void onFailed(long number) {
      tell("failed " + number);
    }

    @Override
    public void onWorked(long number, @Nullable Object outcome) {
      tell("worked " + number + " " + outcome);
    }

    @Override
    public void onChange(Change change) {
      tell(change.kind() + " " + change.peer().name());
    }

    @Override
    public List<Counter> counters() {
      return List.of(new Counter("TOYS_ASKED", "questions", "toy", () -> asked));
    }

    // The plugin.

    @Override
    public Toy machine(Surroundings surroundings) {
      submit = surroundings.submit();
      nowNs = surroundings.nowNs();
      return this;
    }

    @Override
    public Messages<String, String> messages() {
      return new Messages<>(
          Set.of("toy"), Toy::write, Toy::write, (asker, body) -> read(body), Toy::read);
    }

    private static byte[] write(String said) {
      if (said.isEmpty()) {
        throw new IllegalArgumentException("a toy says something");
      }
      return ("{\"pharos\":1,\"toy\":\"" + said + "\"}").getBytes(UTF_8);
    }

    private static String read(byte[] body) throws WireException {
      Matcher matcher =
          Pattern.compile("\\{\"pharos\":1,\"toy\":\"([^\"]*)\"}").matcher(new String(body, UTF_8));
      if (!matcher.matches()) {
        throw WireException.at("toy", "is none");
      }
      return matcher.group(1);
    }

    @Override
    public void onEvent(String event) {
      if (!event.equals("flood")) {
        told.add(event);
      }
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    loops.close();
  }

  private static String endpoint(Running running) {
    return "tcp://127.0.0.1:" + running.loop.tcpPort();
  }

  private void hears(Toy toy, String what) {
    await().atMost(SOON).untilAsserted(() -> assertTrue(toy.told.contains(what), what));
  }

  @Test
  void twoMachinesOfAKindAskAndAnswerAndHearWhoIsThere() throws IOException {
    Toy asking = new Toy();
    Toy answering = new Toy();
    loops.start("alpha", asking);
    Running beta = loops.start("beta", answering);
    hears(asking, "ARRIVED beta");
    asking.ask(endpoint(beta), "hello", 5_000);
    hears(asking, "reply HELLO from 127.0.0.1");
    await().atMost(SOON).until(() -> beta.count("TOYS_ASKED") == 1);
  }

  @Test
  void aQuestionFailsThatNobodyTakesOrAnswersOrThatComesTooLateOrCannotBeWritten()
      throws IOException {
    Toy asking = new Toy();
    Running alpha = loops.start("alpha", asking);
    Running plain = loops.start("plain");
    asking.ask(endpoint(plain), "hello", 5_000);
    hears(asking, "failed 1"); // it answered that it knows no such question
    asking.told.clear();
    asking.ask(endpoint(alpha), "hello", -1);
    hears(asking, "failed 1");
    asking.told.clear();
    asking.ask(endpoint(alpha), "", 5_000);
    hears(asking, "failed 1");
    asking.told.clear();
    asking.ask("tcp://127.0.0.1:1", "hello", 5_000);
    hears(asking, "failed 1");
  }

  @Test
  void whatTakesLongIsDoneElsewhereAndItsOutcomeIsTold() throws IOException {
    Toy toy = new Toy();
    loops.start("alpha", toy);
    toy.work(1, () -> Thread.currentThread().getName());
    hears(toy, "worked 1 pharos-alpha-work");
    toy.work(
        2,
        () -> {
          throw new IllegalStateException("planted by a test");
        });
    hears(toy, "worked 2 null");
  }

  @Test
  void aMachineThatFloodsAndBlocksLeavesBeaconsAndVerdictsTheirTimes() throws IOException {
    Toy toy = new Toy();
    Running alpha = loops.start("alpha", toy);
    Running beta = loops.start("beta");
    await().atMost(SOON).until(() -> alpha.names().contains("beta"));
    CountDownLatch blocked = new CountDownLatch(1);
    try {
      for (int i = 0; i < 100; i++) {
        toy.work(
            i,
            () -> {
              try {
                blocked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return "done";
            });
      }
      toy.floods = true;
      long beacons = beta.count("BEACONS");
      await().atMost(SOON).until(() -> beta.count("BEACONS") >= beacons + 6);
      Running gamma = loops.start("gamma");
      await().atMost(SOON).until(() -> alpha.names().contains("gamma"));
      gamma.loop.stop("");
      await().atMost(SOON).until(() -> !alpha.names().contains("gamma"));
      assertEquals(
          List.of(),
          beta.changes().stream()
              .filter(it -> it.kind() == Change.Kind.GONE && it.peer().name().equals("alpha"))
              .toList());
      assertTrue(toy.told.contains("worked 99 null"), "so much work may wait");
    } finally {
      blocked.countDown();
    }
  }

  @Test
  void twoPluginsForOneKindAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> loops.start("alpha", new Toy(), new Toy()));
    assertEquals("two plugins answer 'toy'", refused.getMessage());
  }
}
