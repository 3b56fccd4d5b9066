package pharos.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Doubt;
import pharos.testkit.stranger.HostileServer;
import pharos.testkit.stranger.Stranger;

/** Presence in the name of others, or of nobody, from the enemy's own addresses. */
final class PresenceAttacks {
  private static final int GHOSTS = 3_000;
  private static final int RELAYED_BYTES = 64 * 1024;

  private PresenceAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack(
            "moved-goodbye",
            "a peer from elsewhere, its nonce echoed, then LEAVING from there",
            100,
            PresenceAttacks::movedGoodbye),
        new Attack(
            "relay",
            "a peer from elsewhere, echoed, its true answers relayed, then LEAVING",
            200,
            PresenceAttacks::relay),
        new Attack(
            "claims",
            "a later incarnation from elsewhere, echoed",
            25,
            camp -> claims(camp, false)),
        new Attack(
            "claims-tcp",
            "the same, and it answers over TCP as it should",
            25,
            camp -> claims(camp, true)),
        new Attack(
            "clones", "an agent's own id, an earlier incarnation, echoed", 100, clones(-1_000)),
        new Attack("overtake", "an agent's own id, a later incarnation", 100, clones(5_000)),
        new Attack("ghosts", "3,000 ports that echo and take no connection", 3, ghosts()),
        new Attack("invented", "four invented addresses in each beacon, echoed", 40, invented()),
        new Attack("doubts", "doubts about everybody", 20, doubts()),
        new Attack("gateways", "gateways that are none", 20, gateways()),
        new Attack("noise", "datagrams of any bytes and length", 5, noise()));
  }

  /** One agent that was heard, or nobody yet. */
  static Eavesdropper.@Nullable Heard victim(Camp camp) {
    List<Eavesdropper.Heard> agents = camp.ears.agents(camp.field);
    return agents.isEmpty() ? null : agents.get(camp.random.nextInt(agents.size()));
  }

  /** Its last beacon, as it will be a moment later. */
  static Beacon.Builder later(Beacon beacon, int by) {
    return beacon.toBuilder()
        .nextMs(Eavesdropper.FORGED_MS)
        .sequence(Math.min(beacon.sequence() + by, 0xffff_ffffL));
  }

  private static Attack.Strike movedGoodbye(Camp camp) throws IOException {
    Masks masks = camp.keep(new Masks());
    List<Masks.Mask> all = masks(camp, masks, 16);
    int[] turn = {0};
    return () -> {
      Eavesdropper.Heard victim = victim(camp);
      if (victim != null) {
        Masks.Mask mask = all.get(turn[0]++ % all.size());
        mask.speak(later(victim.beacon(), 5), camp.field.broadcast());
        // The echo needs a moment to prove the place.
        Thread.sleep(50);
        Beacon.Builder goodbye = later(victim.beacon(), 500).udpPort(mask.port()).leaving();
        mask.send(Masks.bytes(goodbye.build()), camp.field.broadcast());
      }
    };
  }

  static List<Masks.Mask> masks(Camp camp, Masks masks, int count) throws IOException {
    List<Masks.Mask> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(masks.open(camp.own()));
    }
    return all;
  }

  /** All that comes to the server goes to the victim, and back. */
  private static Attack.Strike relay(Camp camp) throws IOException {
    Masks masks = camp.keep(new Masks());
    Masks.Mask mask = masks.open(camp.own());
    AtomicReference<@Nullable InetAddress> behind = new AtomicReference<>();
    HostileServer server =
        camp.keep(
            HostileServer.at(
                mask.address(),
                client -> {
                  InetAddress agent = behind.get();
                  if (agent != null) {
                    relay(client, camp.connect(agent));
                  }
                }));
    return () -> {
      Eavesdropper.Heard victim = victim(camp);
      if (victim != null) {
        behind.set(victim.from());
        mask.speak(later(victim.beacon(), 5).tcpPort(server.port()), camp.field.broadcast());
        Thread.sleep(1_000);
        Beacon.Builder goodbye = later(victim.beacon(), 500).udpPort(mask.port()).leaving();
        mask.send(Masks.bytes(goodbye.build()), camp.field.broadcast());
      }
    };
  }

  private static void relay(Stranger client, Stranger agent) {
    Thread back = new Thread(() -> pump(agent, client), "relay");
    back.setDaemon(true);
    back.start();
    pump(client, agent);
  }

  private static void pump(Stranger from, Stranger to) {
    byte[] buffer = new byte[RELAYED_BYTES];
    try {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        to.send(Arrays.copyOf(buffer, n));
      }
    } catch (IOException e) {
      // One side had enough.
    } finally {
      from.close();
      to.close();
    }
  }

  /** 24 places, each of which says that it is the later run of the same and of other agents. */
  private static Attack.Strike claims(Camp camp, boolean answersTcp) throws IOException {
    Masks masks = camp.keep(new Masks());
    List<Masks.Mask> all = masks(camp, masks, 24);
    List<Integer> ports = new ArrayList<>();
    for (Masks.Mask mask : all) {
      HostileServer.Script script =
          client ->
              LureAttacks.answer(
                  client,
                  () -> {
                    Beacon as = mask.as();
                    return as == null ? new byte[0] : Papers.document(as);
                  });
      ports.add(answersTcp ? camp.keep(HostileServer.at(mask.address(), script)).port() : 9);
    }
    int[] turn = {0};
    return () -> {
      Eavesdropper.Heard victim = victim(camp);
      if (victim != null) {
        int index = turn[0]++ % all.size();
        Beacon.Builder claim =
            later(victim.beacon(), 0).incarnation(victim.beacon().incarnation() + 1 + turn[0]);
        all.get(index).speak(claim.digest(0).tcpPort(ports.get(index)), camp.field.broadcast());
      }
    };
  }

  private static Attack.Plan clones(int byMs) {
    return camp -> {
      Masks masks = camp.keep(new Masks());
      List<Masks.Mask> all = masks(camp, masks, 8);
      int[] turn = {0};
      return () -> {
        Eavesdropper.Heard victim = victim(camp);
        if (victim != null) {
          long incarnation = Math.max(1, victim.beacon().incarnation() + byMs);
          all.get(turn[0]++ % all.size())
              .speak(
                  later(victim.beacon(), 0).incarnation(incarnation).tcpPort(9),
                  camp.field.broadcast());
        }
      };
    };
  }

  private static Attack.Plan ghosts() {
    return camp -> {
      Masks masks = camp.keep(new Masks());
      List<Masks.Mask> all = masks(camp, masks, GHOSTS);
      List<Beacon.Builder> names = new ArrayList<>();
      int[] turn = {0};
      return () -> {
        int index = turn[0]++ % GHOSTS;
        if (index == names.size()) {
          names.add(camp.nobody().name("ghost").tcpPort(1 + index));
        }
        all.get(index).speak(names.get(index).sequence(turn[0]), camp.field.broadcast());
      };
    };
  }

  private static Attack.Plan invented() {
    return camp -> {
      Masks.Mask mask = camp.keep(new Masks()).open(camp.own());
      return () -> {
        Beacon.Builder beacon = camp.nobody().tcpPort(7);
        for (int i = 0; i < Beacon.MAX_ADDRESSES; i++) {
          byte[] address = {
            (byte) 203, 0, (byte) camp.random.nextInt(200), (byte) camp.random.nextInt(250)
          };
          beacon.address(InetAddress.getByAddress(address));
        }
        mask.speak(beacon, camp.field.broadcast());
      };
    };
  }

  private static Attack.Plan doubts() {
    return camp -> {
      Masks.Mask mask = camp.keep(new Masks()).open(camp.own());
      return () -> {
        Eavesdropper.Heard victim = victim(camp);
        if (victim != null) {
          Doubt doubt = new Doubt(victim.beacon().id(), victim.beacon().incarnation());
          mask.speak(camp.nobody().tcpPort(7).doubt(doubt), camp.field.broadcast());
        }
      };
    };
  }

  private static Attack.Plan gateways() {
    return camp -> {
      Masks.Mask mask = camp.keep(new Masks()).open(camp.own());
      return () -> mask.speak(camp.nobody().tcpPort(7).overlay(true), camp.field.broadcast());
    };
  }

  private static Attack.Plan noise() {
    return camp -> {
      Masks.Mask mask = camp.keep(new Masks()).open(camp.own());
      return () -> {
        byte[] bytes = new byte[camp.random.nextInt(BeaconCodec.MAX_LENGTH + 200)];
        camp.random.nextBytes(bytes);
        if (bytes.length > 4 && camp.random.nextBoolean()) {
          System.arraycopy(new byte[] {'P', 'H', 'R', 1}, 0, bytes, 0, 4);
        }
        mask.send(bytes, new InetSocketAddress(camp.field.everybody(), Field.BEACON_PORT));
      };
    };
  }
}
