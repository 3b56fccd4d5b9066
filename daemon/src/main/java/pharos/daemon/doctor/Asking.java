package pharos.daemon.doctor;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.Look;
import pharos.agent.core.Sight;
import pharos.agent.wire.LookCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.Addresses;

/** Asks agents over TCP. Any thread may {@link #line open} a line, which is then for one thread. */
final class Asking implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 128 * 1024;

  /** A connection by ZeroMQ may fail to shake hands, which is nobody's fault. */
  private static final int ATTEMPTS = 3;

  private final ZContext context = new ZContext();

  /**
   * What came of a question.
   *
   * @param seen the answer, if it is one
   * @param error why not, as the agent told it; empty when nothing came
   * @param tookNs from the question to the answer
   */
  record Answer(Optional<Sight.Seen> seen, String error, long tookNs) {
    boolean came() {
      return seen.isPresent() || !error.isEmpty();
    }
  }

  Asking() {
    context.setLinger(0);
  }

  /** A way to ask one agent; nothing is connected before it is used. */
  Line line(InetAddress at, int port) {
    String text = Addresses.zonedText(at);
    boolean isIpv6 = at.getAddress().length > 4;
    return new Line("tcp://" + (isIpv6 ? "[" + text + "]" : text) + ":" + port, isIpv6);
  }

  /** A connection that is kept while it answers. */
  final class Line implements AutoCloseable {
    private final String endpoint;
    private final boolean isIpv6;
    private ZMQ.@Nullable Socket socket;

    private Line(String endpoint, boolean isIpv6) {
      this.endpoint = endpoint;
      this.isIpv6 = isIpv6;
    }

    /**
     * Asks it to look, again on another connection where no answer comes.
     *
     * @param atLeastBytes how long the question shall be
     */
    Answer ask(Look look, int atLeastBytes, int patienceMs) {
      byte[] question = padded(LookCodec.write(look), atLeastBytes);
      long beganNs = System.nanoTime();
      byte[] body = ask(question, patienceMs);
      long tookNs = System.nanoTime() - beganNs;
      return body == null ? new Answer(Optional.empty(), "", tookNs) : read(body, tookNs);
    }

    /** The answer to these bytes; null when none comes. */
    byte @Nullable [] ask(byte[] question, int patienceMs) {
      for (int i = 0; i < ATTEMPTS; i++) {
        byte[] answer = once(question, patienceMs);
        if (answer != null) {
          return answer;
        }
      }
      return null;
    }

    /** The same, tried once. */
    byte @Nullable [] once(byte[] question, int patienceMs) {
      try {
        ZMQ.Socket open = socket == null ? open() : socket;
        socket = open;
        open.setReceiveTimeOut(patienceMs);
        open.send(question);
        byte[] answer = open.recv();
        if (answer == null) {
          close();
        }
        return answer;
      } catch (ZMQException | IllegalArgumentException e) {
        close();
        return null;
      }
    }

    private ZMQ.Socket open() {
      ZMQ.Socket opened = context.createSocket(SocketType.REQ);
      opened.setLinger(0);
      opened.setIPv6(isIpv6);
      opened.setMaxMsgSize(MAX_ANSWER_BYTES);
      opened.connect(endpoint);
      return opened;
    }

    @Override
    public void close() {
      if (socket != null) {
        socket.close();
        socket = null;
      }
    }
  }

  private static Answer read(byte[] body, long tookNs) {
    try {
      return new Answer(Optional.of(LookCodec.readAnswer(body)), "", tookNs);
    } catch (WireException e) {
      return new Answer(Optional.empty(), String.valueOf(e.getMessage()), tookNs);
    }
  }

  /** White space after the object means nothing. */
  private static byte[] padded(byte[] question, int atLeastBytes) {
    byte[] padded = Arrays.copyOf(question, Math.max(question.length, atLeastBytes));
    Arrays.fill(padded, question.length, padded.length, (byte) ' ');
    return padded;
  }

  @Override
  public void close() {
    context.close();
  }
}
