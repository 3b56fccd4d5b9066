package pharos.daemon.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import pharos.agent.json.Json;
import pharos.beacon.Addresses;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Decoded;
import pharos.beacon.Reject;
import pharos.daemon.text.Shown;

/**
 * One datagram of the beacon port, read for people.
 *
 * @param nic the interface whose network its sender is on; empty when it is on none of ours
 * @param kind what it is: of ours {@code announce}, {@code solicit}, {@code answer}, {@code doubt}
 *     or {@code leaving}; else {@code zre} for ZRE, {@code foreign} for another protocol, {@code
 *     rejected} for what means to be ours and is none
 * @param who the name of its sender, or what else it is known by; empty when it does not say
 * @param text all that it says, in words
 * @param bytes the datagram, in hexadecimal
 */
public record Heard(
    Instant at,
    InetSocketAddress from,
    String nic,
    Kind kind,
    String who,
    String text,
    Decoded decoded,
    String bytes) {
  private static final HexFormat HEX = HexFormat.of();
  private static final int ZRE_ID_AT = 4;
  private static final int ZRE_PORT_AT = 20;
  private static final int ZRE_LENGTH = 22;
  private static final int ZRE_KEY_LENGTH = 32;
  private static final int SHOWN_OF_FOREIGN = 16;
  private static final int HEX_LINE = 16;

  /** What it is. */
  public enum Kind {
    /** Ours: still there. */
    ANNOUNCE,
    /** Ours: who is there? */
    SOLICIT,
    /** Ours: an answer to one. */
    ANSWER,
    /** Ours: the sender lost its connection to another. */
    DOUBT,
    /** Ours: a goodbye. */
    LEAVING,
    /** A beacon of ZRE, such as Zyre and Pyre send. */
    ZRE,
    /** Of another protocol that shares the port. */
    FOREIGN,
    /** It means to be ours, and is none that can be read. */
    REJECTED;

    /** As it is printed. */
    public String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads a datagram, from position to limit. */
  public static Heard of(
      Instant at, InetSocketAddress from, String nic, ByteBuffer datagram, BeaconCodec codec) {
    byte[] bytes = new byte[datagram.remaining()];
    datagram.duplicate().get(bytes);
    Decoded decoded = codec.decode(datagram);
    if (decoded instanceof Beacon beacon) {
      return new Heard(
          at,
          from,
          nic,
          kind(beacon),
          who(beacon),
          text(beacon, from),
          decoded,
          HEX.formatHex(bytes));
    }
    Reject reject = (Reject) decoded;
    return switch (reject) {
      case ZRE_V1, ZRE_V3 -> zre(at, from, nic, reject, bytes);
      case FOREIGN ->
          new Heard(at, from, nic, Kind.FOREIGN, "", foreign(bytes), decoded, HEX.formatHex(bytes));
      default ->
          new Heard(
              at,
              from,
              nic,
              Kind.REJECTED,
              "",
              reject + ": " + meaning(reject) + ", " + bytes.length + " bytes",
              decoded,
              HEX.formatHex(bytes));
    };
  }

  private static Kind kind(Beacon beacon) {
    if (beacon.isLeaving()) {
      return Kind.LEAVING;
    }
    if (beacon.hasDoubt()) {
      return Kind.DOUBT;
    }
    if (beacon.echo() != 0) {
      return Kind.ANSWER;
    }
    return beacon.isSolicit() ? Kind.SOLICIT : Kind.ANNOUNCE;
  }

  private static String who(Beacon beacon) {
    return beacon.name().isEmpty() ? beacon.id().toShortString() : beacon.name();
  }

  private static String text(Beacon beacon, InetSocketAddress from) {
    List<String> parts = new ArrayList<>();
    String service = beacon.service().isEmpty() ? "" : " (" + beacon.service() + ")";
    parts.add(who(beacon) + service + " " + beacon.id().toShortString());
    parts.add(beacon.tcpPort() == 0 ? "listens only" : "TCP " + beacon.tcpPort());
    if (beacon.udpPort() != from.getPort()) {
      parts.add("UDP " + beacon.udpPort());
    }
    parts.add("number " + beacon.sequence());
    if (!beacon.isLeaving()) {
      parts.add("next in " + beacon.nextMs() + " ms");
    }
    beacon.doubt().ifPresent(it -> parts.add("lost its connection to " + it.id().toShortString()));
    if (!beacon.addresses().isEmpty()) {
      parts.add("reached at " + String.join(", ", addresses(beacon)));
    }
    if (beacon.cluster() != 0) {
      parts.add("cluster " + HEX.toHexDigits(beacon.cluster()));
    }
    if (beacon.isOverlay()) {
      parts.add("gateway");
    }
    beacon.vouch().ifPresent(it -> parts.add("vouches for " + Addresses.text(it)));
    if (!beacon.detail().isEmpty()) {
      parts.add("crashed: " + beacon.detail());
    }
    return String.join(", ", parts);
  }

  private static List<String> addresses(Beacon beacon) {
    return beacon.addresses().stream().map(Addresses::text).toList();
  }

  private static Heard zre(
      Instant at, InetSocketAddress from, String nic, Reject reject, byte[] bytes) {
    String version = reject == Reject.ZRE_V1 ? "ZRE v1" : "ZRE v3";
    int length = ZRE_LENGTH + (reject == Reject.ZRE_V1 ? 0 : ZRE_KEY_LENGTH);
    if (bytes.length != length) {
      String text = version + " of " + bytes.length + " bytes; it should have " + length;
      return new Heard(at, from, nic, Kind.ZRE, "", text, reject, HEX.formatHex(bytes));
    }
    String id = HEX.withUpperCase().formatHex(bytes, ZRE_ID_AT, ZRE_PORT_AT);
    int port = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(ZRE_PORT_AT));
    String where = port == 0 ? ", leaving" : ", TCP " + port;
    String key = reject == Reject.ZRE_V1 ? "" : ", with a key for CURVE";
    // The first six digits are what Zyre calls a node that has no name.
    String who = id.substring(0, 6);
    String text = version + " " + id + where + key;
    return new Heard(at, from, nic, Kind.ZRE, who, text, reject, HEX.formatHex(bytes));
  }

  /** Its first bytes, as text where it is some: people know their protocols by that. */
  private static String foreign(byte[] bytes) {
    int length = Math.min(bytes.length, SHOWN_OF_FOREIGN);
    boolean isText = true;
    for (int i = 0; i < length; i++) {
      isText &= bytes[i] >= 0x20 && bytes[i] < 0x7F;
    }
    String dots = bytes.length > length ? "…" : "";
    String begin =
        isText
            ? "'" + new String(bytes, 0, length, UTF_8) + "'"
            : HEX.withDelimiter(" ").formatHex(bytes, 0, length);
    return "no beacon of ours, " + bytes.length + " bytes: " + begin + dots;
  }

  /** Why it is refused, in words. */
  private static String meaning(Reject reject) {
    return switch (reject) {
      case TOO_SHORT -> "shorter than any beacon";
      case UNKNOWN_VERSION -> "a later version of Pharos";
      case TOO_LONG -> "longer than any beacon";
      case RESERVED_VALUE -> "an id, port or start that nobody has";
      case INTERVAL_TOO_LONG -> "the next one is said to come in over 60 s";
      case BAD_LENGTH -> "a length that points past the end";
      case BAD_TEXT -> "a name that is no text, or would garble a line";
      case BAD_EXTENSION -> "an extension of a wrong length or content";
      case MISSING_NONCE -> "it asks, and gives nothing to answer to";
      case UNSIGNED -> "not signed, and there is a key here";
      case UNKNOWN_KEY -> "signed, and the key is not known here";
      case BAD_SIGNATURE -> "signed by one who does not have the key";
      case ZRE_V1, ZRE_V3, FOREIGN -> "another protocol";
    };
  }

  /** Whether this text, in whatever letters, is part of what is shown. */
  public boolean mentions(String text) {
    String shown =
        (kind.shown() + " " + where() + " " + nic + " " + text()).toLowerCase(Locale.ROOT);
    return shown.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Where it came from. */
  public String where() {
    String address = Addresses.zonedText(from.getAddress());
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + from.getPort();
  }

  /** For a line of a terminal, without the time. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%-8s  %-21s  %-8s  %s",
        kind.shown(),
        where(),
        nic.isEmpty() ? "-" : Shown.line(nic),
        Shown.line(text));
  }

  /** How many bytes it has. */
  public int length() {
    return bytes.length() / 2;
  }

  /** The bytes, sixteen to a line, with the letters that are some. */
  public String hex() {
    byte[] all = HEX.parseHex(bytes);
    StringBuilder lines = new StringBuilder();
    for (int at = 0; at < all.length; at += HEX_LINE) {
      int end = Math.min(all.length, at + HEX_LINE);
      StringBuilder letters = new StringBuilder();
      for (int i = at; i < end; i++) {
        letters.append(all[i] >= 0x20 && all[i] < 0x7F ? (char) all[i] : '.');
      }
      String numbers = HEX.withDelimiter(" ").formatHex(all, at, end);
      lines.append(String.format(Locale.ROOT, "    %04x  %-47s  %s%n", at, numbers, letters));
    }
    return lines.toString();
  }

  /** As a JSON object; more fields may be added. */
  public String json(boolean withBytes) {
    Map<String, Object> line =
        Json.object("at", at, "from", where(), "interface", nic, "kind", kind.shown());
    if (decoded instanceof Beacon beacon) {
      line.putAll(
          Json.object(
              "id", beacon.id().toBase64(),
              "short", beacon.id().toShortString(),
              "name", beacon.name(),
              "service", beacon.service(),
              "incarnation", beacon.incarnation(),
              "sequence", beacon.sequence(),
              "tcpPort", beacon.tcpPort(),
              "udpPort", beacon.udpPort(),
              "nextMs", beacon.nextMs(),
              "cluster", HEX.toHexDigits(beacon.cluster()),
              "overlay", beacon.isOverlay(),
              "doubts", beacon.doubt().map(it -> it.id().toBase64()),
              "addresses", addresses(beacon)));
      if (!beacon.detail().isEmpty()) {
        line.put("detail", beacon.detail());
      }
    } else {
      line.put("reject", decoded);
    }
    line.put("length", length());
    line.put("text", text);
    if (withBytes) {
      line.put("bytes", bytes);
    }
    return Json.write(line);
  }
}
