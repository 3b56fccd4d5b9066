package pharos.agent.core;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.InflaterInputStream;
import pharos.beacon.BeaconView;
import pharos.beacon.NodeId;

/**
 * Feeds what a {@link BlackBox} holds to a core as it was then, which decides anew; and tells
 * whether it decides the same. The box may be anybody's: only what a core consists of is made of
 * it, and no more than a box can hold.
 */
public final class Replay {
  private static final long MAX_DEPTH = 2_000;
  private static final long MAX_REFERENCES = 10_000_000;
  private static final int MAX_ARRAY = 1 << 24;

  private static final Set<String> PACKAGES =
      Set.of("pharos.agent.core", "pharos.beacon", "java.util", "java.net", "java.lang");

  private static final Set<String> OTHERS = Set.of("java.lang.invoke.SerializedLambda");

  private final String about;
  private final List<Part> parts;

  /** Some time of a core. */
  private static final class Part {
    final Instant began;
    final long beganNs;
    final long lastNs;
    final boolean isCut;
    final byte[] state;
    final byte[] log;

    Part(DataInputStream in) throws IOException {
      began = Instant.ofEpochMilli(in.readLong());
      beganNs = in.readLong();
      lastNs = in.readLong();
      isCut = in.readBoolean();
      state = bytes(in);
      log = bytes(in);
    }
  }

  /**
   * What came of it.
   *
   * @param news all that was told, each with its time
   * @param difference where it decided otherwise; empty when it was the same throughout
   * @param inputs how many events, times and draws there were
   */
  public record Outcome(List<String> news, Optional<String> difference, long inputs) {
    /** Keeps a copy. */
    public Outcome {
      news = List.copyOf(news);
    }
  }

  private Replay(String about, List<Part> parts) {
    this.about = about;
    this.parts = parts;
  }

