package pharos.bench.siege;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way to attack.
 *
 * @param name what it is called, in one word
 * @param what what a stranger does
 * @param pauseMs how long it waits between two strikes
 * @param plan what it needs, and a strike
 */
record Attack(String name, String what, int pauseMs, Plan plan) {
  /** Made once for each run of the attack; what it opens belongs to the camp. */
  interface Plan {
    Strike strikes(Camp camp) throws IOException;
  }

  /**
   * Done again and again; what it throws ends this strike, since it is what a defence looks like.
   */
  interface Strike {
    void strike() throws IOException, InterruptedException;
  }

  /** All there are, in the order of the table. */
  static List<Attack> all() {
    return Stream.of(
            PortAttacks.all(),
            LureAttacks.all(),
            GatewayAttacks.all(),
            PresenceAttacks.all(),
            ForgedAttacks.all(),
            HttpAttacks.all())
        .flatMap(List::stream)
        .toList();
  }
}
