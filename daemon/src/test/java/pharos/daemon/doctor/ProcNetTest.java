package pharos.daemon.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcNetTest {
  @Test
  void theSocketsOfAPortAreReadOfBothFamilies() {
    List<String> udp =
        List.of(
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
                + " timeout inode ref pointer drops",
            "  212: 00000000:1626 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000   "
                + "     0 41873 2 0000000000000000 0",
            "  300: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0   "
                + "     0 17 2 0000000000000000 0");
    assertEquals(List.of(new ProcNet.Socket(1_000, 41_873)), ProcNet.udp(udp, 5_670));
    List<String> udp6 =
        List.of(
            "  212: 00000000000000000000000000000000:1626 00000000000000000000000000000000:0000 07"
                + " 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 0");
    assertEquals(List.of(new ProcNet.Socket(0, 99)), ProcNet.udp(udp6, 5_670));
    assertEquals(List.of(), ProcNet.udp(List.of("", "a :1626 b c d e f x g y", ":1626"), 5_670));
  }

  @Test
  void theNeighboursAreReadAndThoseThatDidNotAnswerHaveNoMac() {
    List<String> arp =
        List.of(
            "IP address       HW type     Flags       HW address            Mask     Device",
            "10.9.0.2         0x1         0x2         02:AB:00:00:00:02     *        eth0",
            "10.9.0.77        0x1         0x0         00:00:00:00:00:00     *        eth0");
    assertEquals(Map.of("10.9.0.2", "02:ab:00:00:00:02", "10.9.0.77", ""), ProcNet.arp(arp));
  }

  @Test
  void whoAnswersForAnAddressIsReadOfWhatArpingPrints() {
    String text =
        """
        ARPING 10.9.0.1 from 0.0.0.0 eth0
        Unicast reply from 10.9.0.1 [2E:2C:F5:7B:71:58]  0.655ms
        Sent 1 probes (1 broadcast(s))
        Received 1 response(s)
        """;
    assertEquals(Set.of("2e:2c:f5:7b:71:58"), ProcNet.macs(text, Set.of()));
    assertEquals(Set.of(), ProcNet.macs(text, Set.of("2e:2c:f5:7b:71:58")));
    assertEquals(Set.of(), ProcNet.macs("to ff:ff:ff:ff:ff:ff, fe80::1:2:3:4:5:6", Set.of()));
  }
}
