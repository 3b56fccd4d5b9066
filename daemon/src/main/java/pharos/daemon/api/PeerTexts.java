package pharos.daemon.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.beacon.NodeId;

/**
 * Peers as they are told of here: the JSON of the library, with {@code href} behind the id. A peer
 * is written once for all who ask before it changes, and a list has a tag that changes when
 * something does that a reader cares about: when a peer was last heard is not such a thing. For any
 * thread.
 */
final class PeerTexts {
  /** So many that may be gone are kept, or as many as there are. */
  private static final int FORGOTTEN = 1_000;

  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them, or hands them on.
  private record Text(Peer peer, byte[] json, byte[] digest) {}

  private final Map<NodeId, Text> texts = new HashMap<>();

  /** A list in JSON with its entity tag, which is a weak one. */
  record Listing(String tag, ByteBuffer body) {
    /** Whether this is what somebody has who names these tags. */
    boolean isNamedBy(String tags) {
      for (String each : tags.split(",", -1)) {
        String bare = each.strip();
        if (bare.equals("*") || bare.equals(tag) || tag.equals("W/" + bare)) {
          return true;
        }
      }
      return false;
    }
  }

  /** One peer in JSON. */
  String one(Peer peer) {
    return new String(text(peer).json(), StandardCharsets.UTF_8);
  }

  /** An object with one array of this name, and the end of a line. */
  Listing list(String name, List<Peer> peers) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(64 + 512 * peers.size());
    MessageDigest digest = Token.sha256();
    body.writeBytes(("{\"" + name + "\":[").getBytes(StandardCharsets.UTF_8));
    boolean isFirst = true;
    for (Peer peer : peers) {
      if (!isFirst) {
        body.write(',');
      }
      isFirst = false;
      Text text = text(peer);
      body.writeBytes(text.json());
      digest.update(text.digest());
    }
    body.writeBytes("]}\n".getBytes(StandardCharsets.UTF_8));
    return new Listing(tag(digest.digest()), ByteBuffer.wrap(body.toByteArray()));
  }

  /** Half a digest: nobody looks for two lists that have the same. */
  private static String tag(byte[] digest) {
    byte[] half = Arrays.copyOf(digest, digest.length / 2);
    return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(half) + "\"";
  }

  @SuppressWarnings("ReferenceEquality") // A peer that nothing was heard of is the same one.
  private synchronized Text text(Peer peer) {
    Text known = texts.get(peer.id());
    if (known != null && known.peer == peer) {
      return known;
    }
    Map<String, Object> object = object(peer);
    byte[] json = Json.write(object).getBytes(StandardCharsets.UTF_8);
    object.remove("lastHeard");
    byte[] stable = Json.write(object).getBytes(StandardCharsets.UTF_8);
    Text made = new Text(peer, json, Token.sha256().digest(stable));
    texts.put(peer.id(), made);
    return made;
  }

  private static Map<String, Object> object(Peer peer) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.members(peer.toJson())
        .forEach(
            (name, value) -> {
              object.put(name, value);
              if (name.equals("short")) {
                object.put("href", href(peer));
              }
            });
    return object;
  }

  static String href(Peer peer) {
    return "/v1/peers/" + peer.id();
  }

  /** Keeps these, of whom it was asked before; others may be gone. */
  synchronized void forgetAllBut(List<Peer> there) {
    if (texts.size() <= 2 * Math.max(FORGOTTEN, there.size())) {
      return;
    }
    Map<NodeId, Text> all = Map.copyOf(texts);
    texts.clear();
    for (Peer peer : there) {
      Text text = all.get(peer.id());
      if (text != null) {
        texts.put(peer.id(), text);
      }
    }
  }
}
