package pharos.daemon.doctor;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Asks an agent by a connection from an address of our choice, which JeroMQ cannot: ZMTP 3.0 as a
 * REQ socket speaks it, without security. Of the answer only that it came is of interest.
 */
final class BoundQuestion {
  private static final int GREETING_BYTES = 64;
  private static final int COMMAND = 4;
  private static final int LONG_FRAME = 2;
  private static final byte[] READY =
      "\4\31\5READY\13Socket-Type\0\0\0\3REQ".getBytes(StandardCharsets.ISO_8859_1);

  private BoundQuestion() {}

  /** Whether it was answered; each step may take this time. */
  static boolean ask(InetAddress from, InetSocketAddress to, byte[] body, int patienceMs) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(to, patienceMs);
      socket.setSoTimeout(patienceMs);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      // JeroMQ does not bear what comes before it has said its own.
      out.write(greeting());
      read(in, GREETING_BYTES);
      out.write(READY);
      byte[] head = read(in, 2);
      if (head[0] != COMMAND) {
        return false;
      }
      read(in, Byte.toUnsignedInt(head[1]));
      out.write(question(body));
      return in.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] read(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("it hung up");
    }
    return bytes;
  }

  private static byte[] greeting() {
    return ByteBuffer.allocate(GREETING_BYTES)
        .put(0, (byte) 0xFF)
        .put(8, (byte) 1)
        .put(9, (byte) 0x7F)
        .put(10, (byte) 3)
        .put(12, "NULL".getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  /** An empty frame, and the body. */
  private static byte[] question(byte[] body) {
    return ByteBuffer.allocate(2 + 1 + Long.BYTES + body.length)
        .put((byte) 1)
        .put((byte) 0)
        .put((byte) LONG_FRAME)
        .putLong(body.length)
        .put(body)
        .array();
  }
}
