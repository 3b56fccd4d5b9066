package pharos.records.wire;

import static pharos.agent.wire.Shape.may;
import static pharos.agent.wire.Shape.maybe;
import static pharos.agent.wire.Shape.must;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import pharos.agent.wire.Shape;
import pharos.agent.wire.Value;
import pharos.agent.wire.WireCodec;
import pharos.records.Conflict;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.RecordsException;
import pharos.records.Version;
import pharos.records.Write;
import pharos.records.Written;
import pharos.records.core.Ask;
import pharos.records.core.Copy;
import pharos.records.core.Head;
import pharos.records.core.History;
import pharos.records.core.Memory;
import pharos.records.core.NodeState;
import pharos.records.core.Outcome;
import pharos.records.core.Reply;
import pharos.records.core.Wish;

/** The messages of records, each declared once for both directions. */
final class Shapes {
  private static final long MAX_MS = 1_000_000_000_000_000L;
  private static final int MAX_NAME_BYTES = 63;
  private static final int MAX_ENDPOINT_BYTES = 256;
  private static final int MAX_ENDPOINTS = 16;
  private static final int MAX_TEXT_BYTES = 512;
  private static final int MAX_NODES = 2_000;

  /** The bytes of a value, which nobody changes. */
  static final class Bytes {
    private final byte[] all;

    Bytes(byte[] all) {
      this.all = all;
    }

    byte[] all() {
      return all;
    }
  }

  record Asked(Ask ask) {}

  record Replied(Reply reply) {}

  private static final Value<String> KEY = checked(0, Write.MAX_KEY_BYTES, Shapes::keyFault);
  private static final Value<String> PREFIX = Value.text(0, Write.MAX_KEY_BYTES);
  private static final Value<Boolean> TRUTH = Value.truth();
  private static final Value<Long> MS = Value.number(0, MAX_MS);
  private static final Value<Long> TIME = Value.number(-MAX_MS, MAX_MS);
  private static final Value<Long> ANY = Value.number(Long.MIN_VALUE, Long.MAX_VALUE);
  private static final Value<Integer> COUNT = Value.number(0, 1_000_000);
  private static final Value<String> TYPE = Value.text(0, Content.MAX_TYPE_BYTES);
  private static final Value<String> TEXT = Value.text(0, MAX_TEXT_BYTES);

  private static final Value<Version> VERSION =
      checked(1, 40, text -> fault(() -> Version.of(text))).as(Version::of, Version::toString);

  private static final Value<Bytes> BYTES =
      Value.base64(0, Content.MAX_BYTES, Bytes::new, Bytes::all);

  private static final Shape<History.Row> ROW =
      Shape.of(
          History.Row.class,
          must("from", Value.number(1, Long.MAX_VALUE)),
          must("to", Value.number(1, Long.MAX_VALUE)),
          must("writer", ANY));

  private static final Shape<History> HISTORY =
      Shape.of(
          History.class,
          may("rows", Value.list(History.MOST, ROW), List.of()),
          may("whole", TRUTH, false).of("isWhole"));

  private static Shape.Field[] fields(Value<List<WireCopy>> losers) {
    return new Shape.Field[] {
      must("key", KEY),
      must("version", VERSION),
      may("history", HISTORY, History.NONE),
      may("type", TYPE, ""),
      maybe("value", BYTES),
      must("size", Value.number(-1, Content.MAX_BYTES)),
      may("written", TIME, 0L),
      may("since", TIME, 0L),
      maybe("expires", TIME),
      may("losers", losers, List.of())
    };
  }

  private static final Shape<WireCopy> LOSER =
      Shape.of(WireCopy.class, fields(Value.list(0, Shape.of(WireCopy.class, fields(none())))));

  /** A copy as it is kept on a disk, without its value. */
  static final Shape<WireCopy> KEPT_COPY =
      Shape.of(WireCopy.class, fields(Value.list(Copy.MOST_LOSERS, LOSER)));

  private static final Value<Copy> COPY = KEPT_COPY.as(WireCopy::copy, WireCopy::of);

  private static Value<List<WireCopy>> none() {
    return Value.list(0, Value.text(0, 0).as(any -> WireCopy.of(Copy.of("").copy()), any -> ""));
  }

  /** What a node keeps of itself. */
  static final Shape<Memory> MEMORY =
      Shape.of(
          Memory.class,
          must("ran", MS).of("ranMs"),
          must("clock", MS).of("clockMs"),
          must("peak", COUNT),
          may(
              "missing",
              Value.list(
                  MAX_NODES,
                  Shape.of(
                      Memory.Gone.class,
                      must("id", WireCodec.NODE_ID),
                      may("name", Value.text(0, MAX_NAME_BYTES), ""))),
              List.of()));

