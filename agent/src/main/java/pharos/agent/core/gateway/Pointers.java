package pharos.agent.core.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/**
 * How gateways make their LANs findable: under a contact id made of the subject, each puts itself
 * into a set that expires by and by. Whoever looks the subject up then asks these gateways, which
 * answer from what is there now: a pointer that is out of date costs a question, and never gives a
 * wrong answer. So no gateway withdraws what another put there.
 */
final class Pointers {
  /** Ids that begin so are ours; nobody registers or finds them otherwise. */
  private static final byte[] RESERVED = "pharos:".getBytes(StandardCharsets.US_ASCII);

  private static final String HOLDER = "pharos:holder:";
  private static final String SERVICE = "pharos:service:";

  /** An element is a gateway's id and its endpoints, with the time when it expires. */
  private static final Pattern ELEMENT =
      Pattern.compile("\"([A-Za-z0-9+/=]{28})((?: [^\" \\\\]{1,256}){1,4})\":(\\d{1,18})");

  private static final int MAX_ENDPOINTS = 4;

  private Pointers() {}

  /** A gateway, as a pointer names it. */
  record Target(NodeId gateway, List<String> endpoints) {}

  static boolean isReserved(ContactId id) {
    byte[] bytes = id.toBytes();
    return bytes.length >= RESERVED.length
        && Arrays.equals(bytes, 0, RESERVED.length, RESERVED, 0, RESERVED.length);
  }

  /** Where a subject is looked up; nowhere when it is too long. */
  static Optional<ContactId> id(Subject subject) {
    if (subject instanceof Subject.Holder holder) {
      return id(HOLDER, holder.id().toBytes());
    } else if (subject instanceof Subject.Service service) {
      return id(SERVICE, service.name().getBytes(StandardCharsets.UTF_8));
    }
    throw new AssertionError(subject);
  }

  private static Optional<ContactId> id(String prefix, byte[] subject) {
    byte[] first = prefix.getBytes(StandardCharsets.US_ASCII);
    if (first.length + subject.length > ContactId.MAX_LENGTH) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOf(first, first.length + subject.length);
    System.arraycopy(subject, 0, bytes, first.length, subject.length);
    return Optional.of(ContactId.of(bytes));
  }

  /** The contact that says: this gateway knows, until then. */
  static Contact contact(ContactId id, NodeId gateway, List<String> endpoints, long expiresMs) {
    List<String> some = endpoints.subList(0, Math.min(MAX_ENDPOINTS, endpoints.size()));
    String element = gateway.toBase64() + " " + String.join(" ", some);
    return Contact.of(id).withData(ContactData.ofText("{\"" + element + "\":" + expiresMs + "}"));
  }

  /** The gateways that a looked up pointer names, each once, with what was said last. */
  static List<Target> targets(Contact pointer, long nowMs) {
    Map<NodeId, Target> targets = new LinkedHashMap<>();
    Map<NodeId, Long> times = new LinkedHashMap<>();
    Matcher matcher = ELEMENT.matcher(pointer.data().toString());
    while (matcher.find()) {
      long timeMs = Long.parseLong(matcher.group(3));
      Optional<NodeId> gateway = gateway(matcher.group(1));
      if (gateway.isEmpty() || timeMs <= nowMs) {
        continue;
      }
      Long before = times.put(gateway.get(), timeMs);
      if (before == null || before <= timeMs) {
        List<String> endpoints = List.of(matcher.group(2).strip().split(" ", -1));
        targets.put(gateway.get(), new Target(gateway.get(), endpoints));
      } else {
        times.put(gateway.get(), before);
      }
    }
    return new ArrayList<>(targets.values());
  }

  private static Optional<NodeId> gateway(String base64) {
    try {
      return Optional.of(NodeId.ofBase64(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** All that a LAN is found by. */
  static Set<ContactId> of(Lan lan) {
    Set<ContactId> ids = new LinkedHashSet<>();
    lan.peers()
        .forEach(
            peer -> {
              id(new Subject.Holder(ContactId.of(peer.id().toBytes()))).ifPresent(ids::add);
              if (!peer.name().isEmpty()) {
                id(new Subject.Holder(ContactId.ofText(peer.name()))).ifPresent(ids::add);
              }
            });
    lan.services().forEach(name -> id(new Subject.Service(name)).ifPresent(ids::add));
    return ids;
  }
}
