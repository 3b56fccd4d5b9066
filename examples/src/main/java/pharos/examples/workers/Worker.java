package pharos.examples.workers;

import java.util.Set;
import java.util.regex.Pattern;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.Agent;
import pharos.examples.Inbox;
import pharos.examples.Options;
import pharos.examples.Program;
import pharos.examples.Threads;

/** Squares numbers, one each {@code --task-ms}, for whoever is connected, until told to end. */
public final class Worker implements AutoCloseable {
  static final String WORK = "Work";

  private static final String TASK_MS = "task-ms";
  private static final int LOOK_MS = 50;

  /** An id and a number, small enough to be squared. */
  private static final Pattern TASK = Pattern.compile("\\d{1,9} \\d{1,9}");

  private final ZContext context = new ZContext();
  private final ZMQ.Socket socket = Inbox.replying(context);
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
        String task = Inbox.take(socket);
        if (task != null) {
          socket.send(TASK.matcher(task).matches() ? done(task) : "that is no task");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String done(String task) throws InterruptedException {
    int space = task.indexOf(' ');
    long number = Long.parseLong(task.substring(space + 1));
    // The time that real work would take.
    Thread.sleep(taskMs);
    return task.substring(0, space) + " " + number * number + " " + agent.self().name();
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
