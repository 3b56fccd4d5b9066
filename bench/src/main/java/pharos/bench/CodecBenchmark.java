package pharos.bench;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.BeaconKey;
import pharos.beacon.BeaconView;
import pharos.beacon.Decoded;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;

/**
 * The codec as the agent uses it: one thread, direct buffers, many senders in turn, so that neither
 * the branch predictor nor the nearest cache knows what comes next.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int SENDERS = 1_024;
  private static final int TABLE = 4 * SENDERS;

  /** What the datagrams have in them. */
  public enum Kind {
    /** What is sent every interval: a name and a service of plain letters. */
    ANNOUNCE,
    /** The same, with a name in another script. */
    UMLAUT,
    /** A nonce, a doubt and two addresses more. */
    FULL,
    /** An announcement with a signature. */
    SIGNED
  }

  /** Each kind is measured apart. */
  @Param public Kind kind = Kind.ANNOUNCE;

  private final BeaconView view = new BeaconView();
  private final ByteBuffer target = ByteBuffer.allocateDirect(BeaconCodec.MAX_LENGTH);
  private final Beacon[] beacons = new Beacon[SENDERS];
  private final ByteBuffer[] datagrams = new ByteBuffer[SENDERS];
  private final Peer[] table = new Peer[TABLE];
  private BeaconCodec codec = new BeaconCodec();
  private int next;

  /** Fills the senders' datagrams and the table of those known. */
  @Setup
  public void setUp() throws UnknownHostException {
    RandomGenerator random = RandomGenerator.of("SplittableRandom");
    byte[] secret = "the secret of this benchmark".getBytes(StandardCharsets.US_ASCII);
    codec = kind == Kind.SIGNED ? new BeaconCodec(new BeaconKey(1, secret)) : new BeaconCodec();
    for (int i = 0; i < SENDERS; i++) {
      beacons[i] = beacon(i, random);
      datagrams[i] = ByteBuffer.allocateDirect(BeaconCodec.MAX_LENGTH);
      codec.encode(beacons[i], datagrams[i]);
      datagrams[i].flip();
      remember(new Peer(beacons[i].id(), beacons[i].incarnation()));
    }
  }

  /** Writes a beacon into a buffer that is there already. */
  @Benchmark
  public int encode() {
    target.clear();
    codec.encode(beacons[advance()], target);
    return target.position();
  }

  /** Reads a datagram into a beacon with all its texts. */
  @Benchmark
  public Decoded decode() {
    return codec.decode(datagrams[advance()]);
  }

  /** Checks a datagram where it lies, and reads what a tracker compares. */
  @Benchmark
  public long check() {
    if (codec.check(datagrams[advance()], view) != null) {
      throw new IllegalStateException("the datagram of a benchmark is refused");
    }
    return view.incarnation() ^ view.sequence() ^ view.digest() ^ view.nextMs();
  }

  /** Checks a datagram where it lies, finds its sender among those known, and notes it there. */
  @Benchmark
  public Peer known() {
    long state = check();
    int slot = slot(view.idHash());
    while (true) {
      Peer peer = table[slot];
      if (view.isFrom(peer.id) && peer.incarnation == view.incarnation()) {
        peer.state = state;
        return peer;
      }
      slot = (slot + 1) % TABLE;
    }
  }

  private int advance() {
    next = (next + 1) % SENDERS;
    return next;
  }

  private void remember(Peer peer) {
    int slot = slot(peer.id.hashCode());
    while (table[slot] != null) {
      slot = (slot + 1) % TABLE;
    }
    table[slot] = peer;
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 16) & (TABLE - 1);
  }

  private Beacon beacon(int number, RandomGenerator random) throws UnknownHostException {
    Beacon.Builder builder =
        Beacon.of(NodeId.random(random))
            .udpPort(5671)
            .tcpPort(5671)
            .incarnation(1_732_176_000_000L + number)
            .sequence(number)
            .digest(random.nextLong())
            .name((kind == Kind.UMLAUT ? "zürich-日本-" : "alpha-") + number)
            .service("alpha");
    if (kind == Kind.FULL) {
      builder
          .solicit(number + 1)
          .doubt(new Doubt(NodeId.random(random), 1))
          .address(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}))
          .address(InetAddress.getByAddress(new byte[] {10, 0, 0, 2}));
    }
    return builder.build();
  }

  /** What a table keeps of a peer, as far as a beacon of it needs. */
  public static final class Peer {
    private final NodeId id;
    private final long incarnation;
    private long state;

    Peer(NodeId id, long incarnation) {
      this.id = id;
      this.incarnation = incarnation;
    }

    /** What the last beacon said. */
    public long state() {
      return state;
    }
  }
}
