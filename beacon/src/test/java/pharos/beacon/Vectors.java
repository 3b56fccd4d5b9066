package pharos.beacon;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The golden vectors; the head of the file explains its columns. */
final class Vectors {
  static final String RESOURCE = "/vectors/beacon-v1.txt";
  static final HexFormat HEX = HexFormat.of();

  /** The receiver is its keys as the reference reads them: "-" or ID:SECRET,ID:SECRET. */
  record Vector(String verdict, String receiver, String hex, String fields, String meaning) {
    boolean isBeacon() {
      return isKept() || verdict.equals("ok");
    }

    /** Whether encoding what was decoded gives the same bytes. */
    boolean isKept() {
      return verdict.equals("same");
    }

    BeaconCodec codec() {
      return new BeaconCodec(keys().toArray(BeaconKey[]::new));
    }

    byte[] datagram() {
      return HEX.parseHex(hex);
    }

    List<BeaconKey> keys() {
      if (receiver.equals("-")) {
        return List.of();
      }
      return Arrays.stream(receiver.split(",", -1)).map(Vectors::key).toList();
    }
  }

  private Vectors() {}

  static List<Vector> all() {
    Map<String, String> keys = new HashMap<>(Map.of("-", "-"));
    List<Vector> vectors = new ArrayList<>();
    for (String line : text().lines().toList()) {
      String[] columns = line.split(" \\| ", -1);
      if (line.startsWith("key ")) {
        keys.put(columns[0].substring(4), columns[1] + ":" + columns[2]);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        vectors.add(
            new Vector(columns[0], receiver(columns[1], keys), columns[2], columns[3], columns[4]));
      }
    }
    return vectors;
  }

  static String text() {
    try (InputStream file = Vectors.class.getResourceAsStream(RESOURCE)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** "ok" or the reason, as the reference implementation tells it. */
  static String verdict(Decoded decoded) {
    return decoded instanceof Reject reject ? reject.name() : "ok";
  }

  static String fields(Decoded decoded) {
    return decoded instanceof Beacon beacon ? fields(beacon) : "";
  }

  private static String fields(Beacon beacon) {
    List<String> flags = new ArrayList<>();
    if (beacon.isLeaving()) {
      flags.add("LEAVING");
    }
    if (beacon.isSolicit()) {
      flags.add("SOLICIT");
    }
    if (beacon.isOverlay()) {
      flags.add("OVERLAY");
    }
    if (beacon.isWitness()) {
      flags.add("WITNESS");
    }
    if (beacon.isDirect()) {
      flags.add("DIRECT");
    }
    if (beacon.isUnheard()) {
      flags.add("UNHEARD");
    }
    return String.join(
        " ",
        "flags=" + orDash(String.join("+", flags)),
        "next=" + beacon.nextMs(),
        "tcp=" + beacon.tcpPort(),
        "udp=" + beacon.udpPort(),
        "cluster=" + HEX.toHexDigits(beacon.cluster()),
        "id=" + HEX.formatHex(beacon.id().toBytes()),
        "incarnation=" + beacon.incarnation(),
        "sequence=" + beacon.sequence(),
        "digest=" + HEX.toHexDigits(beacon.digest()),
        "name=" + escaped(beacon.name()),
        "service=" + escaped(beacon.service()),
        "nonce=" + (beacon.nonce() == 0 ? "-" : HEX.toHexDigits(beacon.nonce())),
        "echo=" + (beacon.echo() == 0 ? "-" : HEX.toHexDigits(beacon.echo())),
        "doubt=" + beacon.doubt().map(Vectors::doubt).orElse("-"),
        "addresses=" + orDash(addresses(beacon.addresses())),
        "goodbye=" + (beacon.goodbye() == 0 ? "-" : HEX.toHexDigits(beacon.goodbye())),
        "vouch=" + orDash(addresses(beacon.vouch().stream().toList())),
        "detail=" + orDash(escaped(beacon.detail())),
        "subjects=" + orDash(joined(beacon.subjects(), Vectors::subject)),
        "accounts=" + orDash(joined(beacon.accounts(), it -> it.agoMs() + "/" + it.sequence())),
        "hears=" + (beacon.known() == 0 ? "-" : beacon.heard() + "/" + beacon.known()),
        "losses="
            + orDash(joined(beacon.losses(), it -> HEX.toHexDigits(it.id()) + "/" + it.percent())));
  }

  private static <T> String joined(List<T> list, Function<T, String> text) {
    return list.stream().map(text).collect(Collectors.joining(","));
  }

  private static String subject(Subject subject) {
    return HEX.toHexDigits(subject.id()) + "/" + subject.incarnation();
  }

  private static String doubt(Doubt doubt) {
    return HEX.formatHex(doubt.id().toBytes()) + "/" + doubt.incarnation();
  }

  private static String addresses(List<InetAddress> addresses) {
    return joined(addresses, address -> HEX.formatHex(address.getAddress()));
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace(" ", "%20").replace("|", "%7C");
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String receiver(String names, Map<String, String> keys) {
    return Arrays.stream(names.split(",", -1))
        .map(name -> Objects.requireNonNull(keys.get(name), name))
        .collect(Collectors.joining(","));
  }

  private static BeaconKey key(String text) {
    String[] parts = text.split(":", -1);
    return new BeaconKey(HexFormat.fromHexDigits(parts[0]), HEX.parseHex(parts[1]));
  }
}
