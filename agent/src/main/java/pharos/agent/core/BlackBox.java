package pharos.agent.core;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.BeaconView;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * What went into a core lately, so that the same can be decided anew: a copy of its state, and from
 * there on each event, time and draw. There are two such parts, the later one growing: when it is
 * full it becomes the earlier one. {@link Replay} reads it.
 *
 * <p>It has what the network was told and what came from it: names, addresses, offers of oneself
 * and of peers, nonces. It has no secret and no key. For the thread of its core.
 */
public final class BlackBox {
  static final String MAGIC = "PHAROS BLACK BOX 1\n";

  static final byte TURN = 1;
  static final byte WAKE_UP = 2;
  static final byte DATAGRAM = 3;
  static final byte QUESTION = 4;
  static final byte ANSWER = 5;
  static final byte QUESTION_FAILED = 6;
  static final byte PROBE_REFUSED = 7;
  static final byte CONNECT_REFUSED = 8;
  static final byte CONNECTED = 9;
  static final byte WATCHED = 10;
  static final byte WATCH_BROKEN = 11;
  static final byte OFFER = 12;
  static final byte START = 13;
  static final byte INTERFACES = 14;
  static final byte LEAVE = 15;
  static final byte TELL_MOVES = 16;
  static final byte DRAW = 17;
  static final byte EFFECTS = 18;
  static final byte REPORT = 19;

  /** What both parts have together, at most; a part that is full before its time is cut. */
  public static final int MAX_BYTES = 1 << 20;

  /** To copy the state of a large crowd takes some milliseconds, so it is done so seldom. */
  private static final long MIN_PART_NS = 15 * Settings.SECOND;

  /** Of a core that nobody records. */
  static final BlackBox NONE = new BlackBox(() -> 0, 0);

  private final RandomGenerator source;
  private final int maxBytes;
  private final ByteArrayOutputStream scratch = new ByteArrayOutputStream();
  private final DataOutputStream scratchLog = new DataOutputStream(scratch);
  private @Nullable Part earlier;
  private @Nullable Part current;

  /** Some time of a core. */
  private static final class Part {
    final byte[] state;
    final long beganNs;
    final long beganMs;
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    long lastNs;
    boolean isCut;

    Part(byte[] state, long nowNs, long nowMs) {
      this.state = state;
      beganNs = nowNs;
      beganMs = nowMs;
      lastNs = nowNs;
    }

    int size() {
      return state.length + log.size();
    }
  }

  /** For a core that draws from this source, by way of {@link #random}. */
  public BlackBox(RandomGenerator source) {
    this(source, MAX_BYTES);
  }

