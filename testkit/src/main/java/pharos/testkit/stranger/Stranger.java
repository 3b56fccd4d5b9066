package pharos.testkit.stranger;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One TCP connection of somebody who keeps no rule: connected by him, or accepted by his {@link
 * HostileServer}. What is sent goes out as it is. A read waits as long as it is told to; a write
 * waits until the other side reads, or until {@link #close} from another thread. One thread reads
 * and one writes.
 */
public final class Stranger implements AutoCloseable {
  private static final int CONNECT_MS = 5_000;

  /** How long a hand-shake may take. */
  private static final Duration SHAKE = Duration.ofSeconds(5);

  private static final int GREETING_BYTES = 64;

  /** What an honest agent answers is shorter. */
  private static final int MAX_FRAME_BYTES = 256 * 1024;

  private static final int MAX_FRAMES = 64;

  private final Socket socket;
  private final DataInputStream in;

  /** One frame that came. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Frame(int flags, byte[] body) {
    /** Whether it is a command. */
    public boolean isCommand() {
      return (flags & Zmtp.COMMAND) != 0;
    }

    /** Whether the message goes on. */
    public boolean hasMore() {
      return (flags & Zmtp.MORE) != 0;
    }
  }

  Stranger(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Connects; nothing is sent yet. */
  public static Stranger connect(InetSocketAddress to) throws IOException {
    return connect(Optional.empty(), to);
  }

  /** Connects from one of the stranger's own addresses. */
  public static Stranger connect(InetAddress from, InetSocketAddress to) throws IOException {
    return connect(Optional.of(from), to);
  }

  private static Stranger connect(Optional<InetAddress> from, InetSocketAddress to)
      throws IOException {
    Socket socket = new Socket();
    try {
      // A stranger reads little, and many of these buffers are open at once.
      socket.setReceiveBufferSize(16 * 1024);
      if (from.isPresent()) {
        socket.bind(new InetSocketAddress(from.get(), 0));
      }
      socket.connect(to, CONNECT_MS);
      return new Stranger(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects and shakes hands as an honest socket of this type, such as REQ or DEALER. */
  public static Stranger shaken(InetSocketAddress to, String socketType) throws IOException {
    Stranger stranger = connect(to);
    try {
      return stranger.shake(socketType);
    } catch (IOException e) {
      stranger.close();
      throw e;
    }
  }

  /** Greets as ZMTP 3, takes the other's greeting, says READY, and takes the other's READY. */
  public Stranger shake(String socketType) throws IOException {
    send(Zmtp.greeting());
    readGreeting(SHAKE);
    send(Zmtp.ready(socketType));
    Frame ready = read(SHAKE);
    if (!ready.isCommand()) {
      throw new IOException("no READY came, but a frame of " + ready.body().length + " bytes");
    }
    return this;
  }

  /** Sends these bytes, one after the other. */
  public Stranger send(byte[]... parts) throws IOException {
    socket.getOutputStream().write(Zmtp.join(parts));
    return this;
  }

  /** The 64 bytes of a greeting of ZMTP 3. */
  public byte[] readGreeting(Duration patience) throws IOException {
    wait(patience);
    byte[] greeting = new byte[GREETING_BYTES];
    in.readFully(greeting);
    return greeting;
  }

  /** The next frame, a command too. */
  public Frame read(Duration patience) throws IOException {
    wait(patience);
    int flags = in.readUnsignedByte();
    long size = (flags & Zmtp.LONG) == 0 ? in.readUnsignedByte() : in.readLong();
    if (size < 0 || size > MAX_FRAME_BYTES) {
      throw new IOException("a frame of " + size + " bytes came");
    }
    byte[] body = new byte[(int) size];
    in.readFully(body);
    return new Frame(flags, body);
  }

  /** Whatever comes next, as it comes; -1 when the other side ended it. */
  public int read(byte[] buffer) throws IOException {
    socket.setSoTimeout(0);
    return in.read(buffer);
  }

  /** Asks as a REQ socket does, and returns the last frame of the answer. Hands are shaken. */
  public byte[] ask(byte[] question, Duration patience) throws IOException {
    send(Zmtp.question(question));
    List<Frame> frames = new ArrayList<>();
    do {
      Frame frame = read(patience);
      if (!frame.isCommand()) {
        frames.add(frame);
      }
    } while (frames.isEmpty()
        || (frames.get(frames.size() - 1).hasMore() && frames.size() < MAX_FRAMES));
    return frames.get(frames.size() - 1).body();
  }

  /** Whether the other side ends this connection within that time; what it sends is dropped. */
  public boolean isEnded(Duration patience) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    byte[] dropped = new byte[4 * 1024];
    while (true) {
      long leftNs = deadlineNs - System.nanoTime();
      if (leftNs <= 0) {
        return false;
      }
      try {
        wait(Duration.ofNanos(leftNs));
        if (in.read(dropped) < 0) {
          return true;
        }
      } catch (SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        return true;
      }
    }
  }

  /** Says that nothing more is sent; what comes can still be read. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Where it comes from. */
  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Whom it is connected to. */
  public InetSocketAddress remote() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  /** Ends with a reset instead of a farewell. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket does not close: " + e.getMessage(), e);
    }
  }

  /** For one read that follows, so a slow sender is waited for longer in all. */
  private void wait(Duration patience) throws IOException {
    if (socket.isInputShutdown()) {
      throw new EOFException("ended");
    }
    socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
  }
}
