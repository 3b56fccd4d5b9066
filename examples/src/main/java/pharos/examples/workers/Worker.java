package pharos.examples.workers;

import java.util.Set;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.Agent;
import pharos.examples.Options;
import pharos.examples.Program;
import pharos.examples.Threads;

/** Squares numbers, one each {@code --task-ms}, for whoever is connected, until told to end. */
public final class Worker implements AutoCloseable {
  static final String WORK = "Work";

  private static final String TASK_MS = "task-ms";
  private static final int LOOK_MS = 50;

  private final ZContext context = new ZContext();
  private final ZMQ.Socket socket = context.createSocket(SocketType.REP);
  private final Agent agent;
  private final Thread thread = new Thread(this::work, "worker");
  private final int taskMs;
  private volatile boolean isClosed;

  private Worker(Options options) {
    taskMs = options.number(TASK_MS, 10);
    socket.setReceiveTimeOut(LOOK_MS);
    int port = socket.bindToRandomPort("tcp://*");
    agent = options.agent("Worker").offer(WORK, port).start();
    thread.start();
  }

  public static void main(String[] args) throws Exception {
    Program.run(args, Set.of(TASK_MS), options -> Program.untilStopped(new Worker(options)));
  }

  /** A task is an id and a number; the answer is the id, the square, and who made it. */
  private void work() {
    try {
      while (!isClosed) {
        String task = socket.recvStr();
        if (task != null) {
          int space = task.indexOf(' ');
          long number = Long.parseLong(task.substring(space + 1));
          // The time that real work would take.
          Thread.sleep(taskMs);
          String id = task.substring(0, space);
          socket.send(id + " " + number * number + " " + agent.self().name());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    agent.close();
    isClosed = true;
    Threads.join(thread);
    socket.close();
    context.close();
  }
}
