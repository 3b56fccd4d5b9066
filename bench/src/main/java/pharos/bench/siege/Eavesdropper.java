package pharos.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.NodeId;
import pharos.testkit.stranger.Datagrams;

/**
 * Hears what agents broadcast, as anybody on the network can, and remembers the last beacon of each
 * and its bytes, of the last {@value #MAX} ids. What the enemy made up himself is marked by its
 * interval, so that he does not believe it. Hears on a thread of its own; any thread may ask.
 */
final class Eavesdropper implements AutoCloseable {
  /** Beacons with this interval are the enemy's own; an honest one has it now and then. */
  static final int FORGED_MS = 777;

  private static final int MAX = 1_000;
  private static final Duration TICK = Duration.ofMillis(200);

  private final Datagrams datagrams;
  private final Map<NodeId, Heard> heard =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<NodeId, Heard> eldest) {
              return size() > MAX;
            }
          });
  private volatile boolean isClosed;

  /** The last that somebody said. */
  record Heard(Beacon beacon, InetAddress from) {}

  Eavesdropper() throws IOException {
    datagrams = Datagrams.everybody(Field.BEACON_PORT);
    Thread thread = new Thread(this::run, "eavesdropper");
    thread.setDaemon(true);
    thread.start();
  }

  /** All who were heard, also those who are gone by now. */
  List<Heard> all() {
    synchronized (heard) {
      return new ArrayList<>(heard.values());
    }
  }

  /** Those of them who are agents under siege. */
  List<Heard> agents(Field field) {
    return all().stream().filter(it -> field.agents().contains(it.from())).toList();
  }

  private void run() {
    BeaconCodec codec = new BeaconCodec();
    while (!isClosed) {
      try {
        datagrams
            .hear(TICK)
            .ifPresent(
                it -> {
                  if (codec.decode(ByteBuffer.wrap(it.bytes())) instanceof Beacon beacon
                      && beacon.nextMs() != FORGED_MS) {
                    heard.put(beacon.id(), new Heard(beacon, it.from().getAddress()));
                  }
                });
      } catch (IOException e) {
        // The next one; closed means the end.
      }
    }
  }

  @Override
  public void close() {
    isClosed = true;
    datagrams.close();
  }
}
