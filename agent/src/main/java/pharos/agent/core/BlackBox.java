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

  /** What both parts have together, at most; a part that is full before its time is cut. */
  public static final int MAX_BYTES = 1 << 20;

  /** To copy the state of a large crowd takes some milliseconds, so it is done so seldom. */
  private static final long MIN_PART_NS = 15 * Settings.SECOND;

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
      add(DRAW, log -> log.writeLong(drawn));
      return drawn;
    };
  }

  /** How many bytes it takes by now. */
  public long size() {
    long ofEarlier = earlier == null ? 0 : earlier.size();
    return ofEarlier + (current == null ? 0 : current.size());
  }

  // What goes in.

  private interface Entry {
    void write(DataOutputStream log) throws IOException;
  }

  private void add(byte kind, Entry entry) {
    Part part = current;
    if (part == null || part.isCut) {
      return;
    }
    try {
      scratch.reset();
      scratchLog.writeByte(kind);
      entry.write(scratchLog);
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
    Part part = current;
    if (part == null || (part.isCut && nowNs - part.beganNs >= MIN_PART_NS)) {
      earlier = part;
      current = new Part(state(core), nowNs, nowMs);
    }
    add(
        TURN,
        log -> {
          Part now = java.util.Objects.requireNonNull(current);
          log.writeLong(nowNs - now.beganNs);
          now.lastNs = nowNs;
        });
  }

  void onWakeUp() {
    add(WAKE_UP, log -> {});
  }

  void onDatagram(Presence presence, InetSocketAddress from) {
    add(
        DATAGRAM,
        log -> {
          write(log, from);
          byte[] bytes = bytes(presence);
          log.writeShort(bytes.length);
          log.write(bytes);
        });
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

  void onQuestion(long token, InetAddress from, Introduction asking) {
    add(
        QUESTION,
        log -> {
          log.writeLong(token);
          write(log, from);
          write(log, asking);
        });
  }

  void onAnswer(long question, Introduction answer) {
    add(
        ANSWER,
        log -> {
          log.writeLong(question);
          write(log, answer);
        });
  }

  void onQuestionFailed(long question) {
    add(QUESTION_FAILED, log -> log.writeLong(question));
  }

  void onPeer(byte kind, NodeId peer, long incarnation, @Nullable InetSocketAddress by) {
    add(
        kind,
        log -> {
          log.write(peer.toBytes());
          log.writeLong(incarnation);
          if (by != null) {
            write(log, by);
          }
        });
  }

  void onOffer(Document document) {
    add(OFFER, log -> write(log, document));
  }

  void onStart(List<Subnet> subnets) {
    add(START, log -> write(log, subnets));
  }

  void onInterfaces(List<Subnet> subnets, boolean isAnyNew) {
    add(
        INTERFACES,
        log -> {
          write(log, subnets);
          log.writeBoolean(isAnyNew);
        });
  }

  void onLeave(String detail) {
    add(LEAVE, log -> log.writeUTF(detail));
  }

  void onTellMoves(boolean isWanted) {
    add(TELL_MOVES, log -> log.writeBoolean(isWanted));
  }

  /** What was decided: a sum over all of it, and the news in words. */
  void onEffects(List<Effect> effects) {
    if (effects.isEmpty()) {
      return;
    }
    add(
        EFFECTS,
        log -> {
          log.writeInt(sum(effects));
          List<String> news = news(effects);
          log.writeShort(news.size());
          for (String each : news) {
            log.writeUTF(each);
          }
        });
  }

  // How things are written.

  private static void write(DataOutputStream log, InetAddress address) throws IOException {
    byte[] number = address.getAddress();
    log.writeByte(number.length);
    log.write(number);
    if (address instanceof Inet6Address six) {
      log.writeInt(six.getScopeId());
    }
  }

  private static void write(DataOutputStream log, InetSocketAddress at) throws IOException {
    write(log, at.getAddress());
    log.writeShort(at.getPort());
  }

  private static void write(DataOutputStream log, Introduction it) throws IOException {
    log.write(it.id().toBytes());
    log.writeLong(it.incarnation());
    log.writeUTF(it.name());
    log.writeUTF(it.service());
    write(log, it.document());
    log.writeLong(it.goodbye());
    log.writeByte(it.addresses().size());
    for (InetAddress address : it.addresses()) {
      write(log, address);
    }
  }

  private static void write(DataOutputStream log, Document document) throws IOException {
    byte[] bytes = document.digest() == 0 ? new byte[0] : document.bytes();
    log.writeInt(bytes.length);
    log.write(bytes);
  }

  private static void write(DataOutputStream log, List<Subnet> subnets) throws IOException {
    log.writeShort(subnets.size());
    for (Subnet subnet : subnets) {
      write(log, subnet.address());
      log.writeByte(subnet.prefix());
      log.writeBoolean(subnet.isOurs());
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
    return change.kind()
        + change.reason().map(it -> " " + it).orElse("")
        + (change.detail().isEmpty() ? "" : " (" + change.detail() + ")")
        + " "
        + change.peer().name()
        + " "
        + change.peer().id().toShortString();
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
