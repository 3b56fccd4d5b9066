package pharos.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.daemon.api.Token;
import pharos.daemon.http.HttpServer;
import pharos.daemon.zmq.ZmqDoor;
import picocli.CommandLine.Option;

/** Where a running agent is to be had over HTTP, and by whom. */
final class HttpOptions {
  private static final String TOKEN_VARIABLE = "PHAROS_HTTP_TOKEN";

  /** Of this many blocks of ports the first that is free is taken, where none was asked for. */
  private static final int BLOCKS = 10;

  private static final int BLOCK = 10;
  private static final int FIRST_PORT = Integer.parseInt(HttpAddress.DEFAULT_PORT);
  private static final int LAST_PORT = 65_535;

  @Option(
      names = "--http",
      paramLabel = "[HOST:]PORT|off",
      arity = "0..1",
      fallbackValue = HttpAddress.DEFAULT_TEXT,
      converter = HttpAddress.Reader.class,
      description =
          "Serve /v1/self, /v1/peers, /v1/events and the rest of docs/HTTP.md there. Default:"
              + " 127.0.0.1:8670, or 8680 and so on when that is taken. Beyond this host every"
              + " request wants a token.")
  private HttpAddress http = HttpAddress.DEFAULT;

  @Option(
      names = "--http-name",
      paramLabel = "NAME",
      description =
          "A host name that HTTP may be called by, besides addresses and localhost. May be"
              + " repeated.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--http-token-file",
      paramLabel = "FILE",
      description =
          "Where the token is that every request wants; the variable PHAROS_HTTP_TOKEN is the same."
              + " Default: one is made where HTTP is reached from other hosts.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--management",
      paramLabel = "[HOST:]PORT",
      arity = "0..1",
      fallbackValue = HttpAddress.DEFAULT_TEXT,
      converter = HttpAddress.Reader.class,
      description =
          "Serve /healthz, /readyz and /metrics alone there, without a token; the host is 127.0.0.1"
              + " and the port the one after that of HTTP unless given. Default: not.")
  private HttpAddress management = HttpAddress.OFF;

  @Option(
      names = "--zmq",
      paramLabel = "PORT|off",
      description =
          "Answer programs of this host over ZeroMQ there: a REQ sends method and path, and gets"
              + " status and body; a SUB at the port after it hears 'peers' and 'events'. Default:"
              + " two ports after that of HTTP.")
  private @Nullable String zmq;

  /** Takes the ports, before anybody hears of this agent; nothing is loaded when HTTP is off. */
  HttpSide bind(Caller caller) {
    boolean isOff = http.equals(HttpAddress.OFF);
    if (isOff && !names.isEmpty()) {
      throw new Misuse("--http-name " + names.get(0) + " is of no use with --http off");
    }
    if (isOff && tokenFile != null) {
      throw new Misuse("--http-token-file " + tokenFile + " is of no use with --http off");
    }
    checkNames();
    checkZmq(isOff);
    if (isOff && management.equals(HttpAddress.OFF)) {
      return HttpSide.OFF;
    }
    Optional<Token> token = isOff ? Optional.empty() : token(caller.variable(TOKEN_VARIABLE));
    for (int block = 0; block < BLOCKS; block++) {
      int port = http.orPort(FIRST_PORT + block * BLOCK).port();
      HttpServer server = bind(http.orPort(port), management.orPort(behind(port, 1)));
      Optional<ZmqDoor> door =
          server == null || isOff ? Optional.empty() : door(server, behind(server.port(), 2));
      if (server != null && (door.isPresent() || isOff || isZmqOff())) {
        return new HttpSide(server, door, http, names, token, isMoved(block > 0));
      }
    }
    HttpServer server = bind(http.orPort(0), management.orPort(0));
    if (server == null) {
      throw new Failure("--http: no port of " + http.host() + " can be had: try --http off");
    }
    return new HttpSide(
        server, isOff ? Optional.empty() : door(server, 0), http, names, token, isMoved(true));
  }

  /** So many ports after that one; any that is free where there is none, or where that is any. */
  private static int behind(int port, int count) {
    return port == 0 || port > LAST_PORT - BLOCK ? 0 : port + count;
  }

  /** Who asked for a port has it, whatever else had to move. */
  private boolean isMoved(boolean isLaterBlock) {
    return isLaterBlock && !http.isAsked();
  }

  private boolean isZmqOff() {
    return "off".equals(zmq);
  }

  /** Nobody would ever be let in by another. */
  private void checkNames() {
    for (String name : names) {
      if (!name.matches("[A-Za-z0-9._-]{1,253}")) {
        throw new Misuse(
            "--http-name: '" + name + "' is no host name: write it without a port, as web.example");
      }
    }
  }

  private void checkZmq(boolean isHttpOff) {
    String asked = zmq;
    if (asked == null || isZmqOff()) {
      return;
    }
    if (isHttpOff) {
      throw new Misuse("--zmq " + asked + " is of no use with --http off");
    }
    if (!asked.matches("\\d{1,5}") || Integer.parseInt(asked) > 65_534) {
      throw new Misuse("--zmq: '" + asked + "' is neither 'off' nor a port from 0 to 65534");
    }
  }

  /** None when it is off, or when a port is taken that nobody asked for; then HTTP ends too. */
  private Optional<ZmqDoor> door(HttpServer server, int usual) {
    if (isZmqOff()) {
      return Optional.empty();
    }
    String asked = zmq;
    try {
      return Optional.of(ZmqDoor.bind(asked == null ? usual : Integer.parseInt(asked)));
    } catch (IOException e) {
      server.close();
      if (asked != null) {
        throw new Failure("--zmq " + asked + ": " + e.getMessage() + ": choose another", e);
      }
      return Optional.empty();
    }
  }

  /** Null when a port is taken that nobody asked for. */
  private @Nullable HttpServer bind(HttpAddress at, HttpAddress watched) {
    boolean isOff = http.equals(HttpAddress.OFF);
    boolean isWatched = !management.equals(HttpAddress.OFF);
    HttpServer server = null;
    try {
      server = HttpServer.bind(isOff ? watched.resolved() : at.resolved());
    } catch (IOException e) {
      check(isOff ? "--management " : "--http ", isOff ? management : http, e);
      return null;
    }
    try {
      if (isWatched && !isOff) {
        server.bindManagement(watched.resolved());
      }
      return server;
    } catch (IOException e) {
      server.close();
      check("--management ", management, e);
      return null;
    }
  }

  private static void check(String option, HttpAddress asked, IOException e) {
    if (asked.isAsked()) {
      throw new Failure(
          option
              + asked
              + ": cannot listen there ("
              + reason(e)
              + "): choose another port, or 0 for any that is free",
          e);
    }
  }

  /** The innermost message, which is the system's own. */
  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private Optional<Token> token(String variable) {
    Path file = tokenFile;
    if (file != null) {
      return Optional.of(
          token("--http-token-file " + file, TextFile.read("--http-token-file", file)));
    }
    if (!variable.isEmpty()) {
      return Optional.of(token(TOKEN_VARIABLE, variable));
    }
    return http.isLoopback() ? Optional.empty() : Optional.of(Token.random());
  }

  private Token token(String where, String text) {
    try {
      return Token.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw new Misuse(where + ": " + e.getMessage());
    }
  }
}
