package pharos.agent.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * One frame as it arrives. JeroMQ asks the frame itself for all that it needs to know, on its own
 * thread, so what it must not see is hidden here: a refused frame is empty, never ends its message,
 * and ends its connection. Nothing here may throw.
 */
final class Frame extends Msg {
  /** A command has a name and a few properties. */
  private static final int MAX_COMMAND_BYTES = 512;

  /** What is counted for the objects around the octets. */
  static final int OVERHEAD_BYTES = 256;

  /** Name, time to live; JeroMQ takes for granted that they are there. */
  private static final int PING_BYTES = 7;

  private static final byte[] PING = name("PING");
  private static final byte[] READY = name("READY");
  private static final byte[] ERROR = name("ERROR");
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Intake intake;
  private final int charge;
  private boolean isRefused;
  private boolean isChecked;
  private boolean isKnown;
  private @Nullable Line line;

  /** One that may arrive; so much was charged for it. */
  Frame(Intake intake, int size, int charge) {
    super(size);
    this.intake = intake;
    this.charge = charge;
  }

  private Frame(Intake intake) {
    this(intake, 0, 0);
    isRefused = true;
  }

  static Frame refused(Intake intake) {
    return new Frame(intake);
  }

  private static byte[] name(String name) {
    return ((char) name.length() + name).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The line it came by; nothing before it has arrived. */
  @Nullable Line line() {
    return line;
  }

  /** Whoever waited for it has read it. */
  void read() {
    if (line != null) {
      line.discharge(charge);
    }
  }

  int charge() {
    return charge;
  }

  int length() {
    return super.size();
  }

  boolean isRefused() {
    return isRefused;
  }

  // What JeroMQ asks.

  /** Called when the frame was made: only now it is known to be a command. */
  @Override
  public void setFlags(int flags) {
    super.setFlags(flags);
    if ((flags & Msg.COMMAND) != 0 && super.size() > MAX_COMMAND_BYTES) {
      isRefused = true;
    }
  }

  /** Called before the hand-shake is read, too. */
  @Override
  public int size() {
    return isRefused || !isHandshakeFine() ? 0 : super.size();
  }

  @Override
  public ByteBuffer buf() {
    return isRefused ? NOTHING.duplicate() : super.buf();
  }

  /** A PING too short to be one would throw. */
  @Override
  public boolean isCommand() {
    if (super.isCommand() && super.size() < PING_BYTES && startsWith(PING)) {
      isRefused = true;
    }
    return super.isCommand() && !isRefused;
  }

  /** Asked for the time to live of a PING alone; with one JeroMQ would set a timer. */
  @Override
  public int getShort(int offset) {
    return 0;
  }

  @Override
  public boolean hasMore() {
    return super.hasMore() || isRefused;
  }

  /** Called once for each frame after the hand-shake, when it is whole. */
  @Override
  public Msg setMetadata(Metadata metadata) {
    super.setMetadata(metadata);
    if (metadata != null && !isKnown) {
      isKnown = true;
      isRefused |= !intake.onArrived(this, metadata);
    }
    return this;
  }

  void arrivedBy(Line line) {
    this.line = line;
  }

  /**
   * The hand-shake is the one frame that is looked into before its sender is known. In READY a
   * stranger could name himself as another address, or throw by a length.
   */
  private boolean isHandshakeFine() {
    if (isKnown || isChecked) {
      return true;
    }
    isChecked = true;
    if (startsWith(ERROR) || (startsWith(READY) && !areProperties(READY.length))) {
      isRefused = true;
    }
    return !isRefused;
  }

  private boolean startsWith(byte[] name) {
    if (super.size() < name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (get(i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean areProperties(int from) {
    int at = from;
    int end = super.size();
    while (at < end) {
      int nameLength = Byte.toUnsignedInt(get(at));
      int valueAt = at + 1 + nameLength + Integer.BYTES;
      if (nameLength == 0 || valueAt > end) {
        return false;
      }
      int valueLength = getInt(valueAt - Integer.BYTES);
      if (valueLength < 0 || valueLength > end - valueAt) {
        return false;
      }
      if (!isProperty(text(at + 1, nameLength), valueAt, valueLength)) {
        return false;
      }
      at = valueAt + valueLength;
    }
    return true;
  }

  /** JeroMQ keeps what it knows of a peer, and what the peer says, in one map. */
  private boolean isProperty(String name, int valueAt, int valueLength) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "peer-address", "user-id" -> false;
      // One that begins with 0 is of JeroMQ's own making, and would take another's place.
      case "identity" -> valueLength <= 255 && (valueLength == 0 || get(valueAt) != 0);
      default -> true;
    };
  }

  private String text(int at, int length) {
    byte[] bytes = new byte[length];
    getBytes(at, bytes, 0, length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
