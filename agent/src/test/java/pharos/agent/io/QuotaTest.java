package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pharos.kademlia.Quotas;

/** Who gets how much. */
class QuotaTest {
  private final Shares shares = new Shares();
  private final Quota quota = shares.quota(1_600);

  private static InetAddress address(int low) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) low});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneWhereNobodyIsProvenHasASixteenth() {
    assertTrue(quota.take(address(1), 100));
    assertFalse(quota.take(address(1), 1));
    assertEquals(Quota.Full.ONE, quota.full(address(1), 1));
    quota.give(address(1), 40);
    assertTrue(quota.take(address(1), 40));
  }

  @Test
  void allWhereNobodyIsProvenHaveAQuarterTogether() {
    for (int i = 1; i <= 4; i++) {
      assertTrue(quota.take(address(i), 100));
    }
    assertFalse(quota.take(address(5), 1));
    assertEquals(Quota.Full.UNPROVEN, quota.full(address(5), 1));
    shares.proven(Map.of(address(5), 1));
    assertTrue(quota.take(address(5), 100));
    assertEquals(500, quota.sum());
  }

  @Test
  void eachAgentThatIsProvenAtAnAddressBringsItAnotherSixteenthUpToAQuarter() {
    shares.proven(Map.of(address(2), 2, address(9), 9));
    assertEquals(200, shares.most(address(2), 1_600));
    assertEquals(400, shares.most(address(9), 1_600));
  }

  @Test
  void allAddressesOfThisHostAreOneWithHalf() {
    shares.own(List.of(address(7)));
    InetAddress own = shares.group(address(7));
    assertEquals(own, shares.group(InetAddress.getLoopbackAddress()));
    assertTrue(quota.take(own, 800));
    assertFalse(quota.take(own, 1));
    assertTrue(quota.take(address(1), 100));
  }

  @Test
  void whoIsProvenNoMoreCountsAmongTheUnproven() {
    shares.proven(Map.of(address(1), 4));
    assertTrue(quota.take(address(1), 400));
    shares.proven(Map.of());
    assertFalse(quota.take(address(2), 100));
    quota.give(address(1), 400);
    assertTrue(quota.take(address(2), 100));
  }

  @Test
  void theStoresOfTheOverlayAskByTheTextOfAnAddress() {
    shares.own(List.of(address(7)));
    shares.proven(Map.of(address(2), 3));
    assertEquals(3, shares.agentsAt("10.0.0.2"));
    assertEquals(0, shares.agentsAt("10.0.0.3"));
    assertEquals(0, shares.agentsAt("no address"));
    assertEquals(Quotas.OWN, shares.agentsAt("10.0.0.7"));
    assertEquals(Quotas.OWN, shares.agentsAt("127.0.0.1"));
  }
}
