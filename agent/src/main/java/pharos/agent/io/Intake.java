package pharos.agent.io;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.msg.MsgAllocator;

/**
 * Makes the frames of one connection, so that their sizes are looked at before memory is taken. It
 * learns which connection by the first frame that arrives; until then only small frames are made.
 * On JeroMQ's thread, and it never throws: an exception here would be thrown again at every poll.
 */
final class Intake implements MsgAllocator {
  /** The greeting's READY, an empty delimiter, or a short question without one. */
  private static final int FIRST_BYTES = 8 * 1024;

  private final Guard guard;
  private final LongSupplier clock;
  private @Nullable Line line;

  Intake(Guard guard, LongSupplier clock) {
    this.guard = guard;
    this.clock = clock;
  }

  @Override
  public Msg allocate(int size) {
    Line from = line;
    int most = from == null ? FIRST_BYTES : ZeroMqOptions.MAX_MESSAGE_BYTES;
    if (from != null && from.isEnded()) {
      // What was read of it before JeroMQ saw its end.
      return Frame.refused(this);
    }
    if (size < 0 || size > most) {
      return refused();
    }
    int charge = size + Frame.OVERHEAD_BYTES;
    if (from != null) {
      from.onBegun(clock.getAsLong());
      if (!from.charge(charge)) {
        return Frame.refused(this);
      }
    }
    try {
      return new Frame(this, size, charge);
    } catch (OutOfMemoryError e) {
      if (from != null) {
        from.discharge(charge);
      }
      return refused();
    }
  }

  private Frame refused() {
    guard.onRefusedFrame();
    return Frame.refused(this);
  }

  /** A frame is whole; whether it may be read. */
  boolean onArrived(Frame frame, Metadata metadata) {
    Line from = line;
    if (from == null) {
      String name = metadata.get(Metadata.PEER_ADDRESS);
      from = name == null ? null : guard.line(name);
      if (from == null) {
        return false;
      }
      line = from;
      if (!frame.isRefused() && !from.charge(frame.charge())) {
        from.end();
        return false;
      }
    }
    frame.arrivedBy(from);
    return takes(frame, from);
  }

  private boolean takes(Frame frame, Line from) {
    if (from.isEnded()) {
      return false;
    }
    if (frame.isRefused()) {
      from.end();
      return false;
    }
    if (frame.isCommand()) {
      from.onCommand();
      frame.read();
      return true;
    }
    if (!from.onFrame(frame.length(), frame.hasMore(), clock.getAsLong())) {
      guard.onRefusedFrame();
      from.end();
      return false;
    }
    return true;
  }
}
