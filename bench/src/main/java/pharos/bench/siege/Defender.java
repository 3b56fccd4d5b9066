package pharos.bench.siege;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import pharos.daemon.Main;

/**
 * The process of an agent under siege: {@code pharos agent}, and a thread that tells every few
 * seconds what it holds. Its class path is the launcher's matter.
 */
public final class Defender {
  private static final int MIB = 1024 * 1024;

  private Defender() {}

  /** Arguments: a name, seconds between two gauges, and the arguments of {@code pharos}. */
  public static void main(String[] args) {
    int seconds = Integer.parseInt(args[1]);
    Thread gauge = new Thread(() -> gauge(seconds), "gauge");
    gauge.setDaemon(true);
    gauge.start();
    String[] rest = Arrays.copyOfRange(args, 2, args.length);
    Main.main(rest);
  }

  private static void gauge(int seconds) {
    try {
      while (true) {
        TimeUnit.SECONDS.sleep(seconds);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long direct =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(it -> it.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        System.out.println(
            Gauge.MARK
                + heap * 10 / MIB
                + " "
                + direct * 10 / MIB
                + " "
                + ManagementFactory.getThreadMXBean().getThreadCount());
        System.out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
