package pharos.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import pharos.testkit.stranger.SlowHttp;
import pharos.testkit.stranger.Stranger;

/** What can be sent to the HTTP port. */
final class HttpAttacks {
  private static final int CONNECTIONS = 100;

  private HttpAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack(
            "http-silent", "100 connections that say nothing", 500, camp -> slow(camp, false)),
        new Attack(
            "http-slow", "100 requests, a byte every two seconds", 2_000, camp -> slow(camp, true)),
        new Attack("http-unread", "asks and does not read", 50, camp -> () -> unread(camp)),
        new Attack("http-head", "a head without an end", 50, camp -> () -> head(camp)));
  }

  private static Attack.Strike slow(Camp camp, boolean isSpeaking) {
    List<SlowHttp> all = new ArrayList<>();
    for (InetAddress agent : camp.field.agents()) {
      InetSocketAddress at = new InetSocketAddress(agent, Field.HTTP_PORT);
      SlowHttp slow =
          isSpeaking ? SlowHttp.speaking(at, CONNECTIONS) : SlowHttp.silent(at, CONNECTIONS);
      all.add(camp.keep(slow.from(camp.own())));
    }
    return () -> {
      for (SlowHttp slow : all) {
        slow.drip();
        slow.refill();
      }
    };
  }

  private static Stranger connect(Camp camp) throws IOException {
    InetSocketAddress at = new InetSocketAddress(camp.agent(), Field.HTTP_PORT);
    Stranger stranger = camp.keep(Stranger.connect(camp.own(), at));
    camp.hold(stranger, CONNECTIONS);
    return stranger;
  }

  private static void unread(Camp camp) throws IOException {
    Stranger stranger = connect(camp);
    byte[] request =
        ("GET /v1/peers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Field.HTTP_TOKEN
                + "\r\n\r\n")
            .getBytes(US_ASCII);
    for (int i = 0; i < 200; i++) {
      stranger.send(request);
    }
  }

  private static void head(Camp camp) throws IOException {
    Stranger stranger = connect(camp);
    stranger.send("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
    byte[] line = ("X-Long: " + "x".repeat(1_000) + "\r\n").getBytes(US_ASCII);
    for (int i = 0; i < 1_000; i++) {
      stranger.send(line);
    }
  }
}
