package pharos.bench.siege;

import static java.nio.charset.StandardCharsets.UTF_8;
import static pharos.testkit.stranger.Zmtp.COMMAND;
import static pharos.testkit.stranger.Zmtp.MORE;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/** What can be sent to the TCP port of an agent. */
final class PortAttacks {
  /** Passes for small where sizes are compared as signed, and is 2 GiB as an int. */
  static final long NEGATIVE = 0x8000_0000_7fff_ffffL;

  /** What JeroMQ takes by our options. */
  static final int MAX_FRAME = 128 * 1024;

  static final byte[] LARGE = new byte[60_000];

  /** So many frames of this size are 63 MB. */
  static final int LARGE_FRAMES = 1_050;

  private static final int CHUNK = 4_000;
  private static final int FLOOD = 325;
  private static final int BURST = 20;

  private PortAttacks() {}

  static List<Attack> all() {
    List<Attack> all = new ArrayList<>(sizes());
    all.addAll(connections());
    all.addAll(floods());
    return all;
  }

  private static List<Attack> sizes() {
    return List.of(
        attack("negative", "frame of a negative size, before READY", 50, PortAttacks::negative),
        attack(
            "minus-one", "frame of size -1, before READY, and closed", 50, PortAttacks::minusOne),
        attack("late-sizes", "both, after READY", 50, PortAttacks::lateSizes),
        attack("63-mb", "one message of 63 MB in frames of 60 kB", 100, PortAttacks::endless),
        attack("parts", "a message of endless empty parts", 100, PortAttacks::emptyParts),
        attack("declared", "head of a 128 KiB frame and one byte, 450 times", 2, declared(0)),
        attack("declared-cmd", "the same as a command", 2, declared(COMMAND)),
        attack("long-ready", "READY of 120 kB", 50, PortAttacks::longReady),
        attack("drip", "a frame byte by byte, 100 times", 10, PortAttacks::drip));
  }

  private static List<Attack> connections() {
    return List.of(
        attack("idle", "1,200 connections that shake hands, or half, or not at all", 1, idle()),
        attack("ping-ttl", "PINGs with a long time to live, one after another", 2, pingTtl()),
        attack("ping-short", "PING without a time to live", 50, PortAttacks::shortPing),
        attack("shake-leave", "shakes hands and leaves", 1, PortAttacks::shakeAndLeave),
        attack("old-zmtp", "ZMTP 1 and 2", 50, PortAttacks::oldZmtp));
  }

  private static List<Attack> floods() {
    return List.of(
        attack("introductions", "valid introductions of 57 kB, unread", 20, introductions()),
        attack("hello", "HELLO again and again, unread", 20, PortAttacks::hello),
        attack("error-doc", "an error as a question", 20, PortAttacks::errorDocument));
  }

  /** A strike at one agent. */
  private interface AtAgent {
    void strike(Camp camp, InetAddress agent) throws IOException, InterruptedException;
  }

  private static Attack attack(String name, String what, int pauseMs, AtAgent strike) {
    return new Attack(name, what, pauseMs, camp -> () -> strike.strike(camp, camp.agent()));
  }

  private static void negative(Camp camp, InetAddress agent) throws IOException {
    Stranger stranger = camp.connect(agent);
    stranger.send(Zmtp.greeting(), Zmtp.header(0, NEGATIVE));
    camp.hold(stranger, 100);
  }

  private static void minusOne(Camp camp, InetAddress agent)
      throws IOException, InterruptedException {
    Stranger stranger = camp.connect(agent);
    stranger.send(Zmtp.greeting(), Zmtp.header(0, -1));
    Thread.sleep(50);
    camp.end(stranger);
  }

  private static void lateSizes(Camp camp, InetAddress agent) throws IOException {
    for (long size : new long[] {NEGATIVE, -1}) {
      Stranger stranger = camp.shaken(agent, "REQ");
      stranger.send(Zmtp.header(size == -1 ? COMMAND : 0, size));
      camp.hold(stranger, 100);
    }
  }

  private static void endless(Camp camp, InetAddress agent) throws IOException {
    Stranger stranger = camp.shaken(agent, "DEALER");
    camp.hold(stranger, 20);
    for (int i = 0; i < LARGE_FRAMES; i++) {
      stranger.send(Zmtp.frame(LARGE, true));
    }
  }

