package pharos.daemon.doctor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import pharos.beacon.Addresses;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Decoded;
import pharos.beacon.NodeId;
import pharos.beacon.Reject;

/** Counts what is heard. Each table has its bound; what comes beyond it is not told apart. */
public final class Air {
  static final int MAX_VOICES = 2_000;
  static final int MAX_SOURCES = 1_000;
  private static final int MAX_NONCES = 4_096;

  private final NodeId self;
  private final Predicate<InetAddress> isOwn;
  private final BeaconCodec codec = new BeaconCodec();
  private final Map<Key, Voice> voices = new LinkedHashMap<>();
  private final Map<InetAddress, Count> sources = new LinkedHashMap<>();
  private final Map<NodeId, Turns> turns = new LinkedHashMap<>();
  private final Map<InetAddress, Integer> heardBack = new HashMap<>();
  private final Set<Long> broadcastNonces = new HashSet<>();
  private final Map<Long, InetAddress> probes = new HashMap<>();
  private final Map<InetAddress, Integer> echoes = new HashMap<>();

  private record Key(NodeId id, InetAddress address) {}

  /** One run of an agent: a second host with its id has other ports or another start. */
  private record Run(long incarnation, int udpPort, int tcpPort) {}

  private static final class Voice {
    Beacon last;
    String name = "";
    int broadcasts;
    int echoes;

    Voice(Beacon first) {
      last = first;
    }
  }

  private static final class Count {
    int datagrams;
    String kind = "Pharos";
    final Set<NodeId> ids = new HashSet<>();
  }

  /** Who spoke under one id, one after the other. */
  private static final class Turns {
    final Map<Run, InetAddress> runs = new LinkedHashMap<>();
    Run last;
    boolean isClone;

    Turns(Run first) {
      last = first;
    }
  }

  /**
   * Nothing heard yet.
   *
   * @param self whose beacons are ours
   * @param isOwn whether an address is one of this host
   */
  public Air(NodeId self, Predicate<InetAddress> isOwn) {
    this.self = self;
    this.isOwn = isOwn;
  }

  /** This will be broadcast. */
  public void onBroadcast(long nonce) {
    if (broadcastNonces.size() < MAX_NONCES) {
      broadcastNonces.add(nonce);
    }
  }

  /** This will be sent to one address. */
  public void onProbe(long nonce, InetAddress to) {
    if (probes.size() < MAX_NONCES) {
      probes.put(nonce, to);
    }
  }

  /**
   * A datagram arrived.
   *
   * @param isShared whether at everybody's port
   */
  public void onDatagram(ByteBuffer bytes, InetSocketAddress from, boolean isShared) {
    Decoded decoded = codec.decode(bytes);
    InetAddress address = from.getAddress();
    if (decoded instanceof Beacon beacon && beacon.id().equals(self)) {
      if (isShared && broadcastNonces.contains(beacon.nonce())) {
        heardBack.merge(address, 1, Integer::sum);
      }
      return;
    }
    Count count = sources.get(address);
    if (count == null && sources.size() < MAX_SOURCES) {
      count = new Count();
      sources.put(address, count);
    }
    if (count != null) {
      count.datagrams++;
    }
    if (decoded instanceof Beacon beacon) {
      onBeacon(beacon, address, isShared);
      if (count != null && count.ids.size() < MAX_VOICES) {
        count.ids.add(beacon.id());
      }
    } else if (count != null && decoded instanceof Reject reject) {
      count.kind = kind(reject);
    }
  }

  private static String kind(Reject reject) {
    return switch (reject) {
      case ZRE_V1, ZRE_V3 -> "ZRE";
      case FOREIGN -> "another program";
      case UNKNOWN_VERSION -> "a Pharos of another version";
      default -> "a Pharos that makes no sense here (" + reject + ")";
    };
  }

  private void onBeacon(Beacon beacon, InetAddress address, boolean isShared) {
    Key key = new Key(beacon.id(), address);
    Voice voice = voices.get(key);
    if (voice == null) {
      if (voices.size() >= MAX_VOICES) {
        return;
      }
      voice = new Voice(beacon);
      voices.put(key, voice);
    }
    voice.last = beacon;
    voice.name = beacon.name().isEmpty() ? voice.name : beacon.name();
    voice.broadcasts += isShared ? 1 : 0;
    if (broadcastNonces.contains(beacon.echo())) {
      voice.echoes++;
    } else if (address.equals(probes.get(beacon.echo()))) {
      echoes.merge(address, 1, Integer::sum);
      probes.remove(beacon.echo());
    }
    follow(beacon, address);
  }

  /** One that starts anew is another run too, but the former one never speaks again. */
  private void follow(Beacon beacon, InetAddress address) {
    Run run = new Run(beacon.incarnation(), beacon.udpPort(), beacon.tcpPort());
    Turns it = turns.computeIfAbsent(beacon.id(), id -> new Turns(run));
    if (!it.last.equals(run) && it.runs.containsKey(run)) {
      it.isClone = true;
    }
    if (it.runs.size() < 8 || it.runs.containsKey(run)) {
      it.runs.put(run, address);
    }
    it.last = run;
  }

  /** How many of our broadcasts from this address came back. */
  public int heardBack(InetAddress address) {
    return heardBack.getOrDefault(address, 0);
  }

  /** How many of the probes that were sent there it answered. */
  public int echoes(InetAddress address) {
    return echoes.getOrDefault(address, 0);
  }

  /** Who was heard. */
  public List<Facts.Heard> heard() {
    List<Facts.Heard> all = new ArrayList<>();
    voices.forEach(
        (key, voice) -> {
          if (!voice.last.isLeaving()) {
            all.add(heard(key, voice));
          }
        });
    return all;
  }

  private Facts.Heard heard(Key key, Voice voice) {
    Beacon it = voice.last;
    return new Facts.Heard(
        key.id(),
        voice.name,
        it.incarnation(),
        it.cluster(),
        it.tcpPort(),
        it.udpPort(),
        it.nextMs(),
        key.address(),
        voice.broadcasts,
        voice.echoes,
        isOwn.test(key.address()),
        it.isOverlay());
  }

  /** How much came from where. */
  public List<Facts.Source> sources() {
    return sources.entrySet().stream()
        .map(
            it ->
                new Facts.Source(
                    it.getKey(),
                    it.getValue().datagrams,
                    it.getValue().ids.size(),
                    it.getValue().kind))
        .toList();
  }

  /** The ids that two run at once. */
  public List<Facts.Clone> clones() {
    List<Facts.Clone> clones = new ArrayList<>();
    turns.forEach(
        (id, it) -> {
          if (it.isClone) {
            clones.add(
                new Facts.Clone(
                    id,
                    it.runs.entrySet().stream()
                        .map(run -> place(run.getKey(), run.getValue()))
                        .toList()));
          }
        });
    return clones;
  }

  private static String place(Run run, InetAddress address) {
    return Addresses.text(address) + " (TCP port " + run.tcpPort() + ")";
  }
}
