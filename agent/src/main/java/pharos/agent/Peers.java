package pharos.agent;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import pharos.agent.core.Bounded;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.beacon.NodeId;

/**
 * Turns the news of the loop into what applications see. A snapshot costs one walk over all peers,
 * and makes anew only what changed. For one thread, the loop's; what it returns is for any.
 */
final class Peers {
  /** Of how many documents the offers are kept; a crowd of replicas has one. */
  private static final int DOCUMENTS = 1_024;

  private long anchorNs;
  private Instant anchor;
  private final Function<PeerInfo, PeerSource> sources;
  private final Map<NodeId, Entry> entries = new HashMap<>();
  private List<Entry> sorted = List.of();
  private long turn;

  private final Map<Document, List<Offer>> offers = Bounded.byUse(DOCUMENTS);

  private static final class Entry implements Comparable<Entry> {
    private PeerInfo info;
    private Peer peer;
    private long seen;

    Entry(PeerInfo info, Peer peer) {
      this.info = info;
      this.peer = peer;
    }

    @Override
    public int compareTo(Entry other) {
      return peer.compareTo(other.peer);
    }
  }

  /**
   * @param anchorNs a time of the core, and
   * @param anchor the same moment as a date
   * @param sources how somebody was found
   */
  Peers(long anchorNs, Instant anchor, Function<PeerInfo, PeerSource> sources) {
    this.anchorNs = anchorNs;
    this.anchor = anchor;
    this.sources = sources;
  }

  /** The same, anew: the two clocks part when this machine sleeps. */
  void anchor(long ns, Instant moment) {
    anchorNs = ns;
    anchor = moment;
  }

  /** Everybody as they are now, and nobody who only came back; the lists are in any order. */
  Snapshot snapshot(PeerInfo self, List<PeerInfo> peers, List<PeerInfo> heardOnly) {
    return snapshot(self, peers, List.of(), heardOnly);
  }

  /**
   * The same; of {@code withheld} nobody is told yet that they are back, and they count as members
   * alone. Each id is there once.
   */
  Snapshot snapshot(
      PeerInfo self, List<PeerInfo> peers, List<PeerInfo> withheld, List<PeerInfo> heardOnly) {
    turn++;
    List<Entry> arrived = new ArrayList<>();
    see(peers, arrived);
    see(withheld, arrived);
    if (!arrived.isEmpty() || entries.size() != peers.size() + withheld.size()) {
      arrived.sort(null);
      sorted = merged(arrived);
    }
    Peer[] all = new Peer[sorted.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = sorted.get(i).peer;
    }
    List<Peer> mute = new ArrayList<>();
    heardOnly.forEach(info -> mute.add(peer(info, PeerState.HEARD_ONLY)));
    withheld.forEach(info -> mute.add(peer(info, PeerState.HEARD_ONLY)));
    mute.sort(null);
    Set<NodeId> hidden = withheld.stream().map(PeerInfo::id).collect(Collectors.toSet());
    Peer[] shown = all;
    if (!hidden.isEmpty()) {
      shown = Arrays.stream(all).filter(peer -> !hidden.contains(peer.id())).toArray(Peer[]::new);
    }
    return Snapshot.ofSorted(peer(self, PeerState.ALIVE), shown, mute.toArray(Peer[]::new), all);
  }

  private void see(List<PeerInfo> peers, List<Entry> arrived) {
    for (PeerInfo info : peers) {
      Entry entry = entries.get(info.id());
      if (entry == null) {
        entry = new Entry(info, peer(info));
        entries.put(info.id(), entry);
        arrived.add(entry);
      } else {
        renew(entry, info);
      }
      entry.seen = turn;
    }
  }

  private void renew(Entry entry, PeerInfo info) {
    if (differOnlyInTime(entry.info, info)) {
      if (entry.info.heardNs() != info.heardNs()) {
        entry.peer = entry.peer.heardAt(instant(info.heardNs()));
      }
    } else {
      entry.peer = peer(info);
    }
    entry.info = info;
  }

