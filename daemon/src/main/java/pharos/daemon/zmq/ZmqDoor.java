package pharos.daemon.zmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.Cancellable;
import pharos.agent.Counted;
import pharos.agent.PeerEvent;
import pharos.agent.PeerView;
import pharos.daemon.api.Answer;
import pharos.daemon.api.Asked;
import pharos.daemon.api.Asker;
import pharos.daemon.api.Live;
import pharos.daemon.api.Problem;
import pharos.daemon.api.Reply;
import pharos.daemon.api.Table;

/**
 * Where programs of this host ask over ZeroMQ, and follow. A REQ sends method, path and perhaps a
 * body, and gets status and body. A SUB has two topics: {@code peers}, the whole list, and {@code
 * events}. One thread of its own has the sockets.
 */
public final class ZmqDoor implements AutoCloseable {
  static final String PEERS = "peers";
  static final String EVENTS = "events";

  /** A question has a few short frames, of which a body may be the longest. */
  private static final int MOST_BYTES = 64 * 1024;

  /** So many may wait for their answer; who comes then is told to come again. */
  private static final int MOST_WAITING = 256;

  private static final int LINGER_MS = 100;
  private static final Logger log = LoggerFactory.getLogger(ZmqDoor.class);

  private final ZContext context = new ZContext();
  private final ZMQ.Socket questions;
  private final ZMQ.Socket news;
  private final int questionPort;
  private final int newsPort;
  private final Pipe pipe;
  private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isSignalled = new AtomicBoolean();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Asker here = new Asker(InetAddress.getLoopbackAddress(), true);
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Cancellable following;

  // Of its own thread: the beginnings of topics that somebody wants, and whether the list was told.
  private final Set<String> wanted = new HashSet<>();
  private boolean isListOld;

  private volatile boolean isClosed;

  private ZmqDoor(int firstPort) throws IOException {
    context.setLinger(LINGER_MS);
    questions = context.createSocket(SocketType.ROUTER);
    questions.setMaxMsgSize(MOST_BYTES);
    news = context.createSocket(SocketType.XPUB);
    news.setMaxMsgSize(MOST_BYTES);
    // Who asks for the list again gets it again.
    news.setXpubVerbose(true);
    try {
      questionPort = bind(questions, firstPort);
      newsPort = bind(news, firstPort == 0 ? 0 : firstPort + 1);
      pipe = Pipe.open();
      pipe.source().configureBlocking(false);
    } catch (IOException e) {
      context.close();
      throw e;
    }
  }

  /**
   * Takes this port and the next one on the loopback, or two that are free for 0. Nothing is
   * answered yet.
   *
   * @throws IOException when one of them is taken, naming it
   */
  public static ZmqDoor bind(int firstPort) throws IOException {
    return new ZmqDoor(firstPort);
  }

  private static int bind(ZMQ.Socket socket, int port) throws IOException {
    try {
      socket.bind("tcp://127.0.0.1:" + (port == 0 ? "*" : port));
      String endpoint = socket.getLastEndpoint();
      return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    } catch (ZMQException e) {
      throw new IOException("port " + port + " is taken", e);
    }
  }

  /** How many questions wait for their answer. */
  public Counted counted() {
    return Counted.bounded(
        "ZMQ_QUESTIONS_WAITING", "questions", "zmq", waiting.get(), MOST_WAITING);
  }

  /** Where a REQ asks. */
  public int questionPort() {
    return questionPort;
  }

  /** Where a SUB listens. */
  public int newsPort() {
    return newsPort;
  }

  /** Answers by this table, and tells what happens in this view, until it is closed. */
  public void serve(Table table, PeerView view) {
    Thread thread = new Thread(() -> run(table), "pharos-zmq");
    thread.setDaemon(true);
    thread.start();
    following = view.onEvent(this::onEvent);
  }

  private void onEvent(PeerEvent event) {
    submit(
        () -> {
          isListOld = true;
          if (isWanted(EVENTS)) {
            publish(EVENTS, event.toJson().getBytes(UTF_8));
          }
        });
  }

  /** To be done by the thread that has the sockets. */
  private void submit(Runnable job) {
    jobs.add(job);
    if (isSignalled.compareAndSet(false, true)) {
      try {
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
      } catch (IOException e) {
        log.debug("the door is closed", e);
      }
    }
  }

