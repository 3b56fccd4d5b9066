package pharos.agent.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.core.gateway.Subject;
import pharos.beacon.NodeId;
import pharos.kademlia.Announcement;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Held;
import pharos.kademlia.Key;
import pharos.kademlia.Request;
import pharos.kademlia.Response;
import pharos.kademlia.Verdict;
import pharos.kademlia.Version;
import pharos.testkit.Seeds;

class OverlayCodecTest {
  private static final int FRAME_BYTES = 131_072;

  private static final Set<String> QUESTIONS =
      Set.of("ping", "find-node", "who", "find", "browse", "register", "unregister");

  private static final List<String> LETTERS =
      List.of("a", "Z", "0", " ", ".", "\"", "\\", "/", "ö", "€", "😀", "\u00A0", "|");

  record Vector(String verdict, String result, String frame) {}

  static List<Vector> vectors() throws Exception {
    List<Vector> vectors = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    OverlayCodecTest.class.getResourceAsStream("/vectors/overlay-v1.txt")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          String[] fields = line.split(" \\| ", -1);
          vectors.add(new Vector(fields[0], fields[1], fields[2]));
        }
      }
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void eachVectorIsJudgedAsItSays(Vector vector) throws Exception {
    byte[] bytes = utf8(vector.frame());
    switch (vector.verdict()) {
      case "question-same", "question-ok" -> {
        assertTrue(isQuestion(bytes));
        Question read = OverlayCodec.readQuestion(bytes);
        assertEquals(vector.result(), read.toString());
        String written = text(OverlayCodec.write(read));
        assertEquals(vector.verdict().endsWith("same"), vector.frame().equals(written), written);
      }
      case "reply-same", "reply-ok" -> {
        assertFalse(isQuestion(bytes));
        Reply read = OverlayCodec.readReply(bytes);
        assertEquals(vector.result(), read.toString());
        String written = text(OverlayCodec.write(read));
        assertEquals(vector.verdict().endsWith("same"), vector.frame().equals(written), written);
      }
      case "question-refused" -> assertRefused(vector.result(), refusedQuestion(vector.frame()));
      case "reply-refused" -> assertRefused(vector.result(), refusedReply(vector.frame()));
      case "told" -> {
        Optional<String> told = Optional.of(vector.result());
        assertEquals(told, refusedReply(vector.frame()).toldByOther());
        assertEquals(told, refusedQuestion(vector.frame()).toldByOther());
        assertFalse(isQuestion(bytes));
      }
      default -> throw new AssertionError(vector);
    }
  }

  @Test
  void aQuestionAsLongAsAFrameIsToldApartByItsBeginning() {
    String longest = "{\"pharos\":1,\"record-keep\":\"" + "x".repeat(127 * 1024) + "\"}";
    assertEquals("record-keep", WireCodec.kind(longest.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aVectorIsThereForEachKindStatusAndVerdict() throws Exception {
    Set<String> written = new HashSet<>();
    for (Vector vector : vectors()) {
      if (vector.verdict().endsWith("same")) {
        written.addAll(List.of(vector.frame().split("\"", -1)));
      }
    }
    assertTrue(written.containsAll(QUESTIONS));
    assertTrue(written.containsAll(List.of("node", "page", "ended")));
    for (Reply.Status status : Reply.Status.values()) {
      assertTrue(written.contains(status.name()), status::name);
    }
    for (Verdict verdict : Verdict.values()) {
      assertTrue(verdict == Verdict.NONE || written.contains(verdict.name()), verdict::name);
    }
  }

  @Test
  void whatWasWrittenIsReadAsItWas() {
    Seeds.forEach(
        400,
        random -> {
          Question question = question(random);
          byte[] asked = OverlayCodec.write(question);
          assertTrue(isQuestion(asked));
          assertEquals(question, OverlayCodec.readQuestion(asked));
          Reply reply = reply(random);
          byte[] answered = OverlayCodec.write(reply);
          assertFalse(isQuestion(answered));
          Reply read = OverlayCodec.readReply(answered);
          assertEquals(reply, read);
          assertArrayEquals(answered, OverlayCodec.write(read));
        });
  }

  @Test
  void everyKindIsDrawn() {
    Set<Class<?>> drawn = new HashSet<>();
    Seeds.forEach(
        300,
        random -> {
          drawn.add(question(random).getClass());
          drawn.add(reply(random).getClass());
        });
    Set<Class<?>> all = new HashSet<>(List.of(Question.class.getPermittedSubclasses()));
    all.remove(Question.Forwarded.class);
    all.addAll(List.of(Question.Forwarded.class.getPermittedSubclasses()));
    all.addAll(List.of(Reply.class.getPermittedSubclasses()));
    assertEquals(all, drawn);
  }

  @Test
  void theBytesOfCapabilitiesAndDataSurvive() throws Exception {
    String spaced = "[ {\"port\":1, \"type\":\"\\u0041\", \"x\":[1.50]} ]";
    byte[] data = {(byte) 0xFF, 0, '{'};
    Contact contact = Contact.of(ContactId.ofText("a")).withData(ContactData.of(data));
    RemotePeer peer = peer(Document.of(utf8(spaced)));
    Reply.Ended read =
        (Reply.Ended)
            OverlayCodec.readReply(
                OverlayCodec.write(
                    new Reply.Ended(
                        Reply.Status.FOUND, Optional.of(contact), 0, List.of(peer), List.of())));
    assertEquals(spaced, text(read.peers().get(0).document().bytes()));
    assertArrayEquals(data, read.contact().orElseThrow().data().toBytes());
  }

  @Test
  void everyTruncationIsRefused() {
    Seeds.forEach(
        20,
        random -> {
          byte[] asked = OverlayCodec.write(question(random));
          for (int length = 0; length < asked.length; length++) {
            refusedQuestion(Arrays.copyOf(asked, length));
          }
          byte[] answered = OverlayCodec.write(reply(random));
          for (int length = 0; length < answered.length; length++) {
            refusedReply(Arrays.copyOf(answered, length));
          }
        });
  }

  @Test
  void aFlippedByteIsReadOrRefusedAndNothingElse() {
    Seeds.forEach(
        20,
        random -> {
          for (byte[] bytes :
              List.of(OverlayCodec.write(question(random)), OverlayCodec.write(reply(random)))) {
            for (int i = 0; i < bytes.length; i++) {
              byte[] flipped = bytes.clone();
              flipped[i] ^= (byte) (1 + random.nextInt(255));
              readsOrRefuses(flipped);
            }
          }
        });
  }

  @Test
  void splicedFramesAreReadOrRefusedAndNothingElse() throws Exception {
    List<String> pieces = new ArrayList<>(List.of("{", "}", "[", "]", ",", ":", "\"", "null", "1"));
    pieces.addAll(List.of("-0", "1e9", "true", "\"\"", "\"AA==\"", "{\"pharos\":1,", "\uFEFF"));
    for (Vector vector : vectors()) {
      for (String name : vector.frame().split("\"", -1)) {
        if (name.matches("[a-z-]+")) {
          pieces.add("\"" + name + "\":");
        }
      }
    }
    List<Vector> vectors = vectors();
    Seeds.forEach(
        3_000,
        random -> {
          String frame = vectors.get(random.nextInt(vectors.size())).frame();
          StringBuilder text = new StringBuilder(frame);
          for (int i = random.nextInt(4); i >= 0; i--) {
            String piece = pieces.get(random.nextInt(pieces.size()));
            int at = random.nextInt(text.length() + 1);
            text.replace(at, Math.min(text.length(), at + random.nextInt(4)), piece);
          }
          readsOrRefuses(utf8(text.toString()));
        });
  }

  @Test
  void bombsAreRefusedSoonAndShort() {
    List<String> bombs =
        List.of(
            "{\"pharos\":1,\"ping\":{\"x\":" + "[".repeat(130_000),
            "{\"pharos\":1,\"x\":" + "{\"a\":".repeat(20_000),
            "{\"pharos\":1,\"page\":{\"peers\":" + "[".repeat(20) + "]".repeat(20) + "}}",
            "{\"pharos\":1,\"find\":{\"id\":\"" + "A".repeat(130_000) + "\"}}",
            "{\"pharos\":1,\"find\":{\"id\":\"" + "?".repeat(130_000) + "\"}}",
            "{\"pharos\":1,\"ping\":{\"x\":" + "9".repeat(130_000) + "}}",
            "{\"pharos\":1,\"register\":{\"lease\":1e" + "9".repeat(130_000) + "}}",
            "{\"pharos\":1,\"ended\":{\"age\":1" + "0".repeat(31) + "}}",
            "{\"pharos\":1,\"ping\":{\"" + "n".repeat(130_000) + "\":1}}",
            "{\"pharos\":1,\"browse\":{\"service\":\"" + "n".repeat(130_000) + "\"}}",
            "{\"pharos\":1,\"ping\":{\"x\":[" + "0,".repeat(1_000_000) + "0]}}",
            "{\"pharos\":1,\"node\":{\"nearest\":[" + "{\"id\":\"AA\"},".repeat(9_000) + "0]}}",
            "{\"pharos\":1,\"ended\":{\"path\":[" + "\"\",".repeat(40_000) + "0]}}",
            "{\"pharos\":1,\"page\":{\"peers\":[{\"addresses\":[\""
                + ":".repeat(130_000)
                + "\"]}]}}",
            " ".repeat(130_000));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String bomb : bombs) {
            for (WireException e : List.of(refusedQuestion(bomb), refusedReply(bomb))) {
              int length = String.valueOf(e.getMessage()).length();
              assertTrue(length <= 501, () -> length + " characters of message");
            }
          }
        });
  }

  @Test
  void aFrameOfTheLargestSizeIsTakenAndOneByteMoreIsNot() throws Exception {
    String start = "{\"pharos\":1,\"ping\":{\"x\":\"";
    String fits = start + "x".repeat(FRAME_BYTES - start.length() - 3) + "\"}}";
    OverlayCodec.readQuestion(utf8(fits));
    assertEquals("131073 bytes are more than 131072", refusedQuestion(fits + " ").getMessage());
  }

  @Test
  void listsHaveTheirLongestAndOneMoreIsRefused() throws Exception {
    assertLongest(256, "\"node\":{\"from\":{\"id\":\"AA\"},\"nearest\":[", "{\"id\":\"AA\"}");
    assertLongest(256, "\"page\":{\"peers\":[", json(peer(Document.EMPTY)));
    assertLongest(256, "\"ended\":{\"status\":\"FOUND\",\"peers\":[", json(peer(Document.EMPTY)));
    assertLongest(64, "\"ended\":{\"status\":\"FOUND\",\"path\":[", "\"a\"");
  }

  private static void assertLongest(int max, String start, String element) throws Exception {
    String fits = "{\"pharos\":1," + start + (element + ",").repeat(max - 1) + element;
    Reply read = OverlayCodec.readReply(utf8(fits + "]}}"));
    assertEquals(read, OverlayCodec.readReply(OverlayCodec.write(read)));
    String message = String.valueOf(refusedReply(fits + "," + element + "]}}").getMessage());
    assertTrue(message.endsWith("[" + max + "]: more than " + max + " are not taken"), message);
  }

  @Test
  void endpointsAndDataHaveTheirLongestAndOneMoreIsRefused() throws Exception {
    Contact largest =
        new Contact(
            ContactId.of(new byte[256]),
            Collections.nCopies(16, "€".repeat(256)),
            ContactData.of(new byte[4_096]),
            new Version(Long.MAX_VALUE, Long.MAX_VALUE));
    Question question =
        new Question.Node(
            new Request.FindNode(
                Optional.of(largest),
                largest.key(),
                Optional.of(new Announcement(largest, 1_000_000_000_000L, true))));
    assertEquals(question, OverlayCodec.readQuestion(OverlayCodec.write(question)));
    String asked = text(OverlayCodec.write(question));
    assertEquals(
        "find-node.from.endpoints[0]: has more than 256 characters",
        refusedQuestion(asked.replaceFirst("€{256}", "a".repeat(257))).getMessage());
    assertEquals(
        "find-node.from.endpoints[16]: more than 16 are not taken",
        refusedQuestion(asked.replaceFirst("\\[", "[\"a\",")).getMessage());
    String data = "\"data\":\"";
    String message =
        String.valueOf(refusedQuestion(asked.replaceFirst(data, data + "AAAA")).getMessage());
    assertTrue(message.endsWith("is not the base64 of 0 to 4096 bytes"), message);
  }

  @Test
  void aPageEndsWhereTheFrameIsFullAndSaysThatThereAreMore() throws Exception {
    Document large = WireCodec.write(List.of(offer("v".repeat(4_000)), offer("v".repeat(4_000))));
    List<RemotePeer> peers = new ArrayList<>();
    Seeds.forEach(1, random -> Collections.addAll(peers, peers(random, 40, large)));
    byte[] bytes = OverlayCodec.write(new Reply.Page(peers, false));
    assertTrue(bytes.length <= FRAME_BYTES && bytes.length > FRAME_BYTES - 9_000);
    Reply.Page read = (Reply.Page) OverlayCodec.readReply(bytes);
    assertTrue(read.hasMore());
    assertEquals(peers.subList(0, read.peers().size()), read.peers());

    List<RemotePeer> many = Collections.nCopies(257, peer(Document.EMPTY));
    Reply.Page most =
        (Reply.Page) OverlayCodec.readReply(OverlayCodec.write(new Reply.Page(many, false)));
    assertEquals(256, most.peers().size());
    assertTrue(most.hasMore());
  }

  @Test
  void onePeerAlwaysFitsHoweverLargeItsCapabilities() throws Exception {
    String start = "[{\"type\":\"a\",\"port\":1,\"x\":[\"";
    String largest = start + "x".repeat(65_536 - start.length() - 4) + "\"]}]";
    RemotePeer peer =
        new RemotePeer(
            NodeId.random(Seeds.random(1)),
            Long.MAX_VALUE,
            "\"".repeat(63),
            "\\".repeat(63),
            Collections.nCopies(16, InetAddress.getByName("2001:db8:1111:2222:3333:4444:5555:6")),
            65_535,
            Document.of(utf8(largest)),
            State.SUSPECT,
            Long.MAX_VALUE,
            NodeId.random(Seeds.random(2)),
            "\"".repeat(255));
    Contact contact =
        new Contact(
            ContactId.of(new byte[256]),
            Collections.nCopies(16, "€".repeat(256)),
            ContactData.of(new byte[4_096]),
            new Version(Long.MAX_VALUE, Long.MAX_VALUE));
    Reply.Ended ended =
        new Reply.Ended(
            Reply.Status.FOUND,
            Optional.of(contact),
            Long.MAX_VALUE,
            List.of(peer),
            Collections.nCopies(65, "\u202E".repeat(65)));
    Reply.Ended read = (Reply.Ended) OverlayCodec.readReply(OverlayCodec.write(ended));
    assertEquals(1, read.peers().size());
    assertEquals(largest, text(read.peers().get(0).document().bytes()));
    assertEquals(ended.contact(), read.contact());
    assertEquals(64, read.path().size());
    assertEquals("\\u202E".repeat(64) + "…", read.path().get(0));
    assertEquals(1_000_000_000_000L, read.ageMs());
    assertEquals(1_000_000_000_000L, read.peers().get(0).ageMs());
    Reply.Ended again = (Reply.Ended) OverlayCodec.readReply(OverlayCodec.write(read));
    assertEquals(read.peers(), again.peers(), "what was read is told");
  }

  @Test
  void whatAnIntroductionMayNestAPeerOfAPageMayToo() throws Exception {
    String deep = ",\"x\":" + "[".repeat(13) + "]".repeat(13) + "}]";
    String offers = "[{\"type\":\"a\",\"port\":1" + deep;
    String id = NodeId.random(Seeds.random(1)).toBase64();
    Introduction introduction =
        WireCodec.readIntroduction(
            utf8(
                "{\"pharos\":1,\"id\":\""
                    + id
                    + "\",\"incarnation\":1,\"capabilities\":"
                    + offers
                    + "}"));
    Reply page = new Reply.Page(List.of(peer(introduction.document())), false);
    assertEquals(page, OverlayCodec.readReply(OverlayCodec.write(page)));
  }

  @Test
  void theNearestThatDoNotFitAreLeftOutFromTheEnd() throws Exception {
    Contact large = Contact.of(ContactId.ofText("a")).withData(ContactData.of(new byte[4_096]));
    List<Contact> nearest = Collections.nCopies(40, large);
    Response response = new Response(large, Optional.of(new Held(large, 1)), nearest, Verdict.FULL);
    byte[] bytes = OverlayCodec.write(new Reply.Node(response));
    assertTrue(bytes.length <= FRAME_BYTES && bytes.length > FRAME_BYTES - 6_000);
    Response read = ((Reply.Node) OverlayCodec.readReply(bytes)).response();
    assertEquals(response.held(), read.held());
    assertEquals(Verdict.FULL, read.verdict());
    assertEquals(nearest.subList(0, read.nearest().size()), read.nearest());
  }

  @Test
  void theCallersMistakeNamesFieldAndValue() throws Exception {
    ContactId id = ContactId.ofText("a");
    assertMistake(
        "contact 'a': endpoints: 'tcp://\\u000A' has a character that may not be in a text",
        new Question.Register(Contact.of(id, "tcp://\n"), 1, 1));
    assertMistake(
        "lease: 0 is not 1 to 1000000000000", new Question.Register(Contact.of(id), 0, 1));
    assertMistake("within: 0 is not 1 to 1000000000000", new Question.Unregister(id, 0));
    assertMistake("service: '' is empty", new Question.Browse("", Optional.empty(), 1));
    assertMistake(
        "service: '\\uD800' has a character that may not be in a text",
        new Question.Who(new Subject.Service("\uD800"), Optional.empty()));
    assertMistake("page: more after none is not possible", new Reply.Page(List.of(), true));
    assertMistake(
        "age: -1 is not 0 to 1000000000000",
        new Reply.Ended(Reply.Status.FOUND, Optional.empty(), -1, List.of(), List.of()));
    String peer = "peer " + peer(Document.EMPTY).id() + ": ";
    assertMistake(
        peer + "name: 'a\\u0007' has a character that may not be in a text", "a\u0007", 1);
    assertMistake(peer + "port: 65536 is not 0 to 65535", "a", 65_536);
    assertMistake(
        peer + "capabilities: 65537 bytes are more than 65536",
        new Reply.Page(List.of(peer(Document.of(new byte[65_537]))), false));
    OverlayCodec.check(Contact.of(id, "tcp://10.0.0.7:5670"));
  }

  private static void assertMistake(String message, String name, int port) {
    RemotePeer like = peer(Document.EMPTY);
    RemotePeer peer =
        new RemotePeer(
            like.id(), 1, name, "", List.of(), port, Document.EMPTY, State.ALIVE, 0, like.id(), "");
    assertMistake(message, new Reply.Page(List.of(peer), false));
  }

  private static void assertMistake(String message, Question question) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> OverlayCodec.write(question))
            .getMessage());
  }

  private static void assertMistake(String message, Reply reply) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> OverlayCodec.write(reply)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HELLO",
        "{",
        "[]",
        "{\"pharos\":1",
        "{\"pharos\":1,\"error\":\"ping\"}",
        "{\"pharos\":2,\"ping\":{}}",
        "{\"pharos\":11,\"ping\":{}}",
        "{\"ping\":{},\"pharos\":1}",
        "{\"pharos\":1,\"pings\":{}}",
        "{\"pharos\":1,\"node\":{}}",
        "{\"pharos\":1,\"id\":\"ping\",\"ping\":{}}",
        "{\"pharos\":1,\"name\":\"ping\",\"find\":{}}",
        "\uFEFF{\"pharos\":1,\"ping\":{}}",
        "{\"pharos\":1,\"ping"
      })
  void allElseIsNoQuestionPastTheSubnet(String body) {
    assertFalse(isQuestion(utf8(body)));
  }

  @Test
  void noIntroductionAndNoNoiseIsTakenForAQuestion() {
    assertFalse(isQuestion(WireCodec.hello()));
    assertFalse(isQuestion(WireCodec.writeError("ping")));
    assertTrue(isQuestion(utf8("\n{\t\"pharos\" : 1 ,\r\n  \"find-node\" :{}")));
    Seeds.forEach(
        500,
        random -> {
          Introduction introduction =
              new Introduction(
                  NodeId.random(random), 1, word(random, 0, 9), "ping", Document.EMPTY);
          assertFalse(isQuestion(WireCodec.write(introduction)));
          byte[] noise = new byte[random.nextInt(200)];
          random.nextBytes(noise);
          assertFalse(isQuestion(noise));
        });
  }

  private static void readsOrRefuses(byte[] bytes) {
    isQuestion(bytes);
    try {
      OverlayCodec.write(OverlayCodec.readQuestion(bytes));
    } catch (WireException e) {
      assertFitForALog(e);
    }
    try {
      OverlayCodec.write(OverlayCodec.readReply(bytes));
    } catch (WireException e) {
      assertFitForALog(e);
    }
  }

  private static void assertFitForALog(WireException e) {
    String message = String.valueOf(e.getMessage());
    assertFalse(message.isBlank());
    assertTrue(message.codePoints().allMatch(c -> c >= 0x20 && (c < 0x7F || c > 0x9F)), message);
  }

  private static void assertRefused(String message, WireException e) {
    assertEquals(message, e.getMessage());
    assertEquals(Optional.empty(), e.toldByOther());
  }

  private static WireException refusedQuestion(String frame) {
    return refusedQuestion(utf8(frame));
  }

  private static WireException refusedQuestion(byte[] frame) {
    return assertThrows(WireException.class, () -> OverlayCodec.readQuestion(frame));
  }

  private static WireException refusedReply(String frame) {
    return refusedReply(utf8(frame));
  }

  private static WireException refusedReply(byte[] frame) {
    return assertThrows(WireException.class, () -> OverlayCodec.readReply(frame));
  }

  private static Question question(RandomGenerator random) {
    return switch (random.nextInt(7)) {
      case 0 -> new Question.Node(new Request.Ping(maybeContact(random)));
      case 1 -> new Question.Node(findNode(random));
      case 2 ->
          new Question.Who(
              random.nextBoolean()
                  ? new Subject.Holder(contactId(random))
                  : new Subject.Service(word(random, 1, 60)),
              maybeId(random));
      case 3 -> new Question.Find(contactId(random), millis(random));
      case 4 -> new Question.Browse(word(random, 1, 60), maybeId(random), millis(random));
      case 5 -> new Question.Register(contact(random), millis(random), millis(random));
      default -> new Question.Unregister(contactId(random), millis(random));
    };
  }

  private static long millis(RandomGenerator random) {
    return random.nextLong(1, 1_000_000_000_001L);
  }

  private static Request findNode(RandomGenerator random) {
    if (random.nextBoolean()) {
      byte[] target = new byte[Key.LENGTH];
      random.nextBytes(target);
      return new Request.FindNode(maybeContact(random), Key.of(target), Optional.empty());
    }
    Contact contact = contact(random);
    return new Request.FindNode(
        maybeContact(random),
        contact.key(),
        Optional.of(new Announcement(contact, ageMs(random), random.nextBoolean())));
  }

  private static Reply reply(RandomGenerator random) throws Exception {
    return switch (random.nextInt(3)) {
      case 0 ->
          new Reply.Node(
              new Response(
                  contact(random),
                  maybeContact(random).map(contact -> new Held(contact, ageMs(random))),
                  contacts(random),
                  pick(random, Verdict.values())));
      case 1 -> {
        List<RemotePeer> peers = peers(random);
        yield new Reply.Page(peers, !peers.isEmpty() && random.nextBoolean());
      }
      default ->
          new Reply.Ended(
              pick(random, Reply.Status.values()),
              maybeContact(random),
              ageMs(random),
              peers(random),
              List.of(word(random, 0, 10), word(random, 0, 64)).subList(0, random.nextInt(3)));
    };
  }

  private static List<Contact> contacts(RandomGenerator random) {
    List<Contact> contacts = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      contacts.add(contact(random));
    }
    return contacts;
  }

  private static Optional<Contact> maybeContact(RandomGenerator random) {
    return random.nextBoolean() ? Optional.of(contact(random)) : Optional.empty();
  }

  private static Optional<NodeId> maybeId(RandomGenerator random) {
    return random.nextBoolean() ? Optional.of(NodeId.random(random)) : Optional.empty();
  }

  private static Contact contact(RandomGenerator random) {
    List<String> endpoints = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      endpoints.add("tcp://" + word(random, 1, 20));
    }
    byte[] data = new byte[random.nextBoolean() ? 0 : random.nextInt(100)];
    random.nextBytes(data);
    return new Contact(
        contactId(random),
        endpoints,
        ContactData.of(data),
        random.nextBoolean()
            ? Version.NONE
            : new Version(random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE)));
  }

  private static ContactId contactId(RandomGenerator random) {
    byte[] id = new byte[random.nextInt(1, 30)];
    random.nextBytes(id);
    return ContactId.of(id);
  }

  private static List<RemotePeer> peers(RandomGenerator random) throws Exception {
    return List.of(
        peers(
            random,
            random.nextInt(4),
            random.nextBoolean()
                ? Document.EMPTY
                : WireCodec.write(List.of(offer(word(random, 0, 9))))));
  }

  private static RemotePeer[] peers(RandomGenerator random, int count, Document document)
      throws Exception {
    RemotePeer[] peers = new RemotePeer[count];
    for (int i = 0; i < count; i++) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(address);
      peers[i] =
          new RemotePeer(
              NodeId.random(random),
              random.nextLong(1, Long.MAX_VALUE),
              word(random, 0, 10),
              word(random, 0, 10),
              List.of(InetAddress.getByAddress(address)).subList(0, random.nextInt(2)),
              random.nextInt(65_536),
              document,
              random.nextBoolean() ? State.ALIVE : State.SUSPECT,
              ageMs(random),
              NodeId.random(random),
              word(random, 0, 30));
    }
    return peers;
  }

  private static RemotePeer peer(Document document) {
    NodeId id = NodeId.random(Seeds.random(1));
    return new RemotePeer(
        id, 1, "", "", List.of(), 0, document, State.ALIVE, 0, NodeId.random(Seeds.random(2)), "");
  }

  private static String json(RemotePeer peer) {
    String page = text(OverlayCodec.write(new Reply.Page(List.of(peer), false)));
    return page.substring(page.indexOf('[') + 1, page.lastIndexOf(']'));
  }

  private static Offer offer(String value) {
    return new Offer("a", 1, "tcp", Map.of("k", value));
  }

  private static <T> T pick(RandomGenerator random, T[] values) {
    return values[random.nextInt(values.length)];
  }

  private static long ageMs(RandomGenerator random) {
    return random.nextBoolean() ? 0 : random.nextLong(1_000_000_000_001L);
  }

  private static String word(RandomGenerator random, int from, int to) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(from, to + 1); i > 0; i--) {
      word.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return word.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean isQuestion(byte[] body) {
    return OverlayCodec.KINDS.contains(WireCodec.kind(body));
  }
}
