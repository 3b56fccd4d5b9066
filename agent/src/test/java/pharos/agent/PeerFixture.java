package pharos.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.beacon.NodeId;

/** Peers for tests, made of small numbers. */
final class PeerFixture {
  static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

  private PeerFixture() {}

  static NodeId id(int number) {
    byte[] bytes = new byte[NodeId.LENGTH];
    bytes[0] = (byte) (number >> 16);
    bytes[1] = (byte) (number >> 8);
    bytes[2] = (byte) number;
    bytes[19] = 1;
    return NodeId.of(bytes);
  }

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  static Document offers(String... types) {
    return WireCodec.write(
        Arrays.stream(types).map(type -> new Offer(type, 7001, "tcp", Map.of())).toList());
  }

  static PeerInfo info(int number, Document document) {
    return new PeerInfo(
        id(number),
        1,
        "peer-" + number,
        "Test",
        List.of(address("10.0." + (number >> 8 & 0xFF) + "." + (number & 0xFF))),
        5670,
        false,
        document,
        State.ALIVE,
        Hearing.WELL,
        0,
        0);
  }

  static PeerInfo in(PeerInfo info, State state) {
    return info.in(state);
  }

  static Peer peer(int number, String... types) {
    return peer(number, PeerState.ALIVE, types);
  }

  static Peer peer(int number, PeerState state, String... types) {
    InetAddress address = address("10.0.0." + number);
    List<Capability> capabilities =
        Arrays.stream(types)
            .map(
                type ->
                    new Capability(
                        new Offer(type, 7001, "tcp", Map.of()),
                        List.of("tcp://10.0.0." + number + ":7001")))
            .toList();
    return new Peer(
        id(number),
        1,
        "peer-" + number,
        "Test",
        List.of(address),
        5670,
        capabilities,
        state,
        Hearing.WELL,
        PeerSource.BEACON,
        THEN,
        THEN,
        "");
  }

  static PeerEvent event(PeerEvent.Kind kind, Peer peer) {
    return new PeerEvent(kind, peer, Optional.empty());
  }

  static PeerEvent gone(Peer peer, GoneReason reason) {
    return new PeerEvent(PeerEvent.Kind.GONE, peer, Optional.of(reason));
  }
}