  private static final Shape<NodeState> NODE =
      Shape.of(
          NodeState.class,
          must("id", WireCodec.NODE_ID),
          must("incarnation", Value.number(0, Long.MAX_VALUE)),
          may("name", Value.text(0, MAX_NAME_BYTES), ""),
          may("endpoints", Value.list(MAX_ENDPOINTS, Value.text(1, MAX_ENDPOINT_BYTES)), List.of()),
          may("settled", TRUTH, false).of("isSettled"),
          may("leaving", TRUTH, false).of("isLeaving"),
          may("durable", TRUTH, false).of("isDurable"),
          may("forced", TRUTH, false).of("isForced"),
          may("records", MS, 0L),
          may("bytes", MS, 0L));

  private static final Shape<Head> HEAD =
      Shape.of(Head.class, must("key", KEY), must("version", VERSION), may("losers", ANY, 0L));

  private static final Value<Content> CONTENT =
      Shape.of(
              WireContent.class,
              must("type", Value.text(1, Content.MAX_TYPE_BYTES)),
              must("bytes", BYTES))
          .as(WireContent::content, WireContent::of);

  record WireContent(String type, Bytes bytes) {
    WireContent {
      if (type.chars().anyMatch(it -> it < ' ' || it > '~')) {
        throw new IllegalArgumentException("the type is not ASCII");
      }
    }

    Content content() {
      return new Content(bytes.all(), type);
    }

    static WireContent of(Content content) {
      return new WireContent(content.type(), new Bytes(content.bytes()));
    }
  }

  // What is wished.

  private static final Value<Wish.If> IF =
      Value.oneOf(List.of(Wish.If.values()), "a condition", Optional.empty());

  record Wished(Wish wish) {}

  private static final Shape<Wished> WISH =
      Shape.of(
          Wished.class,
          Shape.either(
                  List.of(
                      kind(
                          "put",
                          Wish.Put.class,
                          must("key", KEY),
                          maybe("content", CONTENT),
                          may("if", IF, Wish.If.ANY).of("condition"),
                          may("is", VERSION, Version.NONE),
                          may("expiry", MS, 0L).of("expiryMs")),
                      kind(
                          "get",
                          Wish.Get.class,
                          must("key", KEY),
                          may("local", TRUTH, false).of("isLocal")),
                      kind(
                          "next",
                          Wish.Next.class,
                          must("key", KEY),
                          may("have", VERSION, Version.NONE),
                          may("deleted", TRUTH, false).of("isDeleted"),
                          may("losers", COUNT, 0)),
                      kind(
                          "keys",
                          Wish.Keys.class,
                          may("prefix", PREFIX, ""),
                          may("after", PREFIX, ""),
                          must("most", Value.number(1, Listing.MOST))),
                      kind("conflicts", Wish.Conflicts.class, may("key", PREFIX, "")),
                      kind("look", Wish.Look.class),
                      kind("forget", Wish.Forget.class, must("node", Value.text(1, 256)))),
                  "is two wishes",
                  "is no wish")
              .of("wish"));

  private static <T extends Record> Shape.Case kind(
      String name, Class<T> type, Shape.Field... fields) {
    return new Shape.Case(name, type, Shape.of(type, fields));
  }

  // Questions.

  /** Each kind of question by its name. */
  static final List<Shape.Case> ASKS =
      List.of(
          kind(
              "record-hello",
              Ask.Hello.class,
              maybe("me", NODE),
              may("clock", MS, 0L).of("clockMs"),
              may("peak", COUNT, 0),
              may("nodes", ANY, 0L),
              may("goodbye", TRUTH, false).of("isGoodbye")),
          kind("record-compare", Ask.Compare.class, must("me", WireCodec.NODE_ID)),
          kind(
              "record-heads",
              Ask.Heads.class,
              must("me", WireCodec.NODE_ID),
              must("part", Value.number(0, Reply.Digests.PARTS - 1)),
              may("after", PREFIX, "")),
          kind("record-offer", Ask.Offer.class, must("heads", Value.list(Ask.Offer.MOST, HEAD))),
          kind(
              "record-reserve",
              Ask.Reserve.class,
              must("key", KEY),
              must("version", VERSION).of("atLeast")),
          kind(
              "record-keep",
              Ask.Keep.class,
              must("copy", COPY),
              may("new", TRUTH, false).of("isNew")),
          kind("record-read", Ask.Read.class, must("key", KEY), may("have", VERSION, Version.NONE)),
          kind(
              "record-await",
              Ask.Await.class,
              must("key", KEY),
              may("have", VERSION, Version.NONE),
              may("deleted", TRUTH, false).of("isDeleted"),
              may("losers", COUNT, 0),
              may("wait", Value.number(0, 60_000L), 0L).of("waitMs")),
          kind(
              "record-scan",
              Ask.Scan.class,
              may("prefix", PREFIX, ""),
              may("after", PREFIX, ""),
              must("most", Value.number(1, Listing.MOST))),
          kind("record-losers", Ask.Losers.class, may("key", PREFIX, "")),
          kind("record-forget", Ask.Forget.class, must("node", WireCodec.NODE_ID)),
          kind(
              "record-for",
              Ask.For.class,
              must("wish", WISH.as(Wished::wish, Wished::new)),
              may("wait", Value.number(0, 60_000L), 0L).of("waitMs")));