  private void run(Table table) {
    try (ZMQ.Poller poller = context.createPoller(3)) {
      poller.register(questions, ZMQ.Poller.POLLIN);
      poller.register(news, ZMQ.Poller.POLLIN);
      poller.register(pipe.source(), ZMQ.Poller.POLLIN);
      while (!isClosed) {
        poller.poll();
        work();
        takeQuestions(table);
        takeSubscriptions();
        tellList(table);
      }
      work();
      poller.unregister(pipe.source());
    } catch (IOException | RuntimeException e) {
      log.warn("nobody can ask over ZeroMQ any more: {}", e.toString(), e);
    } finally {
      context.close();
      ended.countDown();
    }
  }

  private void work() throws IOException {
    pipe.source().read(ByteBuffer.allocate(16));
    isSignalled.set(false);
    for (Runnable job = jobs.poll(); job != null; job = jobs.poll()) {
      job.run();
    }
  }

  // Questions.

  private void takeQuestions(Table table) {
    for (List<byte[]> frames = receive(questions); frames != null; frames = receive(questions)) {
      int end = frames.size();
      int delimiter = 0;
      while (delimiter < end && frames.get(delimiter).length > 0) {
        delimiter++;
      }
      if (delimiter > 0 && delimiter < end) {
        answer(table, frames.subList(0, delimiter + 1), frames.subList(delimiter + 1, end));
      }
    }
  }

  private static @Nullable List<byte[]> receive(ZMQ.Socket socket) {
    byte[] first = socket.recv(ZMQ.DONTWAIT);
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(List.of(first));
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    return frames;
  }

  private void answer(Table table, List<byte[]> envelope, List<byte[]> question) {
    if (question.size() < 2 || question.size() > 3) {
      String why = "send two or three frames: method, path, and a body where one belongs";
      reply(envelope, new Problem(400, why).reply());
      return;
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      reply(envelope, new Problem(503, "too many others wait: ask again").reply());
      return;
    }
    byte[] body = question.size() == 3 ? question.get(2) : new byte[0];
    Asked asked =
        Asked.of(new String(question.get(0), UTF_8), new String(question.get(1), UTF_8), here);
    var unused =
        table
            .answer(asked, ByteBuffer.wrap(body))
            .thenAccept(
                answer ->
                    submit(
                        () -> {
                          waiting.decrementAndGet();
                          reply(envelope, whole(answer));
                        }));
  }

  private static Reply whole(Answer answer) {
    if (answer instanceof Live live) {
      live.close(Live.Ending.READER_LEFT);
      return new Problem(400, "a stream is no answer: subscribe to " + EVENTS + " instead").reply();
    }
    return (Reply) answer;
  }

  private void reply(List<byte[]> envelope, Reply reply) {
    for (byte[] frame : envelope) {
      questions.send(frame, ZMQ.SNDMORE | ZMQ.DONTWAIT);
    }
    questions.send(String.valueOf(reply.status()).getBytes(UTF_8), ZMQ.SNDMORE | ZMQ.DONTWAIT);
    questions.send(bytes(reply), ZMQ.DONTWAIT);
  }

  private static byte[] bytes(Reply reply) {
    ByteBuffer from = reply.bytes().duplicate();
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }

  // News.

  /** Somebody subscribed: the list as it is now is the first thing he gets. */
  private void takeSubscriptions() {
    for (byte[] told = news.recv(ZMQ.DONTWAIT); told != null; told = news.recv(ZMQ.DONTWAIT)) {
      if (told.length > 0) {
        String beginning = new String(told, 1, told.length - 1, UTF_8);
        if (told[0] == 1) {
          wanted.add(beginning);
          isListOld |= PEERS.startsWith(beginning);
        } else {
          wanted.remove(beginning); // nobody is left who wants it
        }
      }
    }
  }

  private boolean isWanted(String topic) {
    return wanted.stream().anyMatch(topic::startsWith);
  }

  /** Once for all that happened meanwhile, and not where nobody listens. */
  private void tellList(Table table) {
    if (!isListOld || !isWanted(PEERS)) {
      return;
    }
    isListOld = false;
    var unused =
        table
            .answer(Asked.of("GET", "/v1/peers", here), ByteBuffer.allocate(0))
            .thenAccept(answer -> publish(PEERS, bytes(whole(answer))));
  }

  private void publish(String topic, byte[] text) {
    news.send(topic, ZMQ.SNDMORE | ZMQ.DONTWAIT);
    news.send(text, ZMQ.DONTWAIT);
  }

  /** Ends within a moment; who waits gets no answer. */
  @Override
  public void close() {
    if (following != null) {
      following.cancel();
    }
    isClosed = true;
    submit(() -> {});
    try {
      if (following != null && !ended.await(2, TimeUnit.SECONDS)) {
        log.debug("the door to ZeroMQ is slow to close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (following == null) {
      context.close();
    }
  }
}
