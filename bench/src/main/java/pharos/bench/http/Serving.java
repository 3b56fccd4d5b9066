package pharos.bench.http;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pharos.bench.meeting.Handle;

/**
 * An agent's HTTP in a process of its own, with the small heap of the daemon: requests a second,
 * and how soon who follows the events has one.
 */
public final class Serving {
  private static final int PEERS = 1_000;
  private static final int CLIENTS = 4;
  private static final int EVERY_MS = 50;
  private static final int PATIENCE_MS = 10_000;
  private static final Pattern STAMP = Pattern.compile("\"stamp\":\"([1-9]\\d*)\"");

  private final int seconds;
  private final PrintStream out;

  /**
   * @param seconds how long each line is measured
   */
  public Serving(int seconds, PrintStream out) {
    this.seconds = seconds;
    this.out = out;
  }

  /** One connection, which is kept. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    void ask(String path, String header) throws IOException {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** The head of the answer, without its body; that was {@code length} octets. */
    String answer() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        int octet = in.read();
        if (octet < 0) {
          throw new EOFException("the connection ended after '" + head + "'");
        }
        head.append((char) octet);
      }
      in.skipNBytes(number(head.toString(), "content-length: (\\d+)"));
      return head.toString();
    }

    BufferedReader reader() {
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static long number(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text.toLowerCase(Locale.ROOT));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /** Prints the table. */
  public void run() throws IOException, InterruptedException {
    out.printf(
        "%-44s %10s %10s %10s %10s %10s%n",
        "with " + PEERS + " peers", "a second", "KiB each", "median ms", "p99 ms", "max ms");
    List<String> heap = List.of("-Xms8m", "-Xmx64m");
    try (Handle crowd = Handle.startWithDaemon(heap, "crowd", Crowd.class, "" + PEERS)) {
      String ready = crowd.await(it -> it.what().equals("ready"), "ready").detail();
      int port = Integer.parseInt(ready);
      long before = crowd.residentMiB();
      asked(port, "/v1/peers", "");
      String tag = tag(port);
      asked(port, "/v1/peers", "If-None-Match: " + tag + "\r\n");
      asked(port, "/v1/peers/worker-7", "");
      for (int readers : new int[] {1, 100}) {
        followed(crowd, port, readers);
      }
      out.printf(
          Locale.ROOT,
          "resident: %d MiB before, %d MiB after all of it%n",
          before,
          crowd.residentMiB());
    }
  }

  private static String tag(int port) throws IOException {
    try (Client client = new Client(port)) {
      client.ask("/v1/peers", "");
      String head = client.answer();
      Matcher matcher = Pattern.compile("(?i)etag: (\\S+)").matcher(head);
      if (!matcher.find()) {
        throw new IOException("no ETag in " + head);
      }
      return matcher.group(1);
    }
  }

  /** Some clients, each with a connection, ask as fast as they are answered. */
  private void asked(int port, String path, String header)
      throws IOException, InterruptedException {
    List<Long> times = new ArrayList<>();
    long[] octets = {0};
    for (int round = 0; round < 2; round++) {
      // The first is a warm-up.
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(round == 0 ? 2 : seconds);
      times.clear();
      together(
          CLIENTS,
          () -> {
            List<Long> own = new ArrayList<>();
            try (Client client = new Client(port)) {
              for (long nowNs = System.nanoTime(); nowNs - endNs < 0; ) {
                client.ask(path, header);
                String head = client.answer();
                octets[0] = number(head, "content-length: (\\d+)");
                long thenNs = System.nanoTime();
                own.add(thenNs - nowNs);
                nowNs = thenNs;
              }
            }
            return own;
          },
          times);
    }
    String what = "GET " + path + (header.isEmpty() ? "" : ", unchanged");
    print(what, times.size() / (double) seconds, octets[0], times);
  }

  /** Readers of the events; twenty a second, and how long each takes to each. */
  private void followed(Handle crowd, int port, int readers)
      throws IOException, InterruptedException {
    int changes = seconds * 1_000 / EVERY_MS;
    List<Long> times = new ArrayList<>();
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < readers; i++) {
        Client client = new Client(port);
        clients.add(client);
        client.ask("/v1/events", "");
        client.answer();
      }
      crowd.forget();
      List<Callable<List<Long>>> all = new ArrayList<>();
      for (Client client : clients) {
        all.add(() -> read(client, changes));
      }
      ExecutorService pool = Executors.newFixedThreadPool(readers);
      List<Future<List<Long>>> futures = new ArrayList<>();
      all.forEach(each -> futures.add(pool.submit(each)));
      TimeUnit.SECONDS.sleep(1);
      crowd.tell("change " + changes + " " + EVERY_MS);
      collect(futures, times);
      pool.shutdownNow();
    } finally {
      for (Client client : clients) {
        client.close();
      }
    }
    String what = "an event, to each of " + readers + (readers == 1 ? " reader" : " readers");
    print(what, times.size() / (double) seconds, 0, times);
  }

  private static List<Long> read(Client client, int changes) throws IOException {
    List<Long> times = new ArrayList<>();
    BufferedReader reader = client.reader();
    boolean isUpdate = false;
    while (times.size() < changes) {
      String line = reader.readLine();
      if (line == null) {
        throw new EOFException("the stream ended after " + times.size() + " events");
      }
      if (line.startsWith("event:")) {
        isUpdate = line.contains("updated");
      }
      Matcher matcher = STAMP.matcher(isUpdate && line.startsWith("data:") ? line : "");
      if (matcher.find()) {
        times.add(System.nanoTime() - Long.parseLong(matcher.group(1)));
      }
    }
    return times;
  }

  private static void together(int count, Callable<List<Long>> each, List<Long> times)
      throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      collect(pool.invokeAll(Collections.nCopies(count, each)), times);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void collect(List<Future<List<Long>>> futures, List<Long> times)
      throws IOException, InterruptedException {
    for (Future<List<Long>> future : futures) {
      try {
        times.addAll(future.get());
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
  }

  private void print(String what, double perSecond, long octets, List<Long> times) {
    double[] sorted = times.stream().mapToDouble(ns -> ns / 1e6).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalStateException(what + ": nothing was answered");
    }
    out.printf(
        Locale.ROOT,
        "%-44s %10.0f %10.1f %10.2f %10.2f %10.2f%n",
        what,
        perSecond,
        octets / 1024.0,
        sorted[sorted.length / 2],
        sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)],
        Arrays.stream(sorted).max().orElse(0));
  }
}