  static final Shape<Asked> ASK =
      Shape.document(
          Asked.class, Shape.either(ASKS, "is two questions", "is no question").of("ask"));

  // Answers.

  private static final Value<Integer> PEAK = COUNT;

  private static final Value<Instant> INSTANT =
      TIME.as(Instant::ofEpochMilli, Instant::toEpochMilli);

  private static final Value<Duration> DURATION =
      MS.as(Duration::ofMillis, it -> Math.min(MAX_MS, it.toMillis()));

  private static final Shape<Listing.Item> ITEM =
      Shape.of(
          Listing.Item.class,
          must("key", KEY),
          must("version", VERSION),
          must("bytes", Value.number(-1, Content.MAX_BYTES)),
          may("type", TYPE, ""),
          may("written", INSTANT, Instant.EPOCH),
          may("conflicts", COUNT, 0));

  private static final Shape<Entry> ENTRY =
      Shape.of(
          Entry.class,
          must("key", KEY),
          must("version", VERSION),
          maybe("content", CONTENT),
          may("written", INSTANT, Instant.EPOCH),
          may("age", DURATION, Duration.ZERO),
          maybe("expires", DURATION).of("expiresIn"),
          must("agreed", COUNT),
          must("copies", COUNT),
          may("conflicts", COUNT, 0));

  private static final Shape<Conflict> CONFLICT =
      Shape.of(
          Conflict.class,
          must("key", KEY),
          must("version", VERSION),
          maybe("content", CONTENT),
          may("written", INSTANT, Instant.EPOCH),
          may("age", DURATION, Duration.ZERO),
          must("winner", VERSION));

  /** A place on the ring, as 53 bits. */
  private static final Value<Double> PLACE =
      Value.number(0L, (1L << 53) - 1).as(it -> it * 0x1p-53, it -> (long) (it * 0x1p53));

  private static final Value<Overview.State> STATE =
      Value.oneOf(List.of(Overview.State.values()), "a state", Optional.empty());

  private static final Shape<Overview.Node> SEEN_NODE =
      Shape.of(
          Overview.Node.class,
          must("id", Value.text(1, 64)),
          may("name", Value.text(0, MAX_NAME_BYTES), ""),
          may("address", Value.text(0, MAX_ENDPOINT_BYTES), ""),
          must("place", PLACE),
          must("state", STATE),
          may("here", TRUTH, false).of("isHere"),
          may("durable", TRUTH, false).of("isDurable"),
          may("forced", TRUTH, false).of("isForced"),
          may("records", MS, 0L),
          may("bytes", MS, 0L));

  private static final Value<List<String>> IDS = Value.list(16, Value.text(1, 64));

  private static final Shape<Overview.Placed> PLACED =
      Shape.of(
          Overview.Placed.class,
          must("key", KEY),
          must("version", VERSION),
          must("place", PLACE),
          must("bytes", COUNT),
          may("holders", IDS, List.of()),
          may("meant", IDS, List.of()));

  private static final Shape<Listing> LISTING =
      Shape.of(
          Listing.class,
          may("items", Value.list(Listing.MOST, ITEM), List.of()),
          may("complete", TRUTH, false).of("isComplete"),
          maybe("next", PREFIX));

  private static final Shape<Overview> OVERVIEW =
      Shape.of(
          Overview.class,
          must("engine", Value.text(1, 64)),
          must("copies", COUNT),
          must("of", COUNT).of("majorityOf"),
          may("whole", TRUTH, false).of("isWhole"),
          may("complete", TRUTH, false).of("isComplete"),
          may("nodes", Value.list(MAX_NODES, SEEN_NODE), List.of()),
          may("records", Value.list(Overview.MOST_RECORDS, PLACED), List.of()));

