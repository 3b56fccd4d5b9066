package pharos.daemon.json;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pharos.agent.Peer;
import pharos.agent.PeerBuilder;
import pharos.agent.PeerHearing;
import pharos.agent.PeerState;
import pharos.agent.json.Json;
import pharos.beacon.NodeId;

/** Reads peers out of the JSON that an agent tells them in; fields that are new are passed over. */
public final class PeersReader {
  private PeersReader() {}

  /**
   * The objects of the first array in this document, each a peer.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static List<Map<String, Object>> objects(String document) {
    Object read = Json.read(document).orElse("");
    List<Object> values = new ArrayList<>(Json.members(read).values());
    values.add(read);
    for (Object value : values) {
      if (value instanceof List<?> array) {
        return array.stream().map(Json::members).toList();
      }
    }
    throw new IllegalArgumentException("no list of peers");
  }

  /**
   * The peer that this object is.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Peer peer(Map<String, Object> object) {
    PeerBuilder builder =
        Peer.builder(NodeId.ofBase64(text(object, "id")))
            .name(text(object, "name"))
            .service(text(object, "service"))
            .incarnation(number(object, "incarnation"))
            .port((int) number(object, "port"))
            .state(state(text(object, "state")))
            .times(time(object, "since"), time(object, "lastHeard"))
            .addresses(addresses(object.get("addresses")))
            .held(Boolean.TRUE.equals(object.get("held")))
            .failure(text(object, "failure"));
    if (object.get("lossPercent") instanceof Number percent) {
      builder.lossPercent(percent.intValue());
    }
    Map<String, Object> hearing = Json.members(object.get("hearing"));
    if (!hearing.isEmpty()) {
      builder.hearing(hearing(hearing));
    }
    if (!text(object, "site").isEmpty()) {
      builder.site(text(object, "site"));
    }
    for (Object each : list(object.get("capabilities"))) {
      Map<String, Object> offer = Json.members(each);
      Map<String, String> attributes = new LinkedHashMap<>();
      Json.members(offer.get("attributes"))
          .forEach((name, value) -> attributes.put(name, value.toString()));
      builder.offer(
          text(offer, "type"), (int) number(offer, "port"), text(offer, "protocol"), attributes);
    }
    return builder.build();
  }

  private static PeerHearing hearing(Map<String, Object> object) {
    PeerHearing.Fault fault = PeerHearing.Fault.NONE; // of one that this version does not know, too
    for (PeerHearing.Fault each : PeerHearing.Fault.values()) {
      fault = each.name().equals(object.get("fault")) ? each : fault;
    }
    Map<NodeId, Integer> by = new HashMap<>();
    Json.members(object.get("badlyHeardBy"))
        .forEach(
            (id, percent) -> {
              if (percent instanceof Number number) {
                by.put(NodeId.ofBase64(id), number.intValue());
              }
            });
    return new PeerHearing(
        fault,
        (int) number(object, "lossIn"),
        (int) number(object, "lossOut"),
        (int) number(object, "hearsPercent"),
        by);
  }

  private static PeerState state(String text) {
    for (PeerState state : PeerState.values()) {
      if (state.name().equals(text)) {
        return state;
      }
    }
    return PeerState.ALIVE; // one that this version does not know
  }

  private static Instant time(Map<String, Object> object, String name) {
    String text = text(object, name);
    try {
      return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    } catch (java.time.format.DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** They are numbers, which nobody is asked about. */
  private static InetAddress[] addresses(@Nullable Object value) {
    List<InetAddress> addresses = new ArrayList<>();
    for (Object each : list(value)) {
      String text = each.toString();
      if (text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?")) {
        try {
          addresses.add(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
          throw new IllegalArgumentException("'" + text + "' is no address", e);
        }
      }
    }
    return addresses.isEmpty()
        ? new InetAddress[] {InetAddress.getLoopbackAddress()}
        : addresses.toArray(InetAddress[]::new);
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static String text(Map<String, Object> object, String name) {
    return Objects.toString(object.get(name), "");
  }

  private static long number(Map<String, Object> object, String name) {
    return object.get(name) instanceof Number number ? number.longValue() : 0;
  }
}
