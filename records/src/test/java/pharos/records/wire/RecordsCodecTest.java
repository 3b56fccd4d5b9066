package pharos.records.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.NodeId;
import pharos.records.Content;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.core.Ask;
import pharos.records.core.Copy;
import pharos.records.core.Head;
import pharos.records.core.History;
import pharos.records.core.NodeState;
import pharos.records.core.Outcome;
import pharos.records.core.Reply;
import pharos.records.core.Wish;

class RecordsCodecTest {
  private static final NodeId ID = NodeId.ofBase64("AAECAwQFBgcICQoLDA0ODxAREhM=");
  private static final Version VERSION = new Version(12, 0x9f3a6c01d2e4b587L);

  private static final NodeState NODE =
      new NodeState(ID, 3, "n1", List.of("tcp://10.0.0.1:5"), true, false, true, true, 2, 10);

  static List<Ask> asks() {
    return List.of(
        new Ask.Hello(Optional.of(NODE), 5, 3, -7, true),
        new Ask.Hello(Optional.empty(), 0, 0, 0, false),
        new Ask.Compare(ID),
        new Ask.Heads(ID, 63, "k"),
        new Ask.Offer(List.of(new Head("a/b", VERSION, 4))),
        new Ask.Reserve("key", VERSION),
        new Ask.Read("key", Version.NONE),
        new Ask.Await("key", VERSION, true, 2, 10_000),
        new Ask.Scan("pre", "prefix", 1_000),
        new Ask.Losers(""),
        new Ask.Forget(ID),
        new Ask.For(new Wish.Get("key", true), 3_000),
        new Ask.For(new Wish.Put("key", Optional.of(Content.text("x")), Wish.If.IS, VERSION, 5), 1),
        new Ask.For(new Wish.Keys("", "", 1), 1),
        new Ask.For(new Wish.Look(), 1));
  }

  static List<Reply> replies() {
    return List.of(
        new Reply.Hi(NODE, 1, 2, List.of(NODE)),
        new Reply.Digests(List.of(1L, -1L)),
        new Reply.Page(List.of(new Head("k", VERSION, 0)), true),
        new Reply.Lacking(List.of(0, 499)),
        new Reply.Reserved(true, VERSION, Optional.empty(), true, 3),
        new Reply.Kept(Reply.Fate.LATER, VERSION, false, 1),
        new Reply.Held(Optional.empty(), true, 0),
        new Reply.Scanned(List.of(), false, true),
        new Reply.Lost(List.of()),
        new Reply.Done(),
        new Reply.Came(new Outcome.Failed(Reason.NO_MAJORITY, "why", true)));
  }

  @ParameterizedTest
  @MethodSource("asks")
  void aQuestionIsReadAsItWasWritten(Ask ask) throws WireException {
    byte[] bytes = RecordsCodec.write(ask);
    assertEquals(ask, RecordsCodec.readAsk(bytes));
    assertTrue(RecordsCodec.KINDS.contains(WireCodec.kind(bytes)));
  }

  @ParameterizedTest
  @MethodSource("replies")
  void anAnswerIsReadAsItWasWritten(Reply reply) throws WireException {
    assertEquals(reply, RecordsCodec.readReply(RecordsCodec.write(reply)));
  }

  private static Copy copy(int bytes) {
    History history = History.NONE.with(new Version(11, 5));
    Copy loser = Copy.of("key").version(new Version(11, 6), History.NONE).copy();
    return Copy.of("key")
        .version(VERSION, history)
        .value("text/plain", new byte[bytes])
        .writtenMs(1_700_000_000_000L)
        .times(-5, 1_000)
        .losers(List.of(loser))
        .copy();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536})
  void aCopyIsReadAsItWasWritten(int bytes) throws WireException {
    byte[] frame = RecordsCodec.write(new Ask.Keep(copy(bytes), true));
    assertTrue(frame.length < 128 * 1024, frame.length + " bytes");
    Copy read = assertInstanceOf(Ask.Keep.class, RecordsCodec.readAsk(frame)).copy();
    assertArrayEquals(new byte[bytes], read.value());
    assertEquals(copy(bytes).history(), read.history());
    assertEquals(-5, read.sinceMs());
    assertEquals(1_000, read.expiresMs());
    assertEquals(new Version(11, 6), read.losers().get(0).version());
  }

  @Test
  void theBytesAreThese() {
    assertEquals(
        "{\"pharos\":1,\"record-reserve\":{\"key\":\"key\",\"version\":\"12-9f3a6c01d2e4b587\"}}",
        new String(RecordsCodec.write(new Ask.Reserve("key", VERSION)), UTF_8));
    assertEquals(
        "{\"pharos\":1,\"kept\":{\"fate\":\"KEPT\",\"sure\":true,\"peak\":3}}",
        new String(
            RecordsCodec.write(new Reply.Kept(Reply.Fate.KEPT, Version.NONE, true, 3)), UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"pharos\":1}",
        "{\"pharos\":2,\"record-read\":{\"key\":\"a\"}}",
        "{\"pharos\":1,\"record-read\":{}}",
        "{\"pharos\":1,\"record-read\":{\"key\":\"a\\u0000\"}}",
        "{\"pharos\":1,\"record-read\":{\"key\":\"a\",\"have\":\"x\"}}",
        "{\"pharos\":1,\"record-read\":{\"key\":\"a\"},\"record-losers\":{}}",
        "{\"pharos\":1,\"record-heads\":{\"me\":\"AAECAwQFBgcICQoLDA0ODxAREhM=\",\"part\":64}}",
        "{\"pharos\":1,\"record-keep\":{\"copy\":{\"key\":\"a\",\"version\":\"1\",\"size\":65537}}}",
        "{\"pharos\":1,\"record-keep\":{\"copy\":{\"key\":\"a\",\"version\":\"1\",\"size\":9}}}",
        "{\"pharos\":1,\"record-keep\":{\"copy\":{\"key\":\"a\",\"version\":\"1\",\"size\":1,"
            + "\"history\":{\"rows\":[{\"from\":2,\"to\":1,\"writer\":1}]}}}}",
        "{\"pharos\":1,\"record-for\":{\"wish\":{\"put\":{\"key\":\"a\",\"content\":"
            + "{\"type\":\"\",\"bytes\":\"\"}}}}}"
      })
  void whatMakesNoSenseIsRefused(String text) {
    assertThrows(WireException.class, () -> RecordsCodec.readAsk(text.getBytes(UTF_8)));
  }

  @Test
  void aValueThatIsLongerThanItSaysIsNotTakenForAnother() throws WireException {
    String text =
        "{\"pharos\":1,\"record-keep\":{\"copy\":{\"key\":\"a\",\"version\":\"1\",\"type\":\"t\",\"size\":9,"
            + "\"value\":\"AAAA\"}}}";
    Copy copy = assertInstanceOf(Ask.Keep.class, RecordsCodec.readAsk(text.getBytes(UTF_8))).copy();
    assertEquals(3, copy.size());
  }
}
