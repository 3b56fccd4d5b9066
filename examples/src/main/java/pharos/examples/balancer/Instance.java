package pharos.examples.balancer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import pharos.agent.Agent;
import pharos.examples.Options;
import pharos.examples.Program;

/** A web server that says its name; first it leaves, then it ends what it has begun. */
public final class Instance implements AutoCloseable {
  static final String WEB = "Web";

  private static final int THREADS = 4;
  private static final int LAST_REQUESTS_SECONDS = 1;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final HttpServer server;
  private final Agent agent;

  private Instance(Options options) throws IOException {
    server = HttpServer.create(new InetSocketAddress(0), 0);
    server.setExecutor(threads);
    int port = server.getAddress().getPort();
    agent = options.agent("Web").offer(WEB, port, "http", Map.of()).start();
    server.createContext("/", this::answer);
    server.start();
  }

  public static void main(String[] args) throws Exception {
    Program.run(args, Set.of(), options -> Program.untilStopped(new Instance(options)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = agent.self().name().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** When the goodbye is said, a tenth of a second later, the balancer sends nothing more. */
  @Override
  public void close() {
    agent.close();
    server.stop(LAST_REQUESTS_SECONDS);
    threads.shutdown();
  }
}
