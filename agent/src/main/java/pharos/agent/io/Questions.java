package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.Bounded;

/**
 * The one TCP port of an agent, where anybody may ask: a ROUTER that is spoken to as by any REQ
 * socket. An envelope (what stands before the body) goes back as it came.
 */
final class Questions implements AutoCloseable {
  private static final int BACKLOG = 1_024;

  /** A stranger that connects and says nothing holds a socket for no longer. */
  private static final int HANDSHAKE_MS = 2_000;

  /** So many may wait for their answer; the eldest of more will get none. */
  private static final int MAX_UNANSWERED = 4_096;

  /** One turn takes at most so many: a flood must not hold up the timers. */
  private static final int MAX_TAKEN = 1_024;

  private final ZMQ.Socket socket;
  private final int port;
  private final Map<Long, List<byte[]>> envelopes = Bounded.byAge(MAX_UNANSWERED);
  private long tokens;
  private long malformed;

  /** Takes what was asked. */
  interface Handler {
    /**
     * Somebody asks.
     *
     * @param token for {@link #reply} or {@link #ignore}
     * @param asker where its connection comes from
     */
    void onQuestion(long token, InetAddress asker, byte[] body);
  }

  Questions(ZContext context, LoopSettings settings) throws IOException {
    socket = context.createSocket(SocketType.ROUTER);
    ZeroMqOptions.common(socket);
    socket.setBacklog(BACKLOG);
    socket.setHandshakeIvl(HANDSHAKE_MS);
    try {
      port = bind(settings);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private int bind(LoopSettings settings) throws IOException {
    String host = settings.isLoopback() ? "127.0.0.1" : "*";
    ZMQException refused = null;
    for (int candidate = settings.firstPort(); candidate <= settings.lastPort(); candidate++) {
      try {
        socket.bind("tcp://" + host + ":" + (candidate == 0 ? "*" : candidate));
        String endpoint = socket.getLastEndpoint();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
      } catch (ZMQException e) {
        refused = e;
      }
    }
    String ports =
        settings.firstPort() == settings.lastPort()
            ? "TCP port " + settings.firstPort()
            : "a TCP port from " + settings.firstPort() + " to " + settings.lastPort();
    throw new IOException(
        "cannot listen on "
            + ports
            + " ("
            + why(settings, refused)
            + "): choose another, or none for any that is free"
            + (settings.firstPort() > 0 && settings.firstPort() < 1024
                ? "; ports below 1024 may need privileges"
                : ""),
        refused);
  }

  /** JeroMQ calls every failure a taken port; Java knows better. */
  private static String why(LoopSettings settings, @Nullable ZMQException refused) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(settings.lastPort()));
      return refused == null ? "there is none" : String.valueOf(refused.getMessage());
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  ZMQ.Socket socket() {
    return socket;
  }

  int port() {
    return port;
  }

  /** How many messages were no question. */
  long malformed() {
    return malformed;
  }

  /** One had an envelope as a question has, but its body made no sense. */
  void onMalformed() {
    malformed++;
  }

  /** Hands in what was asked. */
  void receive(Handler handler) {
    for (int taken = 0; taken < MAX_TAKEN; taken++) {
      ZeroMqOptions.Message message = ZeroMqOptions.receive(socket);
      if (message == null) {
        return;
      }
      onMessage(message, handler);
    }
  }

  /** The body is the one frame after the delimiter; a DEALER may leave the delimiter out. */
  private void onMessage(ZeroMqOptions.Message message, Handler handler) {
    List<byte[]> frames = message.frames();
    int last = frames.size() - 1;
    int delimiter = 1;
    while (delimiter < frames.size() && frames.get(delimiter).length > 0) {
      delimiter++;
    }
    boolean hasDelimiter = delimiter == last - 1;
    InetAddress asker = message.from().orElse(null);
    if ((!hasDelimiter && last != 1) || asker == null) {
      malformed++;
      return;
    }
    long token = ++tokens;
    envelopes.put(token, List.copyOf(frames.subList(0, last)));
    handler.onQuestion(token, asker, frames.get(last));
  }

  /** Answers; to one who is gone already, nothing is sent. */
  void reply(long token, byte[] body) {
    List<byte[]> envelope = envelopes.remove(token);
    if (envelope == null) {
      return;
    }
    for (byte[] frame : envelope) {
      socket.send(frame, ZMQ.SNDMORE | ZMQ.DONTWAIT);
    }
    socket.send(body, ZMQ.DONTWAIT);
  }

  /** Does not answer. */
  void ignore(long token) {
    envelopes.remove(token);
  }

  @Override
  public void close() {
    socket.close();
  }
}
