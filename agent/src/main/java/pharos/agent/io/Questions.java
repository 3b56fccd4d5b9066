package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.Counter;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import zmq.Msg;

/**
 * The one TCP port of an agent, where anybody may ask: a ROUTER that is spoken to as by any REQ
 * socket. An envelope (what stands before the body) goes back as it came.
 */
final class Questions implements AutoCloseable {
  private static final int BACKLOG = 1_024;

  /** A stranger that connects and says nothing holds a socket for no longer. */
  private static final int HANDSHAKE_MS = 2_000;

  /** So many may wait for an answer that takes more than a turn, of all together. */
  private static final int MAX_UNANSWERED = 4_096;

  /** One turn takes at most so many: a flood must not hold up the timers. */
  private static final int MAX_TAKEN = 1_024;

  /** Those that wait, and a turn of others: more are there only when turns fail. */
  private static final int MAX_OPEN = MAX_UNANSWERED + MAX_TAKEN;

  /** What may be asked in a window, in questions and KiB, by all together. */
  private static final int MAX_ASKED = 16_384;

  private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** So long may an answer take. */
  private static final long ANSWER_NS = TimeUnit.SECONDS.toNanos(60);

  /** What stands before the body goes back as it came, and is kept until then. */
  private static final int MAX_ENVELOPE_BYTES = 512;

  /** One that asks and does not read is kept waiting for so many answers. */
  private static final int MAX_UNREAD = 64;

  private static final Logger log = LoggerFactory.getLogger(Questions.class);

  private final ZMQ.Socket socket;
  private final Guard guard;
  private final int port;
  private final Quota asked;
  private final Quota unanswered;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private byte[] lastBody = {};
  private long windowNs;
  private long tokens;
  private long malformed;
  private long refused;
  private final Shares shares;
  private boolean hasHeardOneself;

  /** Takes what was asked. */
  interface Handler {
    /**
     * Somebody asks.
     *
     * @param token for {@link #reply} or {@link #ignore} within this turn; else for {@link
     *     #mayWait} first
     * @param asker where its connection comes from
     */
    void onQuestion(long token, InetAddress asker, byte[] body);
  }

  /** A question that was not answered yet. */
  private record Open(List<byte[]> envelope, Line line, boolean isCounted, long sinceNs) {
    Open counted() {
      return new Open(envelope, line, true, sinceNs);
    }
  }

