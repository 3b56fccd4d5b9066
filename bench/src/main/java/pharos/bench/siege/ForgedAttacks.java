package pharos.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.testkit.stranger.ForgedSources;

/** Datagrams in the name of others, from their own addresses as it seems: by raw sockets. */
final class ForgedAttacks {
  /** An address of this network where nobody lives: what is answered to it is for nobody. */
  static final String BYSTANDER = "10.78.0.200";

  private ForgedAttacks() {}

  static List<Attack> all() {
    return List.of(
        forged(
            "forged-goodbye",
            "LEAVING in a peer's name and from its address",
            28,
            (camp, beacon) -> PresenceAttacks.later(beacon, 1_000).leaving()),
        forged(
            "forged-sequence",
            "the last sequence number there is, from its address",
            100,
            (camp, beacon) ->
                PresenceAttacks.later(beacon, Integer.MAX_VALUE).sequence(0xffff_ffffL)),
        forged(
            "forged-digest",
            "another digest from its address",
            50,
            (camp, beacon) -> PresenceAttacks.later(beacon, 50).digest(camp.random.nextLong())),
        forged(
            "forged-ports",
            "other ports from its address",
            50,
            (camp, beacon) -> PresenceAttacks.later(beacon, 50).tcpPort(7).udpPort(9)),
        forged(
            "forged-run",
            "a later incarnation from its address",
            50,
            (camp, beacon) ->
                PresenceAttacks.later(beacon, 0).incarnation(beacon.incarnation() + 77)),
        forged("forged-doubt", "a doubt about another, from its address", 50, ForgedAttacks::doubt),
        new Attack(
            "undead",
            "beacons of all who ever spoke, from their addresses",
            100,
            ForgedAttacks::undead),
        new Attack(
            "reflection",
            "solicits from the address of a bystander",
            5,
            ForgedAttacks::reflection));
  }

  /** What is made of an agent's last beacon. */
  private interface Forgery {
    Beacon.Builder of(Camp camp, Beacon beacon);
  }

  private static Attack forged(String name, String what, int pauseMs, Forgery forgery) {
    return new Attack(
        name,
        "forged: " + what,
        pauseMs,
        camp -> {
          ForgedSources forger = camp.forger();
          return () -> {
            Eavesdropper.Heard victim = PresenceAttacks.victim(camp);
            if (victim != null) {
              send(camp, forger, victim.from(), forgery.of(camp, victim.beacon()).build());
            }
          };
        });
  }

  private static void send(Camp camp, ForgedSources forger, InetAddress from, Beacon beacon)
      throws IOException {
    forger.send(
        new InetSocketAddress(from, beacon.udpPort()), camp.field.broadcast(), Masks.bytes(beacon));
  }

  private static Beacon.Builder doubt(Camp camp, Beacon beacon) {
    Eavesdropper.Heard other = PresenceAttacks.victim(camp);
    Beacon.Builder forged = PresenceAttacks.later(beacon, 20);
    return other == null || other.beacon().id().equals(beacon.id())
        ? forged
        : forged.doubt(new Doubt(other.beacon().id(), other.beacon().incarnation()));
  }

  /** Hides who died: the network goes on hearing of him. */
  private static Attack.Strike undead(Camp camp) {
    ForgedSources forger = camp.forger();
    int[] by = {0};
    return () -> {
      by[0]++;
      for (Eavesdropper.Heard heard : camp.ears.all()) {
        if (!heard.beacon().isLeaving()) {
          send(camp, forger, heard.from(), PresenceAttacks.later(heard.beacon(), by[0]).build());
        }
      }
    };
  }

  private static Attack.Strike reflection(Camp camp) throws IOException {
    ForgedSources forger = camp.forger();
    InetAddress bystander = InetAddress.getByName(BYSTANDER);
    return () ->
        send(
            camp,
            forger,
            bystander,
            camp.nobody()
                .name("")
                .udpPort(9)
                .tcpPort(9)
                .solicit(1 + camp.random.nextInt(1_000_000))
                .build());
  }
}
