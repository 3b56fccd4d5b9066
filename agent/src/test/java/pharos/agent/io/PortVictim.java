package pharos.agent.io;

import java.io.IOException;
import java.util.Locale;

/**
 * An agent on the loopback in a JVM of its own, to be attacked: prints its port, and four times a
 * second what it uses.
 */
final class PortVictim {
  private PortVictim() {}

  /** Argument: the beacon port. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Loops.Running agent = new Loops.Running(Loops.settings("victim", Integer.parseInt(args[0])));
    System.out.println("port " + agent.loop.tcpPort());
    long beforeMs = cpuMs();
    while (!agent.hasEnded) {
      Thread.sleep(250);
      long nowMs = cpuMs();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          Locale.ROOT,
          "state cpu=%d heap=%d counts=%s%n",
          (nowMs - beforeMs) * 100 / 250,
          (runtime.totalMemory() - runtime.freeMemory()) >> 20,
          agent.counts());
      beforeMs = nowMs;
    }
    System.out.println("ended");
  }

  /** Of the whole process. */
  private static long cpuMs() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
  }
}
