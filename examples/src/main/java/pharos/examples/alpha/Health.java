package pharos.examples.alpha;

import java.util.Optional;
import java.util.Set;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.examples.Options;
import pharos.examples.Program;

/**
 * Whether the agent of this host answers on its {@code --port}: prints what it says and ends with
 * 0, or with 1 when there is no answer. What the health check of the container image runs.
 */
public final class Health {
  private static final int PATIENCE_MS = 2_000;

  private Health() {}

  public static void main(String[] args) throws Exception {
    Program.run(args, Set.of(), Health::run);
  }

  private static void run(Options options) {
    if (options.text("port").isEmpty()) {
      throw new IllegalArgumentException("--port is missing: the TCP port of the agent");
    }
    int port = options.number("port", 0);
    Optional<String> answer = ask(port);
    System.out.println(answer.orElse("no answer at port " + port));
    if (answer.isEmpty()) {
      System.exit(1);
    }
  }

  /** What the agent says of itself, as any ZeroMQ program may ask it. */
  static Optional<String> ask(int port) {
    try (ZContext context = new ZContext()) {
      ZMQ.Socket socket = Caller.question(context);
      socket.connect("tcp://127.0.0.1:" + port);
      socket.setReceiveTimeOut(PATIENCE_MS);
      socket.send("HELLO");
      return Optional.ofNullable(socket.recvStr());
    }
  }
}