  private static void emptyParts(Camp camp, InetAddress agent) throws IOException {
    Stranger stranger = camp.shaken(agent, "DEALER");
    camp.hold(stranger, 20);
    byte[] parts = new byte[2 * CHUNK];
    for (int i = 0; i < parts.length; i += 2) {
      parts[i] = MORE;
    }
    for (int i = 0; i < 250; i++) {
      stranger.send(parts);
    }
  }

  /** Nothing is read in between, so that they are many before anybody has looked. */
  private static AtAgent declared(int flags) {
    byte[] all =
        Zmtp.join(
            Zmtp.greeting(), Zmtp.ready("DEALER"), Zmtp.header(flags, MAX_FRAME), new byte[1]);
    return (camp, agent) -> {
      for (int i = 0; i < BURST; i++) {
        Stranger stranger = camp.connect(agent);
        camp.hold(stranger, 450 * camp.field.agents().size());
        stranger.send(all);
      }
    };
  }

  private static void longReady(Camp camp, InetAddress agent) throws IOException {
    Stranger stranger = camp.connect(agent);
    camp.hold(stranger, 100);
    byte[] properties =
        Zmtp.join(
            Zmtp.property("Socket-Type", "REQ"), Zmtp.property("X-Long", "x".repeat(120_000)));
    stranger.send(Zmtp.greeting(), Zmtp.command("READY", properties));
  }

  /** One byte goes to each that is held, when its turn comes. */
  private static void drip(Camp camp, InetAddress agent) throws IOException {
    if (camp.held() < 100) {
      Stranger stranger = camp.shaken(agent, "DEALER");
      stranger.send(Zmtp.header(0, 60_000));
      camp.hold(stranger, 100);
    } else {
      camp.eachHeld(stranger -> stranger.send(new byte[1]));
    }
  }

  private static AtAgent idle() {
    byte[] half = {(byte) 0xff, 0, 0, 0, 0};
    byte[] whole = Zmtp.join(Zmtp.greeting(), Zmtp.ready("DEALER"));
    List<byte[]> kinds = List.of(whole, half, new byte[0]);
    return (camp, agent) -> {
      for (int i = 0; i < BURST; i++) {
        Stranger stranger = camp.connect(agent);
        camp.hold(stranger, 1_200 * camp.field.agents().size());
        stranger.send(kinds.get(i % kinds.size()));
      }
    };
  }

  private static AtAgent pingTtl() {
    return (camp, agent) -> {
      Stranger stranger = camp.shaken(agent, "DEALER");
      stranger.send(Zmtp.ping(0xffff, new byte[] {1}));
      if (camp.held() < camp.field.agents().size()) {
        camp.hold(stranger, camp.field.agents().size());
      } else {
        camp.end(stranger);
      }
    };
  }

  private static void shortPing(Camp camp, InetAddress agent) throws IOException {
    Stranger stranger = camp.shaken(agent, "DEALER");
    stranger.send(Zmtp.command("PING", new byte[0]), Zmtp.header(COMMAND, 0));
    camp.hold(stranger, 100);
  }

  private static void shakeAndLeave(Camp camp, InetAddress agent) throws IOException {
    camp.end(camp.shaken(agent, "REQ"));
  }

  private static void oldZmtp(Camp camp, InetAddress agent) throws IOException {
    for (byte[] greeting : List.of(Zmtp.greetingOf1(), Zmtp.greetingOf2())) {
      Stranger stranger = camp.connect(agent);
      camp.hold(stranger, 100);
      stranger.send(greeting, new byte[] {1, 1, 1, 6, 0}, "HELLO".getBytes(UTF_8));
    }
  }

  private static AtAgent introductions() {
    return (camp, agent) -> {
      Stranger stranger = camp.shaken(agent, "DEALER");
      camp.hold(stranger, 4);
      for (int i = 0; i < FLOOD; i++) {
        stranger.send(Zmtp.question(Papers.longDocument(camp.random)));
      }
    };
  }

  private static void hello(Camp camp, InetAddress agent) throws IOException {
    flood(camp, agent, Zmtp.question("HELLO".getBytes(UTF_8)));
  }

  private static void errorDocument(Camp camp, InetAddress agent) throws IOException {
    flood(camp, agent, Zmtp.question("{\"pharos\":1,\"error\":\"no\"}".getBytes(UTF_8)));
  }

  private static void flood(Camp camp, InetAddress agent, byte[] question) throws IOException {
    Stranger stranger = camp.shaken(agent, "DEALER");
    camp.hold(stranger, 20);
    for (int i = 0; i < FLOOD; i++) {
      stranger.send(question);
    }
  }
}
