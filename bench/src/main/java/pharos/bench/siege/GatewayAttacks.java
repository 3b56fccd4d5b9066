package pharos.bench.siege;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/** What is sent to the TCP port of a gateway: what it holds, and does, for others. */
final class GatewayAttacks {
  private static final int MANY = 2_000;
  private static final int ID_BYTES = 32;

  private GatewayAttacks() {}

  static List<Attack> all() {
    return List.of(
        attack("contacts", "contacts of 8 kB to hold, from many addresses", Papers::announce),
        attack("leases", "contacts of 8 kB to register", Papers::register),
        attack("lookups", "find what is not there", Papers::find),
        new Attack("questions", "find, browse, who, ping, find-node in turn", 20, questions()));
  }

  /** A question about an id. */
  private interface About {
    byte[] question(byte[] id);
  }

  private static Attack attack(String name, String what, About about) {
    return new Attack(
        name, "gateway: " + what, 20, camp -> () -> flood(camp, id -> about.question(id)));
  }

  private static Attack.Plan questions() {
    AtomicInteger number = new AtomicInteger();
    return camp -> () -> flood(camp, id -> Papers.any(number.getAndIncrement(), id));
  }

  /** On one connection, and answers are not read. */
  private static void flood(Camp camp, About about) throws IOException {
    Stranger stranger = camp.shaken(camp.gateway(), "DEALER");
    camp.hold(stranger, 8);
    byte[] id = new byte[ID_BYTES];
    for (int i = 0; i < MANY; i++) {
      camp.random.nextBytes(id);
      stranger.send(Zmtp.question(about.question(id)));
    }
  }
}
