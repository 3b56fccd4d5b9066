package pharos.bench.siege;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/** Documents and questions in JSON that are valid, though nobody honest would send them. Pure. */
final class Papers {
  private static final int VALUE_CHARACTERS = 4_000;
  private static final int KEY_BYTES = 20;
  private static final int ENDPOINTS = 16;

  private Papers() {}

  /** The document of one who offers nothing. */
  static byte[] document(NodeId id, long incarnation, String name) {
    return document(id, incarnation, name, "[]");
  }

  static byte[] document(NodeId id, long incarnation, String name, String capabilities) {
    return ("{\"pharos\":1,\"id\":\""
            + id.toBase64()
            + "\",\"name\":\""
            + name
            + "\",\"service\":\"\",\"incarnation\":"
            + incarnation
            + ",\"capabilities\":"
            + capabilities
            + "}")
        .getBytes(UTF_8);
  }

  /** What one would answer who is what this beacon says. */
  static byte[] document(Beacon beacon) {
    return document(beacon.id(), beacon.incarnation(), beacon.name());
  }

  /** An introduction of 57 kB. */
  static byte[] longDocument(Random random) {
    String values =
        IntStream.range(0, 14)
            .mapToObj(i -> "\"k" + i + "\":\"" + "v".repeat(VALUE_CHARACTERS) + "\"")
            .collect(Collectors.joining(","));
    String capabilities = "[{\"type\":\"Long\",\"port\":1,\"attributes\":{" + values + "}}]";
    return document(NodeId.random(random), 1 + random.nextInt(1_000_000), "long", capabilities);
  }

  /** A contact of 8 kB. */
  static String contact(byte[] id) {
    String endpoints =
        IntStream.range(0, ENDPOINTS)
            .mapToObj(i -> "\"tcp://10.78.1." + i + ":1" + "0".repeat(150) + "\"")
            .collect(Collectors.joining(","));
    return "{\"id\":\""
        + base64(id)
        + "\",\"endpoints\":["
        + endpoints
        + "],\"data\":\""
        + base64(("\"" + "d".repeat(VALUE_CHARACTERS) + "\"").getBytes(UTF_8))
        + "\",\"version\":[1,1]}";
  }

  /** Hold this contact. */
  static byte[] announce(byte[] id) {
    return question(
        "find-node",
        "{\"target\":\""
            + base64(key(id))
            + "\",\"announce\":{\"contact\":"
            + contact(id)
            + ",\"age\":0}}");
  }

  /** Keep this contact announced, for as long as can be. */
  static byte[] register(byte[] id) {
    return question("register", "{\"contact\":" + contact(id) + ",\"lease\":1000000000000}");
  }

  /** Find what is not there. */
  static byte[] find(byte[] id) {
    return question("find", "{\"id\":\"" + base64(id) + "\"}");
  }

  /** Every kind of question that costs its answerer something, in turn. */
  static byte[] any(int number, byte[] id) {
    List<byte[]> all =
        List.of(
            find(id),
            question("browse", "{\"service\":\"Siege\"}"),
            question("who", "{\"service\":\"Siege\"}"),
            question("find-node", "{\"target\":\"" + base64(key(id)) + "\"}"),
            question(
                "ping",
                "{\"from\":{\"id\":\""
                    + base64(Arrays.copyOf(id, KEY_BYTES))
                    + "\",\"endpoints\":[\"tcp://10.78.1.1:9\"]}}"));
    return all.get(number % all.size());
  }

  private static byte[] question(String kind, String body) {
    return ("{\"pharos\":1,\"" + kind + "\":" + body + "}").getBytes(UTF_8);
  }

  private static byte[] key(byte[] id) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(id), KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