  /** Reads a box, as {@link BlackBox#toBytes} wrote it. */
  public static Replay of(byte[] box) throws IOException {
    byte[] magic = BlackBox.MAGIC.getBytes(StandardCharsets.US_ASCII);
    if (box.length < magic.length || !Arrays.equals(box, 0, magic.length, magic, 0, magic.length)) {
      throw new IOException("this is no black box of this version");
    }
    int end = magic.length;
    while (end + 1 < box.length && !(box[end] == '\n' && box[end + 1] == '\n')) {
      end++;
    }
    if (end + 2 > box.length) {
      throw new IOException("this box ends within its beginning");
    }
    String about = new String(box, magic.length, end - magic.length, StandardCharsets.UTF_8);
    List<Part> parts = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(
                new ByteArrayInputStream(box, end + 2, box.length - end - 2)))) {
      while (in.readBoolean()) {
        parts.add(new Part(in));
      }
    } catch (EOFException e) {
      throw new IOException("this box ends before its end", e);
    }
    return new Replay(about, parts);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > 2 * BlackBox.MAX_BYTES) {
      throw new IOException("a part of " + length + " bytes, which no box has");
    }
    return in.readNBytes(length);
  }

  /** What it says of itself. */
  public String about() {
    return about;
  }

  /** From when to when it is complete, a line for each part. */
  public List<String> spans() {
    return parts.stream()
        .map(
            it ->
                it.began
                    + " to "
                    + it.began.plusNanos(it.lastNs - it.beganNs)
                    + (it.isCut ? ", when it was full" : ""))
        .toList();
  }

  /** Decides anew, from each copy of the state on. */
  public Outcome run() throws IOException {
    List<String> news = new ArrayList<>();
    long inputs = 0;
    for (Part part : parts) {
      Player player = new Player(part, news);
      Optional<String> difference = player.play();
      inputs += player.inputs;
      if (difference.isPresent()) {
        return new Outcome(news, difference, inputs);
      }
    }
    return new Outcome(news, Optional.empty(), inputs);
  }

  /** There is no more. */
  private static final class Ended extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Ended() {
      super("the box ends");
    }
  }

  /** It decided otherwise. */
  private static final class Differs extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Differs(String how) {
      super(how);
    }
  }

  /** Plays one part. */
  private static final class Player {
    private final Part part;
    private final List<String> news;
    private final AgentCore core;
    private final DataInputStream log;
    private final BeaconView view = new BeaconView();
    private long nowNs;
    private long inputs;

    Player(Part part, List<String> news) throws IOException {
      this.part = part;
      this.news = news;
      nowNs = part.beganNs;
      core = core(part.state);
      core.record(BlackBox.NONE);
      core.drawFrom(this::draw);
      log = new DataInputStream(new ByteArrayInputStream(part.log));
    }

    private Instant now() {
      return part.began.plusNanos(nowNs - part.beganNs);
    }

    Optional<String> play() throws IOException {
      try {
        for (int kind = log.read(); kind >= 0; kind = log.read()) {
          inputs++;
          feed((byte) kind);
        }
        return Optional.empty();
      } catch (Ended e) {
        return Optional.empty();
      } catch (Differs e) {
        return Optional.of(now() + ": " + e.getMessage());
      } catch (RuntimeException e) {
        return Optional.of(now() + ": it fails: " + e);
      }
    }

    private long draw() {
      try {
        inputs++;
        int kind = log.read();
        if (kind < 0) {
          throw new Ended(); // the box was full within this event
        }
        if (kind != BlackBox.DRAW) {
          throw new Differs("it draws where it did not");
        }
        return log.readLong();
      } catch (IOException e) {
        throw new Differs("the draw is broken");
      }
    }

    private void feed(byte kind) throws IOException {
      switch (kind) {
        case BlackBox.TURN -> {
          nowNs = part.beganNs + log.readLong();
          core.turn(nowNs);
        }
        case BlackBox.WAKE_UP -> core.wakeUp();
        case BlackBox.DATAGRAM -> {
          InetSocketAddress from = endpoint();
          byte[] bytes = log.readNBytes(log.readUnsignedShort());
          if (!view.read(ByteBuffer.wrap(bytes))) {
            throw new IOException("a datagram in this box is none");
          }
          core.onDatagram(view, from);
        }
        case BlackBox.QUESTION -> {
          long token = log.readLong();
          InetAddress from = address();
          core.onQuestion(token, from, introduction());
        }
        case BlackBox.ANSWER -> {
          long question = log.readLong();
          core.onAnswer(question, introduction());
        }
        case BlackBox.QUESTION_FAILED -> core.onQuestionFailed(log.readLong());
        case BlackBox.PROBE_REFUSED -> core.onProbeRefused(id(), log.readLong(), endpoint());
        case BlackBox.CONNECT_REFUSED -> core.onConnectRefused(id(), log.readLong(), endpoint());
        case BlackBox.CONNECTED -> core.onConnected(id(), log.readLong(), endpoint());
        case BlackBox.WATCHED -> core.onWatched(id(), log.readLong());
        case BlackBox.WATCH_BROKEN -> core.onWatchBroken(id(), log.readLong());
        case BlackBox.OFFER -> core.offer(document());
        case BlackBox.START -> core.start(subnets());
        case BlackBox.INTERFACES -> {
          List<Subnet> subnets = subnets();
          core.onInterfaces(subnets, log.readBoolean());
        }
        case BlackBox.LEAVE -> core.leave(log.readUTF());
        case BlackBox.REPORT -> report();
        case BlackBox.TELL_MOVES -> core.tellMoves(log.readBoolean());
        case BlackBox.EFFECTS -> compare(log.readInt(), texts());
        case BlackBox.DRAW -> throw new Differs("it does not draw where it did");
        default -> throw new IOException("this box has an entry of kind " + kind);
      }
    }

    private void report() throws IOException {
      NodeId id = id();
      if (log.readBoolean()) {
        core.onFailure(id, log.readUTF());
      } else {
        core.onSuccess(id);
      }
    }

    private List<String> texts() throws IOException {
      List<String> texts = new ArrayList<>();
      for (int left = log.readUnsignedShort(); left > 0; left--) {
        texts.add(log.readUTF());
      }
      return texts;
    }

    private void compare(int sum, List<String> told) {
      List<Effect> effects = core.takeEffects();
      List<String> anew = BlackBox.news(effects);
      if (!anew.equals(told)) {
        throw new Differs("it told " + told + ", and tells " + anew);
      }
      for (String each : told) {
        news.add(now() + "  " + each);
      }
      if (sum != BlackBox.sum(effects)) {
        throw new Differs("it does something else: " + effects);
      }
    }

    private NodeId id() throws IOException {
      return NodeId.of(log.readNBytes(NodeId.LENGTH));
    }

    private InetAddress address() throws IOException {
      int length = log.readByte();
      byte[] number = log.readNBytes(length);
      return length == 4 ? InetAddress.getByAddress(number) : six(number, log.readInt());
    }

    private static InetAddress six(byte[] number, int scope) throws IOException {
      return scope == 0
          ? InetAddress.getByAddress(number)
          : Inet6Address.getByAddress(null, number, scope);
    }

    private InetSocketAddress endpoint() throws IOException {
      InetAddress address = address();
      return new InetSocketAddress(address, log.readUnsignedShort());
    }

    private Document document() throws IOException {
      int length = log.readInt();
      return length == 0 ? Document.EMPTY : Document.of(log.readNBytes(length));
    }

    private Introduction introduction() throws IOException {
      NodeId id = id();
      long incarnation = log.readLong();
      String name = log.readUTF();
      String service = log.readUTF();
      Document document = document();
      long goodbye = log.readLong();
      List<InetAddress> addresses = new ArrayList<>();
      for (int left = log.readByte(); left > 0; left--) {
        addresses.add(address());
      }
      return new Introduction(id, incarnation, name, service, document, goodbye, addresses);
    }

    private List<Subnet> subnets() throws IOException {
      List<Subnet> subnets = new ArrayList<>();
      for (int left = log.readUnsignedShort(); left > 0; left--) {
        InetAddress address = address();
        subnets.add(new Subnet(address, log.readUnsignedByte(), log.readBoolean()));
      }
      return subnets;
    }
  }

  // The state.

  private static AgentCore core(byte[] state) throws IOException {
    try (ObjectInputStream in =
        new ObjectInputStream(new InflaterInputStream(new ByteArrayInputStream(state)))) {
      in.setObjectInputFilter(Replay::filter);
      return (AgentCore) in.readObject();
    } catch (ClassNotFoundException | ObjectStreamException e) {
      throw new IOException(
          "the state in this box is of another version, or broken: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IOException("the state in this box is broken: " + e, e);
    }
  }

  private static ObjectInputFilter.Status filter(ObjectInputFilter.FilterInfo info) {
    boolean isTooMuch =
        info.depth() > MAX_DEPTH
            || info.references() > MAX_REFERENCES
            || info.arrayLength() > MAX_ARRAY;
    Class<?> type = info.serialClass();
    while (type != null && type.isArray()) {
      type = type.getComponentType();
    }
    boolean isKnown =
        type == null
            || type.isPrimitive()
            || OTHERS.contains(type.getName())
            || PACKAGES.contains(type.getPackageName());
    return isKnown && !isTooMuch
        ? ObjectInputFilter.Status.ALLOWED
        : ObjectInputFilter.Status.REJECTED;
  }
}
