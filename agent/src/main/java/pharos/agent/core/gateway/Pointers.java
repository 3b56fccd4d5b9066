package pharos.agent.core.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import pharos.beacon.NodeId;
import pharos.kademlia.Arbiters;
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

  private static final int MAX_ENDPOINTS = 4;

  /** So many places of one gateway are believed. */
  private static final int MAX_PLACES = 3;

  /** Pointers last half an hour, and the clocks of hosts may differ by so much more. */
  static final long LONGEST_MS = 60 * 60_000;

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

  /**
   * The gateways that a looked up pointer names, as several told it: what most of them did comes
   * first, then what expires last. One gateway may be in several places: who names a true one in a
   * false place does not hide the true one.
   */
  static List<Target> targets(List<Contact> told, long nowMs) {
    Map<Target, Integer> votes = new LinkedHashMap<>();
    Map<Target, Long> times = new HashMap<>();
    for (Contact pointer : told) {
      Set<Target> once = new HashSet<>();
      Arbiters.elements(pointer.data())
          .forEach(
              (element, timeMs) -> {
                Optional<Target> named = target(element);
                if (named.isPresent() && timeMs > nowMs && timeMs - nowMs <= LONGEST_MS) {
                  votes.merge(named.get(), once.add(named.get()) ? 1 : 0, Integer::sum);
                  times.merge(named.get(), timeMs, Math::max);
                }
              });
    }
    Comparator<Target> byVotes = Comparator.comparingInt(target -> -votes.getOrDefault(target, 0));
    Map<NodeId, Integer> places = new HashMap<>();
    return votes.keySet().stream()
        .sorted(byVotes.thenComparing(target -> -times.getOrDefault(target, 0L)))
        .filter(target -> places.merge(target.gateway(), 1, Integer::sum) <= MAX_PLACES)
        .toList();
  }

  /** An element is a gateway's id and its endpoints, each behind a space. */
  private static Optional<Target> target(String element) {
    List<String> words = List.of(element.split(" ", -1));
    List<String> endpoints = words.subList(1, words.size());
    if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
      return Optional.empty();
    }
    for (String endpoint : endpoints) {
      if (endpoint.isEmpty()
          || endpoint.length() > Contact.MAX_ENDPOINT_LENGTH
          || endpoint.indexOf('\\') >= 0) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(new Target(NodeId.ofBase64(words.get(0)), endpoints));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * What a LAN is found by, at most so much: each address gives one after the other in turn, ids
   * and names first, so that one with many peers or offers leaves room for the others.
   */
  static Set<ContactId> of(Lan lan, int most) {
    Map<String, Set<ContactId>> byAddress = new TreeMap<>();
    lan.peers()
        .forEach(
            peer -> {
              Set<ContactId> its =
                  byAddress.computeIfAbsent(Endpoints.at(peer), at -> new LinkedHashSet<>());
              id(new Subject.Holder(ContactId.of(peer.id().toBytes()))).ifPresent(its::add);
              if (!peer.name().isEmpty()) {
                id(new Subject.Holder(ContactId.ofText(peer.name()))).ifPresent(its::add);
              }
            });
    lan.peers()
        .forEach(
            peer -> {
              Set<ContactId> its =
                  byAddress.computeIfAbsent(Endpoints.at(peer), at -> new LinkedHashSet<>());
              lan.services(peer.id()).stream()
                  .sorted()
                  .forEach(name -> id(new Subject.Service(name)).ifPresent(its::add));
            });
    return inTurn(byAddress.values(), most);
  }

  private static Set<ContactId> inTurn(Collection<Set<ContactId>> each, int most) {
    Set<ContactId> ids = new LinkedHashSet<>();
    Deque<Iterator<ContactId>> left = new ArrayDeque<>();
    each.forEach(its -> left.add(its.iterator()));
    while (ids.size() < most && !left.isEmpty()) {
      Iterator<ContactId> its = left.remove();
      if (its.hasNext()) {
        ids.add(its.next());
        left.add(its);
      }
    }
    return ids;
  }
}
