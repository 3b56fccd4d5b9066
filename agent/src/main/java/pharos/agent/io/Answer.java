package pharos.agent.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import zmq.Msg;

/**
 * The body of an answer, as it waits for JeroMQ to send it: until then its octets are counted for
 * who asked, since he may never read it.
 */
final class Answer extends Msg {
  private final Line line;
  private final int charge;
  private final AtomicBoolean isWaiting = new AtomicBoolean(true);

  Answer(Line line, byte[] body, int charge) {
    super(body);
    this.line = line;
    this.charge = charge;
    line.onQueued(line.nowNs());
  }

  /** Called when it goes out, on JeroMQ's thread. */
  @Override
  public ByteBuffer buf() {
    release();
    return super.buf();
  }

  /** It goes out, or never will. */
  void release() {
    if (isWaiting.compareAndSet(true, false)) {
      line.onSending(line.nowNs());
      line.discharge(charge);
    }
  }
}
