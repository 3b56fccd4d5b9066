package pharos.daemon.ring;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import pharos.agent.Peer;
import pharos.agent.testing.TestPeers;
import pharos.beacon.NodeId;
import pharos.records.Overview;
import pharos.records.Version;

/** Rings for tests: node {@code i} of {@code n} stands at {@code i / n} of the way. */
final class Rings {
  /** What a name of somebody else may be, to harm whoever draws it. */
  static final List<String> HOSTILE =
      List.of(
          "</text><script>alert(1)</script>",
          "\" onload=\"alert(1)",
          "a\\",
          "\\N \\G \\\" ] ; } digraph",
          "&lt;b&gt; &amp;",
          "line\nend\r\u0000\u0007\u001b[31m\u009b",
          "\u202Eevil\u202C \u2066x\u2069",
          "שלום עולם",
          "\uFFFE\uFFFF \uD83D\uDE00",
          "'; --",
          "<![CDATA[x]]> <!-- <?xml?>");

  private Rings() {}

  static NodeId id(int i, int n) {
    byte[] bytes = new byte[NodeId.LENGTH];
    bytes[0] = (byte) (256 * i / n);
    bytes[1] = 1;
    return NodeId.of(bytes);
  }

  static Peer peer(String name, int i, int n) {
    try {
      return Peer.builder(id(i, n))
          .name(name)
          .addresses(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (i + 1)}))
          .port(5670)
          .build();
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static TestPeers peers(int n) {
    TestPeers peers = new TestPeers(peer("node-0", 0, n), Runnable::run);
    for (int i = 1; i < n; i++) {
      peers.put(peer("node-" + i, i, n));
    }
    return peers;
  }

  /** Each node holds; each key lies at the next three. */
  static Overview overview(int n, String... keys) {
    List<Overview.Node> nodes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      nodes.add(
          new Overview.Node(
              id(i, n).toBase64(),
              "node-" + i,
              "10.0.0." + (i + 1) + ":5670",
              Ring.place(id(i, n)),
              i == 1 ? Overview.State.MISSING : Overview.State.HOLDING,
              i == 0,
              true,
              i != 2,
              keys.length,
              10L * keys.length));
    }
    List<Overview.Placed> placed = new ArrayList<>();
    for (int k = 0; k < keys.length; k++) {
      List<String> meant = new ArrayList<>();
      for (int i = k; i < k + Math.min(3, n); i++) {
        meant.add(id(i % n, n).toBase64());
      }
      placed.add(
          new Overview.Placed(
              keys[k],
              new Version(k + 1, 0),
              k / (double) keys.length,
              10,
              meant.subList(0, Math.max(1, meant.size() - k % 2)),
              meant));
    }
    return new Overview("embedded", 3, 3, false, true, nodes, placed);
  }

  static Ring ring(int n, String... keys) {
    return Ring.of(peers(n), List.of(), Optional.of(overview(n, keys)), "");
  }

  /** One where everybody and everything is called as somebody who means harm would call it. */
  static Ring hostile() {
    List<Ring.Node> nodes = new ArrayList<>();
    List<Ring.Key> keys = new ArrayList<>();
    int n = HOSTILE.size();
    for (int i = 0; i < n; i++) {
      String name = HOSTILE.get(i);
      String id = Base64.getEncoder().encodeToString(id(i, n).toBytes());
      nodes.add(
          new Ring.Node(
              id,
              "abcd",
              name,
              name,
              i / (double) n,
              i == 0,
              "ALIVE",
              name,
              true,
              true,
              1,
              1,
              true,
              List.of(Base64.getEncoder().encodeToString(id((i + 1) % n, n).toBytes()))));
      keys.add(new Ring.Key(name, "1", i / (double) n, 1, List.of(i), List.of(i)));
    }
    return new Ring(
        HOSTILE.get(0),
        Optional.of(new Ring.Holding(HOSTILE.get(0), 3, 3, true, true)),
        "",
        nodes,
        keys,
        0);
  }
}