  private static final Shape<Written> WRITTEN =
      Shape.of(
          Written.class,
          must("key", KEY),
          must("version", VERSION),
          may("new", TRUTH, false).of("isNew"),
          must("agreed", COUNT),
          must("copies", COUNT));

  record Came(Outcome outcome) {}

  private static final Value<RecordsException.Reason> REASON =
      Value.oneOf(
          List.of(RecordsException.Reason.values()),
          "a reason",
          Optional.of(RecordsException.Reason.REFUSED));

  private static final Shape<Came> OUTCOME =
      Shape.of(
          Came.class,
          Shape.either(
                  List.of(
                      kind("put", Outcome.Put.class, must("written", WRITTEN)),
                      kind("got", Outcome.Got.class, must("entry", ENTRY)),
                      kind("listed", Outcome.Listed.class, must("listing", LISTING)),
                      kind(
                          "told",
                          Outcome.Told.class,
                          must("conflicts", Value.list(10_000, CONFLICT))),
                      kind("seen", Outcome.Seen.class, must("overview", OVERVIEW)),
                      kind("forgotten", Outcome.Forgotten.class),
                      kind(
                          "failed",
                          Outcome.Failed.class,
                          must("reason", REASON),
                          may("why", TEXT, ""),
                          may("perhaps", TRUTH, false).of("mayHaveHappened"))),
                  "is two outcomes",
                  "is no outcome")
              .of("outcome"));

  private static final Value<Reply.Fate> FATE =
      Value.oneOf(List.of(Reply.Fate.values()), "a fate", Optional.empty());

  private static final List<Shape.Case> REPLIES =
      List.of(
          kind(
              "hi",
              Reply.Hi.class,
              must("me", NODE),
              may("clock", MS, 0L).of("clockMs"),
              may("peak", COUNT, 0),
              may("nodes", Value.list(Reply.Hi.MOST_NODES, NODE), List.of())),
          kind("digests", Reply.Digests.class, must("parts", Value.list(Reply.Digests.PARTS, ANY))),
          kind(
              "page",
              Reply.Page.class,
              may("heads", Value.list(Reply.Page.MOST, HEAD), List.of()),
              may("more", TRUTH, false).of("hasMore")),
          kind(
              "lacking",
              Reply.Lacking.class,
              may(
                  "places",
                  Value.list(Ask.Offer.MOST, Value.number(0, Ask.Offer.MOST - 1)),
                  List.of())),
          kind(
              "reserved",
              Reply.Reserved.class,
              may("done", TRUTH, false).of("isDone"),
              must("version", VERSION).of("promised"),
              maybe("stored", COPY),
              may("sure", TRUTH, false).of("isSure"),
              may("peak", PEAK, 0)),
          kind(
              "kept",
              Reply.Kept.class,
              must("fate", FATE),
              may("later", VERSION, Version.NONE),
              may("sure", TRUTH, false).of("isSure"),
              may("peak", PEAK, 0)),
          kind(
              "held",
              Reply.Held.class,
              maybe("copy", COPY),
              may("sure", TRUTH, false).of("isSure"),
              may("peak", PEAK, 0)),
          kind(
              "scanned",
              Reply.Scanned.class,
              may("items", Value.list(Listing.MOST, ITEM), List.of()),
              may("more", TRUTH, false).of("hasMore"),
              may("settled", TRUTH, false).of("isSettled")),
          kind("lost", Reply.Lost.class, may("copies", Value.list(10_000, COPY), List.of())),
          kind("done", Reply.Done.class),
          new Shape.Case(
              "came",
              Reply.Came.class,
              OUTCOME.as(it -> new Reply.Came(it.outcome()), it -> new Came(it.outcome()))));

  static final Shape<Replied> REPLY =
      Shape.document(
          Replied.class, Shape.either(REPLIES, "is two answers", "is no answer").of("reply"));

  private Shapes() {}

  private static Value<String> checked(
      int minBytes, int maxBytes, Function<String, Optional<String>> fault) {
    return Value.text(
        text -> {
          int bytes = text.getBytes(StandardCharsets.UTF_8).length;
          return bytes < minBytes || bytes > maxBytes
              ? Optional.of("has not " + minBytes + " to " + maxBytes + " bytes")
              : fault.apply(text);
        });
  }

  private static Optional<String> keyFault(String key) {
    return key.isEmpty() ? Optional.empty() : fault(() -> Write.checkKey(key));
  }

  private static Optional<String> fault(Runnable check) {
    try {
      check.run();
      return Optional.empty();
    } catch (IllegalArgumentException | RecordsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
