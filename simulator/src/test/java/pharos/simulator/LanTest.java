package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LanTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void threeAgentsMeet() {
    Lan lan = Lan.seeded(1);
    Invariants invariants = new Invariants(lan, SECOND);
    for (String name : new String[] {"a", "b", "c"}) {
      lan.start(name);
    }
    lan.runFor(SECOND);
    invariants.checkAllKnowAll();
    Program b = lan.programs().get(1);
    lan.kill(b);
    lan.runFor(SECOND);
    lan.programs().get(2).leave();
    lan.runFor(20 * SECOND); // so long it is remembered who left
    invariants.checkAllKnowAll();
    assertEquals(0, lan.programs().get(0).listed().size());
  }
}
