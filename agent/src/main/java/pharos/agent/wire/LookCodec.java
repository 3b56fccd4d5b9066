package pharos.agent.wire;

import static pharos.agent.wire.Shape.may;
import static pharos.agent.wire.Shape.maybe;
import static pharos.agent.wire.Shape.must;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import pharos.agent.core.Look;
import pharos.agent.core.Sight;
import pharos.beacon.NodeId;

/**
 * What two agents of one network ask each other about it, as bytes and back. What others wrote is a
 * {@link WireException}. Without state, for any thread.
 */
public final class LookCodec {
  /** The kinds of question, as {@link WireCodec#kind} tells them. */
  public static final Set<String> KINDS = Set.of("look");

  /** The longest answer that can be wished for. */
  public static final int MAX_FILL_BYTES = 65_536;

  private static final int MAX_TOLD = 8;
  private static final int MAX_WAYS = 64;
  private static final int MAX_COUNT = 1_000_000_000;
  private static final int MAX_NIC_BYTES = 64;
  private static final int MAC_BYTES = 17;

  /** What a filled answer has more than its filling. */
  private static final int FILL_OVERHEAD = ",\"fill\":\"\"".length();

  record Wish(Optional<NodeId> id, long within, int port, int fill) {}

  record Asked(Wish look) {}

  record View(
      NodeId id,
      String name,
      long clock,
      InetAddress asker,
      String mac,
      List<Sight.Heard> heard,
      List<Sight.Other> others,
      List<Sight.Way> links,
      Sight.Connected connected,
      String fill) {}

  record Told(View looked) {}

  private static final Value<String> MAC = Value.text(0, MAC_BYTES);
  private static final Value<Integer> PORT = Value.number(0, Limits.MAX_PORT);

  private static final Shape<Asked> ASKED =
      Shape.document(
          Asked.class,
          must(
              "look",
              Shape.of(
                  Wish.class,
                  maybe("id", WireCodec.NODE_ID),
                  may("within", Value.number(0, Look.MAX_WITHIN_MS), 0L),
                  may("port", PORT, 0),
                  may("fill", Value.number(0, MAX_FILL_BYTES), 0))));

  private static final Shape<Sight.Heard> HEARD =
      Shape.of(
          Sight.Heard.class,
          must("from", WireCodec.ADDRESS),
          may("shared", Value.truth(), false).of("isShared"),
          must("count", Value.number(0, MAX_COUNT)),
          must("ago", Value.millis(0)).of("agoMs"));

  private static final Shape<Sight.Other> OTHER =
      Shape.of(Sight.Other.class, must("id", WireCodec.NODE_ID), must("port", PORT));

  private static final Shape<Sight.Way> WAY =
      Shape.of(
          Sight.Way.class,
          must("nic", Value.text(0, MAX_NIC_BYTES)),
          must("address", WireCodec.ADDRESS),
          must("prefix", Value.number(0, 128)),
          may("mtu", Value.number(0, MAX_COUNT), 0),
          may("mac", MAC, ""));

  private static final Shape<Told> TOLD =
      Shape.document(
          Told.class,
          must(
              "looked",
              Shape.of(
                  View.class,
                  must("id", WireCodec.NODE_ID),
                  may("name", WireCodec.NAME, ""),
                  must("clock", Value.number(0, Long.MAX_VALUE)),
                  must("asker", WireCodec.ADDRESS),
                  may("mac", MAC, ""),
                  may("heard", Value.list(MAX_TOLD, HEARD), List.of()),
                  may("others", Value.list(MAX_TOLD, OTHER), List.of()),
                  may("links", Value.list(MAX_WAYS, WAY), List.of()),
                  may(
                      "connected",
                      Value.oneOf(
                          List.of(Sight.Connected.values()),
                          "an outcome",
                          Optional.of(Sight.Connected.NOT_TRIED)),
                      Sight.Connected.NOT_TRIED),
                  may("fill", Value.text(0, MAX_FILL_BYTES), ""))));

  private static final WireJson JSON = new WireJson(Limits.FRAME_BYTES, Limits.DEPTH);

  private LookCodec() {}

  /** The frame that asks this; who asks is told by the connection. */
  public static byte[] write(Look look) {
    Wish wish = new Wish(look.id(), look.withinMs(), look.port(), look.fillBytes());
    return JSON.write(ASKED, new Asked(wish));
  }

  /**
   * Reads a question. The answer will be no longer than it, whatever is wished.
   *
   * @throws WireException when it is none
   */
  public static Look readQuestion(InetAddress asker, byte[] bytes) throws WireException {
    Wish wish = JSON.read(bytes, ASKED).look();
    int fillBytes = Math.min(wish.fill(), bytes.length);
    return new Look(asker, wish.id(), wish.within(), wish.port(), fillBytes);
  }

  /** The frame that answers this, filled up to the length that was wished. */
  public static byte[] write(Sight sight) {
    if (sight instanceof Sight.Refused refused) {
      return WireCodec.writeError(refused.why());
    } else if (sight instanceof Sight.Seen seen) {
      byte[] bare = write(seen, 0);
      int fill = seen.fillBytes() - bare.length - FILL_OVERHEAD;
      return fill <= 0 ? bare : write(seen, fill);
    }
    throw new AssertionError(sight);
  }

  private static byte[] write(Sight.Seen it, int fill) {
    return JSON.write(
        TOLD,
        new Told(
            new View(
                it.id(),
                it.name(),
                it.clockMs(),
                it.asker(),
                it.mac(),
                it.heard(),
                it.others(),
                it.ways(),
                it.connected(),
                "-".repeat(fill))));
  }

  /**
   * Reads an answer; how long it shall be is how long it is.
   *
   * @throws WireException when it is none; or an error that the other answers with
   */
  public static Sight.Seen readAnswer(byte[] bytes) throws WireException {
    View it = JSON.read(bytes, TOLD).looked();
    return new Sight.Seen(
        it.id(),
        it.name(),
        it.clock(),
        it.asker(),
        it.mac(),
        it.heard(),
        it.others(),
        it.links(),
        it.connected(),
        bytes.length);
  }
}
