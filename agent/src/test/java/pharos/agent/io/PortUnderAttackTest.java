package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.testkit.JavaProcess;
import pharos.testkit.stranger.Stranger;

/**
 * An agent with 64 MiB of heap, attacked row by row, while one honest stranger asks on a connection
 * that he keeps and another on a new one. Asserts of JeroMQ end its thread, so with them and
 * without.
 */
class PortUnderAttackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] HELLO = "HELLO".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern STATE = Pattern.compile("state cpu=(\\d+) heap=(\\d+)");

  /** Of a heap of 64 MiB. */
  private static final int MOST_MEBIBYTES = 60;

  @ParameterizedTest
  @ValueSource(strings = {"-ea", "-da"})
  void everyAttackCostsTheAttackerHisConnectionAndNobodyElse(String asserts) throws Exception {
    try (JavaProcess victim =
        JavaProcess.start(List.of(), List.of(asserts), PortVictim.class, "" + Loops.freePort())) {
      String port = victim.awaitLine("port ", PATIENCE).substring("port ".length());
      InetSocketAddress to =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
      try (Stranger kept = Stranger.shaken(to, "REQ")) {
        for (Attack attack : Attack.values()) {
          try (Attack.Crowd crowd = new Attack.Crowd(to)) {
            attack.play(crowd);
            assertUnharmed(attack, victim, kept, to);
          }
        }
      }
    }
  }

  private static void assertUnharmed(
      Attack attack, JavaProcess victim, Stranger kept, InetSocketAddress to) throws Exception {
    assertAnswered(attack + ": a kept connection", kept);
    try (Stranger fresh = Stranger.shaken(to, "REQ")) {
      assertAnswered(attack + ": a new connection", fresh);
    } catch (IOException e) {
      throw new AssertionError(attack + ": nobody new can ask: " + e, e);
    }
    assertCalm(attack, victim);
  }

  /**
   * The attacker has the same address here, and so the same share: a question may have been one too
   * many of that, and is asked again.
   */
  private static void assertAnswered(String which, Stranger stranger) {
    Exception last = null;
    for (int tries = 0; tries < 3; tries++) {
      try {
        byte[] answer = stranger.ask(HELLO, PATIENCE.dividedBy(2));
        assertEquals("victim", WireCodec.readIntroduction(answer).name(), which);
        return;
      } catch (SocketTimeoutException e) {
        last = e;
      } catch (IOException | WireException e) {
        throw new AssertionError(which + " is not answered: " + e, e);
      }
    }
    throw new AssertionError(which + " is not answered: " + last, last);
  }

  /** A busy machine may need some time, a thread that spins is never calm. */
  private static void assertCalm(Attack attack, JavaProcess victim) throws InterruptedException {
    for (int tries = 0; tries < 40; tries++) {
      String line = victim.awaitLine(victim.lineCount(), "state ", PATIENCE);
      Matcher state = STATE.matcher(line);
      assertTrue(state.find(), line);
      assertTrue(Integer.parseInt(state.group(2)) < MOST_MEBIBYTES, () -> attack + ": " + line);
      if (Integer.parseInt(state.group(1)) < 25) {
        return;
      }
    }
    throw new AssertionError(attack + ": it is never calm again: " + victim.lines());
  }
}