  BlackBox(RandomGenerator source, int maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /** The same chance, of which each draw is recorded. */
  public RandomGenerator random() {
    return () -> {
      long drawn = source.nextLong();
      add(DRAW, drawn);
      return drawn;
    };
  }

  /** How many bytes it takes by now. */
  public long size() {
    long ofEarlier = earlier == null ? 0 : earlier.size();
    return ofEarlier + (current == null ? 0 : current.size());
  }

  // What goes in.

  /** An input of this kind, its fields in the order in which {@link Replay} reads them. */
  void add(byte kind, Object... fields) {
    Part part = current;
    if (part != null && !part.isCut) {
      add(part, kind, fields);
    }
  }

  private void add(Part part, byte kind, Object... fields) {
    try {
      scratch.reset();
      scratchLog.writeByte(kind);
      for (Object field : fields) {
        write(scratchLog, field);
      }
      if (part.size() + scratch.size() <= maxBytes / 2) {
        scratch.writeTo(part.log);
      } else {
        part.isCut = true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
  }

  void onTurn(AgentCore core, long nowNs, long nowMs) {
    if (maxBytes == 0) {
      return;
    }
    Part part = current;
    if (part == null || (part.isCut && nowNs - part.beganNs >= MIN_PART_NS)) {
      earlier = part;
      part = new Part(state(core), nowNs, nowMs);
      current = part;
    }
    part.lastNs = part.isCut ? part.lastNs : nowNs;
    add(TURN, nowNs - part.beganNs);
  }

  private static byte[] bytes(Presence presence) {
    if (presence instanceof BeaconView view) {
      return view.toBytes();
    }
    ByteBuffer buffer = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    new BeaconCodec().encode((Beacon) presence, buffer);
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  /** What was decided: a sum over all of it, and the news in words. */
  void onEffects(List<Effect> effects) {
    if (current != null && !effects.isEmpty()) {
      add(EFFECTS, new Sum(sum(effects), news(effects)));
    }
  }

  private record Sum(int sum, List<String> news) {}

  // How things are written.

  private static void write(DataOutputStream log, Object field) throws IOException {
    if (field instanceof Long it) {
      log.writeLong(it);
    } else if (field instanceof Boolean it) {
      log.writeBoolean(it);
    } else if (field instanceof String it) {
      log.writeUTF(it);
    } else if (field instanceof NodeId it) {
      log.write(it.toBytes());
    } else if (field instanceof InetAddress it) {
      write(log, it);
    } else if (field instanceof InetSocketAddress it) {
      write(log, it.getAddress());
      log.writeShort(it.getPort());
    } else if (field instanceof Presence it) {
      byte[] bytes = bytes(it);
      log.writeShort(bytes.length);
      log.write(bytes);
    } else if (field instanceof Document it) {
      byte[] bytes = it.digest() == 0 ? new byte[0] : it.bytes();
      log.writeInt(bytes.length);
      log.write(bytes);
    } else if (field instanceof Introduction it) {
      write(log, it);
    } else if (field instanceof List<?> subnets) {
      log.writeShort(subnets.size());
      for (Object subnet : subnets) {
        write(log, (Subnet) subnet);
      }
    } else if (field instanceof Sum it) {
      log.writeInt(it.sum());
      log.writeShort(it.news().size());
      for (String each : it.news()) {
        log.writeUTF(each);
      }
    } else {
      throw new AssertionError(field);
    }
  }

  private static void write(DataOutputStream log, InetAddress address) throws IOException {
    byte[] number = address.getAddress();
    log.writeByte(number.length);
    log.write(number);
    if (address instanceof Inet6Address six) {
      log.writeInt(six.getScopeId());
    }
  }

  private static void write(DataOutputStream log, Subnet subnet) throws IOException {
    write(log, subnet.address());
    log.writeByte(subnet.prefix());
    log.writeBoolean(subnet.isOurs());
  }

  private static void write(DataOutputStream log, Introduction it) throws IOException {
    log.write(it.id().toBytes());
    log.writeLong(it.incarnation());
    log.writeUTF(it.name());
    log.writeUTF(it.service());
    write(log, (Object) it.document());
    log.writeLong(it.goodbye());
    log.writeByte(it.addresses().size());
    for (InetAddress address : it.addresses()) {
      write(log, address);
    }
  }

  static int sum(List<Effect> effects) {
    CRC32 sum = new CRC32();
    for (Effect effect : effects) {
      sum.update(effect.toString().getBytes(StandardCharsets.UTF_8));
    }
    return (int) sum.getValue();
  }

  static List<String> news(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Tell.class::isInstance)
        .map(it -> ((Effect.Tell) it).change())
        .map(BlackBox::words)
        .toList();
  }

  private static String words(Change change) {
    String reason = change.reason().map(it -> " " + it).orElse("");
    String detail = change.detail().isEmpty() ? "" : " (" + change.detail() + ")";
    PeerInfo peer = change.peer();
    return change.kind() + reason + detail + " " + peer.name() + " " + peer.id().toShortString();
  }

  // The state.

  /** An {@link Optional} in a copy of the state, since it can be no part of one by itself. */
  record Held(@Nullable Object value) implements java.io.Serializable {
    private Object readResolve() {
      return Optional.ofNullable(value);
    }
  }

  private static final class StateStream extends ObjectOutputStream {
    StateStream(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      return object instanceof Optional<?> it ? new Held(it.orElse(null)) : object;
    }
  }

  private static byte[] state(AgentCore core) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater fast = new Deflater(Deflater.BEST_SPEED);
    try (StateStream out = new StateStream(new DeflaterOutputStream(bytes, fast))) {
      out.writeObject(core);
    } catch (IOException e) {
      throw new UncheckedIOException("the state cannot be copied", e);
    } finally {
      fast.end();
    }
    return bytes.toByteArray();
  }

  // The whole.

  /**
   * All of it, for a file.
   *
   * @param about what people shall read at its beginning
   */
  public byte[] toBytes(String about) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeBytes(MAGIC);
      out.write((about.strip() + "\n\n").getBytes(StandardCharsets.UTF_8));
      DataOutputStream packed = new DataOutputStream(new DeflaterOutputStream(out));
      for (Part part : new Part[] {earlier, current}) {
        if (part != null) {
          packed.writeBoolean(true);
          packed.writeLong(part.beganMs);
          packed.writeLong(part.beganNs);
          packed.writeLong(part.lastNs);
          packed.writeBoolean(part.isCut);
          packed.writeInt(part.state.length);
          packed.write(part.state);
          packed.writeInt(part.log.size());
          part.log.writeTo(packed);
        }
      }
      packed.writeBoolean(false);
      packed.close();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }
}
