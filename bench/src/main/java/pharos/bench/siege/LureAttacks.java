package pharos.bench.siege;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.testkit.stranger.HostileServer;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/** A beacon of nobody makes every agent connect to a server that means ill. */
final class LureAttacks {
  private static final int PAUSE_MS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_FRAMES = 16;

  private LureAttacks() {}

  static List<Attack> all() {
    return List.of(
        lure(
            "lure-negative",
            "frame of a negative size, before READY",
            client -> client.send(Zmtp.greeting(), Zmtp.header(0, PortAttacks.NEGATIVE))),
        lure(
            "lure-minus-one",
            "frame of size -1, before READY, and closed",
            client -> {
              client.send(Zmtp.greeting(), Zmtp.header(0, -1));
              Thread.sleep(50);
              client.close();
            }),
        lure(
            "lure-late",
            "frame of a negative size, after READY",
            client -> client.shake("ROUTER").send(Zmtp.header(0, PortAttacks.NEGATIVE))),
        lure("lure-63-mb", "63 MB in frames of one message", LureAttacks::endless),
        lure(
            "lure-declared",
            "head of a 128 KiB frame and one byte",
            client ->
                client.shake("ROUTER").send(Zmtp.header(0, PortAttacks.MAX_FRAME), new byte[1])),
        lure("lure-parts", "an answer of endless empty parts", LureAttacks::emptyParts),
        lure("lure-mute", "takes connections and says nothing", client -> {}),
        lure("lure-silent", "shakes hands and never answers", client -> client.shake("ROUTER")),
        lure("lure-long", "answers with 128 kB, again and again", LureAttacks::longAnswers),
        lure("lure-error", "answers with an error, again and again", LureAttacks::errors),
        lure("lure-old", "ZMTP 2", client -> client.send(Zmtp.greetingOf2(), new byte[4])),
        lure("lure-ping", "PINGs, short and with a long time to live", LureAttacks::pings),
        lure("lure-true", "a new one, that answers as it should, each time", null));
  }

  private static Attack lure(String name, String what, HostileServer.@Nullable Script script) {
    return new Attack(name, "lured: " + what, PAUSE_MS, camp -> plan(camp, script));
  }

  private static Attack.Strike plan(Camp camp, HostileServer.@Nullable Script script)
      throws IOException {
    Masks masks = camp.keep(new Masks());
    Masks.Mask mask = masks.open(camp.own());
    List<Beacon> last = new ArrayList<>();
    HostileServer.Script played =
        script != null ? script : client -> answer(client, () -> current(last));
    HostileServer server = camp.keep(HostileServer.at(mask.address(), played));
    return () -> {
      Beacon.Builder beacon = camp.nobody().tcpPort(server.port()).udpPort(mask.port());
      synchronized (last) {
        last.clear();
        last.add(beacon.build());
      }
      mask.speak(beacon, camp.field.broadcast());
    };
  }

  private static byte[] current(List<Beacon> last) {
    synchronized (last) {
      return Papers.document(last.get(0));
    }
  }

  /** What is answered to the next question. */
  interface Answer {
    byte[] next() throws IOException;
  }

  /** Answers each question, until the other side ends it. */
  static void answer(Stranger client, Answer answer) throws IOException {
    client.shake("ROUTER");
    while (true) {
      List<byte[]> envelope = envelope(client);
      for (byte[] frame : envelope) {
        client.send(Zmtp.frame(frame, true));
      }
      client.send(Zmtp.frame(answer.next(), false));
    }
  }

  /** Reads one question, and returns what stood before it. */
  private static List<byte[]> envelope(Stranger client) throws IOException {
    List<byte[]> envelope = new ArrayList<>();
    while (true) {
      Stranger.Frame frame = client.read(PATIENCE);
      if (frame.isCommand()) {
        continue;
      }
      if (!frame.hasMore() || envelope.size() == MAX_FRAMES) {
        return envelope;
      }
      envelope.add(frame.body());
    }
  }

  private static void endless(Stranger client) throws IOException {
    client.shake("ROUTER");
    for (int i = 0; i < PortAttacks.LARGE_FRAMES; i++) {
      client.send(Zmtp.frame(PortAttacks.LARGE, true));
    }
  }

  private static void emptyParts(Stranger client) throws IOException {
    client.shake("ROUTER");
    byte[] part = Zmtp.frame(new byte[0], true);
    for (int i = 0; i < 1_000_000; i++) {
      client.send(part);
    }
  }

  private static void longAnswers(Stranger client) throws IOException {
    client.shake("ROUTER");
    for (int i = 0; i < 1_000; i++) {
      client.send(Zmtp.question(new byte[PortAttacks.MAX_FRAME - 1]));
    }
  }

  private static void errors(Stranger client) throws IOException {
    client.shake("ROUTER");
    byte[] error = Zmtp.question("{\"pharos\":1,\"error\":\"\\u001b[31mno\"}".getBytes(UTF_8));
    for (int i = 0; i < 1_000; i++) {
      client.send(error);
    }
  }

  private static void pings(Stranger client) throws IOException {
    client.shake("ROUTER");
    client.send(Zmtp.ping(0xffff, new byte[] {1}));
    client.send(Zmtp.command("PING", new byte[0]));
  }
}
