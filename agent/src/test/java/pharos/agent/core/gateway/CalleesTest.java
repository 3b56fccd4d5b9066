package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import pharos.beacon.Addresses;

/** What others tell us about third parties makes us no hammer. */
class CalleesTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private final Callees callees =
      new Callees(address -> address.isLoopbackAddress(), Long.MAX_VALUE - 5 * SECOND);
  private long nowNs = Long.MAX_VALUE - 5 * SECOND;

  private static InetAddress address(int number) {
    return Addresses.parse(
            "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255))
        .orElseThrow();
  }

  /** Asks for a connection every millisecond; returns how many there were. */
  private int calls(int seconds, int addresses) {
    int calls = 0;
    for (int i = 0; i < seconds * 1_000; i++) {
      nowNs += MS;
      calls += callees.call(address(i % addresses), nowNs) == 0 ? 1 : 0;
    }
    return calls;
  }

  @Test
  void oneThatNeverSpokeToUsGetsOneConnectionASecond() {
    assertEquals(30, calls(30, 1));
    assertTrue(callees.deferred() > 0);
  }

  @Test
  void manyThatNeverDidGetABoundedNumberTogether() {
    int calls = calls(30, 60_000);
    assertTrue(calls <= 128 + 30 * 64, () -> calls + " calls");
  }

  @Test
  void oneThatAnsweredIsConnectedToFreelyForAWhile() {
    assertTrue(callees.onProof(address(0), nowNs));
    assertFalse(callees.onProof(address(0), nowNs));
    assertEquals(1_000, calls(1, 1));
    nowNs += 600 * SECOND;
    assertEquals(1, calls(1, 1));
  }

  @Test
  void onesOwnHostNeedsNoProof() {
    InetAddress own = InetAddress.getLoopbackAddress();
    for (int i = 0; i < 1_000; i++) {
      assertEquals(0, callees.call(own, nowNs));
    }
  }

  @Test
  void whoHasToWaitIsToldForHowLong() {
    assertEquals(0, callees.call(address(0), nowNs));
    assertEquals(SECOND - 100, callees.call(address(0), nowNs + 100));
    assertEquals(0, callees.call(address(0), nowNs + SECOND));
  }
}
