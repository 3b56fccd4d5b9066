package pharos.agent.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import pharos.agent.core.Introduction;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.beacon.NodeId;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/**
 * What a stranger may send to the TCP port: each ended JeroMQ's thread, or kept it busy for ever.
 */
enum Attack {
  /** As a long it is below the limit, as an int it is 2 GiB. */
  NEGATIVE_SIZE {
    @Override
    void play(Crowd crowd) throws IOException {
      crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.header(0, 0x8000_0000_7fff_ffffL));
      crowd.say(crowd.shaken(), Zmtp.header(0, 0x8000_0000_7fff_ffffL));
      crowd.say(
          crowd.shaken(), Zmtp.frame(new byte[0], true), Zmtp.header(1, 0x8000_0000_7fff_ffffL));
    }
  },
  /** And the connection ends, so that nothing comes that would wake anybody. */
  SIZE_OF_MINUS_ONE {
    @Override
    void play(Crowd crowd) throws IOException {
      crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.header(0, -1)).close();
      crowd.say(crowd.shaken(), Zmtp.header(0, -1)).close();
      crowd.say(crowd.shaken(), Zmtp.header(4, -1));
    }
  },
  SIXTY_MEGABYTES_IN_ONE_MESSAGE {
    @Override
    void play(Crowd crowd) throws IOException {
      byte[] frame = Zmtp.frame(new byte[60_000], true);
      Stranger stranger = crowd.shaken();
      crowd.repeat(stranger, frame, 1_050);
    }
  },
  ENDLESS_EMPTY_PARTS {
    @Override
    void play(Crowd crowd) throws IOException {
      byte[] parts = new byte[20_000];
      for (int i = 0; i < parts.length; i += 2) {
        parts[i] = Zmtp.MORE;
      }
      Stranger stranger = crowd.shaken();
      crowd.repeat(stranger, parts, 600);
    }
  },
  /** The frame is made when its head arrives. */
  DECLARED_AND_NOT_SENT {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int i = 0; i < 900; i++) {
        byte[] before = i % 2 == 0 ? new byte[0] : Zmtp.frame(new byte[0], true);
        crowd.mayFail(it -> it.send(before, Zmtp.header(0, 128 * 1024), new byte[1]));
      }
    }
  },
  COMMANDS_DECLARED_AND_NOT_SENT {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int i = 0; i < 450; i++) {
        crowd.mayFail(it -> it.send(Zmtp.header(Zmtp.COMMAND, 128 * 1024), new byte[1]));
      }
    }
  },
  READY_OF_120_KILOBYTES {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int i = 0; i < 100; i++) {
        crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.command("READY", new byte[120_000]));
      }
    }
  },
  READY_AND_ERROR_THAT_MAKE_NO_SENSE {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int length = 0; length < 12; length++) {
        byte[] filled = "\377".repeat(length).getBytes(StandardCharsets.ISO_8859_1);
        crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.command("ERROR", filled));
        crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.command("ERROR", new byte[length]));
        crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.command("READY", filled));
        crowd.say(crowd.spoiled(), Zmtp.greeting(), Zmtp.frame(filled, true));
      }
    }
  },
  /** Some stay mute, some greet by half, some shake hands. */
  CONNECTIONS_THAT_STAY {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int i = 0; i < 4_200; i++) {
        switch (i % 4) {
          case 0 -> crowd.spoiled();
          case 1 -> crowd.say(crowd.spoiled(), new byte[] {(byte) 0xff, 0, 0});
          case 2 -> crowd.say(crowd.spoiled(), Zmtp.greeting());
          default -> crowd.mayFail(it -> it.send(Zmtp.frame(new byte[0], true)));
        }
      }
    }
  },
  VALID_INTRODUCTIONS_FASTER_THAN_READ {
    @Override
    void play(Crowd crowd) throws IOException {
      byte[] question = Zmtp.question(introduction(57_000));
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Stranger stranger = crowd.shaken();
        Thread sender = new Thread(() -> crowd.repeat(stranger, question, 325));
        sender.setDaemon(true);
        sender.start();
        senders.add(sender);
      }
      crowd.await(senders);
    }
  },
  /** Nothing that is answered is read. */
  QUESTIONS_WITHOUT_READING {
    @Override
    void play(Crowd crowd) throws IOException {
      byte[] question = Zmtp.question("HELLO".getBytes(StandardCharsets.US_ASCII));
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Stranger stranger = crowd.shaken();
        Thread sender = new Thread(() -> crowd.repeat(stranger, question, 20_000));
        sender.setDaemon(true);
        sender.start();
        senders.add(sender);
      }
      crowd.await(senders);
    }
  },
  /** Each sets a timer of hours, which outlives its connection while an earlier one is alive. */
  PINGS_WITH_A_TTL {
    @Override
    void play(Crowd crowd) throws IOException {
      crowd.say(crowd.shaken(), Zmtp.ping(65_535, new byte[0]));
      for (int i = 0; i < 1_000; i++) {
        try (Stranger one = Stranger.connect(crowd.to())) {
          crowd.say(one.shake("DEALER"), Zmtp.ping(65_535, new byte[16]));
        }
      }
    }
  },
  SHORT_PINGS {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int length = 0; length < 2; length++) {
        crowd.say(crowd.shaken(), Zmtp.command("PING", new byte[length]));
        crowd.say(
            crowd.shaken(), Zmtp.frame(new byte[0], true), Zmtp.command("PING", new byte[length]));
      }
    }
  },
  CONNECTIONS_THAT_SHAKE_AND_LEAVE {
    @Override
    void play(Crowd crowd) throws IOException {
      for (int i = 0; i < 3_000; i++) {
        try (Stranger one = Stranger.connect(crowd.to())) {
          one.shake("DEALER");
        }
      }
    }
  },
  ZMTP_1_AND_2 {
    @Override
    void play(Crowd crowd) throws IOException {
      byte[] more = Zmtp.frame(new byte[60_000], true);
      for (int i = 0; i < 50; i++) {
        byte[] greeting = i % 2 == 0 ? Zmtp.greetingOf1() : Zmtp.greetingOf2();
        crowd.say(crowd.spoiled(), greeting, more, more, Zmtp.header(0, -1));
      }
    }
  },
  /** JeroMQ keeps what a peer says of itself with what it knows of it. */
  READY_WITH_ANOTHER_ADDRESS {
    @Override
    void play(Crowd crowd) throws IOException {
      byte[] lie =
          Zmtp.command(
              "READY",
              Zmtp.join(
                  Zmtp.property("Socket-Type", "REQ"),
                  Zmtp.property("Peer-Address", "192.0.2.1:80")));
      for (int i = 0; i < 50; i++) {
        crowd.say(crowd.spoiled(), Zmtp.greeting(), lie, Zmtp.question(new byte[200]));
      }
    }
  };

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Hands are shaken where it matters: what comes before JeroMQ has said READY itself is refused.
   */
  abstract void play(Crowd crowd) throws IOException;

  /** A document of about that many octets. */
  static byte[] introduction(int length) {
    String value = "x".repeat(4_000);
    List<Offer> offers = new ArrayList<>();
    for (int i = 0; i <= length / 4_100; i++) {
      offers.add(new Offer("Flood." + i, 1, "tcp", Map.of("key", value)));
    }
    return WireCodec.write(
        new Introduction(
            NodeId.random(new Random(length)), 1, "flood", "Flood", WireCodec.write(offers)));
  }

  /** The connections of one attack. */
  static final class Crowd implements AutoCloseable {
    private final InetSocketAddress to;
    private final List<Stranger> open = new ArrayList<>();

    interface Step {
      void with(Stranger stranger) throws IOException;
    }

    Crowd(InetSocketAddress to) {
      this.to = to;
    }

    InetSocketAddress to() {
      return to;
    }

    /** One that has not said anything yet. */
    Stranger spoiled() throws IOException {
      Stranger stranger = Stranger.connect(to);
      open.add(stranger);
      return stranger;
    }

    Stranger shaken() throws IOException {
      return spoiled().shake("DEALER");
    }

    /** The other side may end it meanwhile, as it should. */
    Stranger say(Stranger stranger, byte[]... bytes) {
      try {
        return stranger.send(bytes);
      } catch (IOException e) {
        stranger.close();
        return stranger;
      }
    }

    /** One of so many that the other side may have none of it. */
    void mayFail(Step step) throws IOException {
      Stranger stranger = spoiled();
      try {
        step.with(stranger.shake("DEALER"));
      } catch (IOException e) {
        stranger.close();
      }
    }

    /** Until it is done or the other side ends it. */
    void repeat(Stranger stranger, byte[] bytes, int times) {
      try {
        for (int i = 0; i < times; i++) {
          stranger.send(bytes);
        }
      } catch (IOException e) {
        stranger.close();
      }
    }

    void await(List<Thread> threads) {
      try {
        for (Thread thread : threads) {
          thread.join(PATIENCE.toMillis() / threads.size());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      open.forEach(Stranger::close);
    }
  }
}
