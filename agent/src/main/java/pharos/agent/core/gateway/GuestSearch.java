package pharos.agent.core.gateway;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.kademlia.ContactCache;
import pharos.kademlia.ContactId;

/** Finds and browses by way of a gateway of the LAN, and adds who is on the LAN itself. */
final class GuestSearch {
  private final Here here;
  private final LanGateways gateways;
  private final ContactCache hints;

  /** So much is taken of what gateways tell to one call. */
  private final long mostBytes;

  GuestSearch(Here here, LanGateways gateways, ContactCache hints, long mostBytes) {
    this.here = here;
    this.gateways = gateways;
    this.hints = hints;
    this.mostBytes = mostBytes;
  }

  /** An id is unique, so one of our own LAN is all there is; of a name others may have it too. */
  void find(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    List<RemotePeer> onLan = here.about(new Subject.Holder(id));
    boolean isById = onLan.stream().anyMatch(it -> ContactId.of(it.id().toBytes()).equals(id));
    if (isById) {
      // sometimes: a guest finds an id on its own network
      then.accept(found(onLan));
      return;
    }
    gateways.send(
        new Question.Find(id),
        null,
        deadlineNs,
        (by, reply) -> {
          Reply.Ended ended = LanGateways.ended(reply);
          boolean isFound = ended.status() == Reply.Status.FOUND;
          Reply.Ended told = isFound ? with(onLan, ended) : onLan.isEmpty() ? ended : found(onLan);
          then.accept(withHint(id, told));
        });
  }

  /** What is on our own LAN we know best ourselves. */
  private static Reply.Ended with(List<RemotePeer> onLan, Reply.Ended ended) {
    NavigableMap<NodeId, RemotePeer> peers = new TreeMap<>();
    ended.peers().forEach(peer -> peers.put(peer.id(), peer));
    onLan.forEach(peer -> peers.put(peer.id(), peer));
    return new Reply.Ended(
        ended.status(), ended.contact(), ended.ageMs(), List.copyOf(peers.values()), ended.path());
  }

  /** What our own application knows of it counts for more than what others tell. */
  private Reply.Ended withHint(ContactId id, Reply.Ended ended) {
    ContactCache.Cached hint = hints.get(id, here.nowNs());
    return hint == null
        ? ended
        : new Reply.Ended(
            Reply.Status.FOUND,
            Optional.of(hint.contact()),
            (here.nowNs() - hint.seenNs()) / 1_000_000,
            ended.peers(),
            List.of("found before"));
  }

  private static Reply.Ended found(List<RemotePeer> onLan) {
    return new Reply.Ended(Reply.Status.FOUND, Optional.empty(), 0, onLan, List.of("on this LAN"));
  }

  void browse(String service, long deadlineNs, Consumer<Reply.Ended> then) {
    browsePages(service, null, null, new TreeMap<>(), mostBytes, deadlineNs, then);
  }

  /** All pages from one gateway, as long as it answers. */
  private void browsePages(
      String service,
      @Nullable NodeId after,
      @Nullable NodeId gateway,
      NavigableMap<NodeId, RemotePeer> found,
      long mayTell,
      long deadlineNs,
      Consumer<Reply.Ended> then) {
    gateways.send(
        new Question.Browse(service, Optional.ofNullable(after)),
        gateway,
        deadlineNs,
        (by, reply) -> {
          List<RemotePeer> onLan = here.about(new Subject.Service(service));
          if (reply instanceof Reply.Page page) {
            long left = mayTell;
            for (RemotePeer peer : page.peers()) {
              left -= peer.sizeBytes();
              if (left >= 0) {
                found.put(peer.id(), peer);
              }
            }
            if (page.hasMore() && goesOn(found, after) && left >= 0) {
              browsePages(service, found.lastKey(), by, found, left, deadlineNs, then);
              return;
            }
          }
          onLan.forEach(peer -> found.put(peer.id(), peer));
          then.accept(
              found.isEmpty() && !(reply instanceof Reply.Page)
                  ? LanGateways.ended(reply)
                  : browsed(List.copyOf(found.values())));
        });
  }

  /** Whether a page brought us further: one that does not would be asked for without end. */
  private static boolean goesOn(NavigableMap<NodeId, RemotePeer> found, @Nullable NodeId after) {
    return !found.isEmpty() && (after == null || found.lastKey().compareTo(after) > 0);
  }

  private static Reply.Ended browsed(List<RemotePeer> peers) {
    Reply.Status status = peers.isEmpty() ? Reply.Status.NOT_FOUND : Reply.Status.FOUND;
    return new Reply.Ended(status, Optional.empty(), 0, peers, List.of());
  }
}