  /** Those who are still there, and the new ones, all by id. */
  private List<Entry> merged(List<Entry> arrived) {
    List<Entry> merged = new ArrayList<>(sorted.size() + arrived.size());
    int next = 0;
    for (Entry entry : sorted) {
      if (entry.seen != turn) {
        entries.remove(entry.info.id());
        continue;
      }
      while (next < arrived.size() && arrived.get(next).compareTo(entry) < 0) {
        merged.add(arrived.get(next++));
      }
      merged.add(entry);
    }
    merged.addAll(arrived.subList(next, arrived.size()));
    return merged;
  }

  private static boolean differOnlyInTime(PeerInfo one, PeerInfo other) {
    return one.incarnation() == other.incarnation()
        && one.state() == other.state()
        && one.hearing().equals(other.hearing())
        && one.tcpPort() == other.tcpPort()
        && one.document().equals(other.document())
        && one.name().equals(other.name())
        && one.service().equals(other.service())
        && (one.addresses() == other.addresses() || one.addresses().equals(other.addresses()));
  }

  /** The news as an application is told it. */
  PeerEvent event(Change change) {
    // What happened has one name inside and outside.
    PeerEvent.Kind kind = PeerEvent.Kind.valueOf(change.kind().name());
    Optional<GoneReason> reason = change.reason().map(it -> GoneReason.valueOf(it.name()));
    Peer peer =
        kind == PeerEvent.Kind.GONE ? peer(change.peer(), PeerState.GONE) : peer(change.peer());
    return new PeerEvent(kind, peer, reason, change.detail());
  }

  /** One that a gateway told of, or that we have just heard ourselves and told of. */
  static Peer told(RemotePeer told, NodeId self, Instant now) {
    // When it arrived over there nobody told; it began when its incarnation says.
    Instant since = Instant.ofEpochMilli(told.incarnation());
    return told.gateway().equals(self)
        ? remote(told, PeerSource.BEACON, "", since, now)
        : remote(told, since, now);
  }

  /** One that a gateway told of. */
  static Peer remote(RemotePeer remote, Instant since, Instant now) {
    return remote(remote, PeerSource.GATEWAY, remote.site(), since, now);
  }

  private static Peer remote(
      RemotePeer remote, PeerSource source, String site, Instant since, Instant now) {
    List<InetAddress> addresses = new ArrayList<>(remote.addresses());
    // Its gateway may well reach it at a link-local address, which has no meaning anywhere else.
    addresses.sort(Comparator.comparing(InetAddress::isLinkLocalAddress));
    return new Peer(
        remote.id(),
        remote.incarnation(),
        remote.name(),
        remote.service(),
        addresses,
        remote.tcpPort(),
        Capability.at(addresses, WireCodec.readOffers(remote.document())),
        remote.state() == State.SUSPECT ? PeerState.SUSPECT : PeerState.ALIVE,
        Hearing.WELL,
        source,
        since,
        now.minusMillis(remote.ageMs()),
        site);
  }

  private Peer peer(PeerInfo info) {
    return peer(info, state(info));
  }

  private static PeerState state(PeerInfo info) {
    if (info.state() != State.SUSPECT) {
      return PeerState.ALIVE;
    }
    return info.hearing().isHeardByOthers() ? PeerState.UNREACHABLE_FROM_HERE : PeerState.SUSPECT;
  }

  private Peer peer(PeerInfo info, PeerState state) {
    List<Offer> offered = offers.computeIfAbsent(info.document(), WireCodec::readOffers);
    return new Peer(
        info.id(),
        info.incarnation(),
        info.name(),
        info.service(),
        info.addresses(),
        info.tcpPort(),
        Capability.at(info.addresses(), offered),
        state,
        info.hearing(),
        sources.apply(info),
        since(info),
        instant(info.heardNs()),
        "");
  }

  /** What was told once stays, whatever the clocks do. */
  private Instant since(PeerInfo info) {
    Entry known = entries.get(info.id());
    return known != null && known.info.incarnation() == info.incarnation()
        ? known.peer.since()
        : instant(info.sinceNs());
  }

  private Instant instant(long ns) {
    return anchor.plusNanos(ns - anchorNs);
  }
}