  Questions(ZContext context, LoopSettings settings, Shares shares, Means means, Quota octets)
      throws IOException {
    this.shares = shares;
    asked = shares.quota(MAX_ASKED);
    unanswered = shares.quota(MAX_UNANSWERED);
    socket = context.createSocket(SocketType.ROUTER);
    ZeroMqOptions.common(socket);
    socket.setBacklog(BACKLOG);
    socket.setHandshakeIvl(HANDSHAKE_MS);
    socket.setSndHWM(MAX_UNREAD);
    // So that it is told what cannot be sent; else it would seem to be waiting.
    socket.setRouterMandatory(true);
    guard =
        new Guard(
            socket, shares, shares.quota(means.connections()), octets, settings.world().nanoTime());
    guard.listen(0, (event, endpoint) -> {});
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

  /** One had an envelope as a question has, but its body made no sense: its asker is told why. */
  void refuse(long token, WireException why) {
    malformed++;
    if (why.toldByOther().isPresent()) {
      // Two that answer each other's errors would never stop.
      ignore(token);
      return;
    }
    log.debug("a question that makes no sense: {}", why.getMessage());
    reply(token, WireCodec.writeError(String.valueOf(why.getMessage())));
  }

  /** How many questions were not taken: their address had its share. */
  long refused() {
    return refused;
  }

  Guard guard() {
    return guard;
  }

  /** How full is what is bounded here. */
  List<Counter> counters() {
    return List.of(
        guard.connections().counter("CONNECTIONS_HELD", "connections"),
        guard.octets().counter("OCTETS_HELD", "octets"),
        unanswered.counter("QUESTIONS_UNANSWERED", "questions"));
  }

  /** Hands in what was asked. */
  void receive(Handler handler, long nowNs) {
    if (nowNs - windowNs >= WINDOW_NS) {
      windowNs = nowNs;
      asked.clear();
    }
    for (int taken = 0; taken < MAX_TAKEN; ) {
      ZeroMqOptions.Message message = ZeroMqOptions.receive(socket);
      if (message == null) {
        guard.onDrained(nowNs);
        return;
      }
      taken += onMessage(message, handler, nowNs);
    }
  }

  /** Once in a while: nobody waits for an answer any more that did not come by now. */
  void sweep(long nowNs) {
    guard.sweep(nowNs);
    Iterator<Open> eldest = open.values().iterator();
    while (eldest.hasNext()) {
      Open question = eldest.next();
      if (nowNs - question.sinceNs() < ANSWER_NS) {
        return;
      }
      eldest.remove();
      giveBack(question);
    }
  }

  /** The body is the one frame after the delimiter; a DEALER may leave the delimiter out. */
  private int onMessage(ZeroMqOptions.Message message, Handler handler, long nowNs) {
    List<byte[]> frames = message.frames();
    int last = frames.size() - 1;
    int delimiter = 1;
    while (delimiter < frames.size() && frames.get(delimiter).length > 0) {
      delimiter++;
    }
    boolean hasDelimiter = delimiter == last - 1;
    List<byte[]> envelope = frames.subList(0, last);
    Line line = message.line();
    if ((!hasDelimiter && last != 1) || line == null || length(envelope) > MAX_ENVELOPE_BYTES) {
      malformed++;
      return 1;
    }
    byte[] body = frames.get(last);
    if (shares.isMine(line.remote()) && Arrays.equals(body, OwnPort.QUESTION)) {
      hasHeardOneself = true;
      return 1;
    }
    int work = 1 + body.length / 1_024;
    // What the agent asks itself is short, rare, and answered at once.
    boolean hasShare = guard.isMine(line) || asked.take(line.group(), work);
    if (!hasShare || open.size() >= MAX_OPEN) {
      refused++;
      return 1;
    }
    long token = ++tokens;
    open.put(token, new Open(List.copyOf(envelope), line, false, nowNs));
    handler.onQuestion(token, line.remote().getAddress(), body);
    return work;
  }

  /**
   * Whether its address has a place for one more question that is not answered within this turn. If
   * not, it is dropped. Who only wants to know who we are needs none, so that strangers who look up
   * much do not keep others from being met.
   */
  boolean mayWait(long token) {
    Open question = open.get(token);
    if (question == null) {
      return false;
    }
    if (guard.isMine(question.line()) || question.isCounted()) {
      return true;
    }
    if (!unanswered.take(question.line().group(), 1)) {
      refused++;
      open.remove(token);
      return false;
    }
    open.put(token, question.counted());
    return true;
  }

  private static int length(List<byte[]> frames) {
    return frames.stream().mapToInt(frame -> frame.length).sum();
  }

  /** Answers; to one who is gone already or reads nothing, nothing is sent. */
  void reply(long token, byte[] body) {
    Open question = end(token);
    if (question == null) {
      return;
    }
    Line line = question.line();
    // Many are answered with the very same octets.
    int charge = Frame.OVERHEAD_BYTES + (body == lastBody ? 0 : body.length);
    lastBody = body;
    if (line.isEnded() || !line.charge(charge)) {
      return;
    }
    Answer answer = new Answer(line, body, charge);
    boolean isSent = true;
    for (byte[] frame : question.envelope()) {
      isSent = isSent && socket.base().send(new Msg(frame), ZMQ.SNDMORE | ZMQ.DONTWAIT);
    }
    if (!isSent || !socket.base().send(answer, ZMQ.DONTWAIT)) {
      answer.release();
    }
  }

  /**
   * Whether the agent's question to itself has come since this was last asked. That it came is all
   * there is to know: it is answered with nothing, and counts for nobody's share.
   */
  boolean takeOneself() {
    boolean hasHeard = hasHeardOneself;
    hasHeardOneself = false;
    return hasHeard;
  }

  /** Does not answer. */
  void ignore(long token) {
    end(token);
  }

  private @Nullable Open end(long token) {
    Open question = open.remove(token);
    if (question != null) {
      giveBack(question);
    }
    return question;
  }

  private void giveBack(Open question) {
    if (question.isCounted()) {
      unanswered.give(question.line().group(), 1);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
