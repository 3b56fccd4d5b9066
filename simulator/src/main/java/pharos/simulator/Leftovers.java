package pharos.simulator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import pharos.agent.core.gateway.Sizes;

/** What gateways and those who call them have left over when nothing happens any more. */
final class Leftovers {
  private static final long SECOND = 1_000_000_000;

  /** Each node may ask so many questions a second when nothing happens. */
  private static final int QUIET_QUESTIONS = 20;

  private final Network network;

  Leftovers(Network network) {
    this.network = network;
  }

  private Invariants.Violation violation(String what) {
    return new Invariants.Violation(network, what);
  }

  /** Looks at all that live for so long, and throws what one of them has left. */
  void check(List<Program> living, List<Desk> desks) {
    Map<Program, Long> asked = new HashMap<>();
    living.forEach(it -> asked.put(it, plugged(it).asked()));
    Set<Program> busy = new HashSet<>(living);
    int seconds = 20;
    for (int i = 0; i < seconds; i++) {
      network.runFor(SECOND);
      busy.removeIf(this::isIdle);
    }
    for (Program program : living) {
      if (busy.contains(program)) {
        throw violation(program.name() + " is never idle: " + what(program));
      }
      long questions = plugged(program).asked() - asked.getOrDefault(program, 0L);
      if (questions > (long) QUIET_QUESTIONS * seconds) {
        throw violation(program.name() + " asked " + questions + " questions in quiet");
      }
      checkIsBounded(program, living, desks);
    }
  }

  private static Plugged<?, ?, ?> plugged(Program program) {
    Plugged<?, ?, ?> plugged = program.plugged();
    if (plugged == null) {
      throw new AssertionError(program.name());
    }
    return plugged;
  }

  private static Sizes sizes(Program program) {
    return GatewayPlug.of(program).gateway().sizes();
  }

  private boolean isIdle(Program program) {
    Sizes sizes = sizes(program);
    return sizes.questions() + sizes.calls() + sizes.overlay().open() + sizes.asked() == 0
        && sizes.gatheredBytes() + sizes.served() + sizes.waiting() == 0
        && sizes.overlay().open() + sizes.overlay().lookups() == 0
        && plugged(program).open() + plugged(program).unanswered() == 0;
  }

  private static String what(Program program) {
    Plugged<?, ?, ?> plugged = plugged(program);
    return sizes(program)
        + ", "
        + plugged.open()
        + " questions on their way, "
        + plugged.unanswered()
        + " of others not answered";
  }

  /**
   * Each peer of a segment is announced there by each of its gateways: by id, name and services.
   */
  private void checkIsBounded(Program program, List<Program> living, List<Desk> desks) {
    Sizes sizes = sizes(program);
    long nodes = living.stream().filter(it -> it.identity.overlay()).count();
    if (plugged(program).lines() > 2 * network.programs().size()) {
      throw violation(program.name() + " has " + plugged(program).lines() + " connections");
    }
    if (sizes.overlay().nodes() > nodes) {
      throw violation(program.name() + " knows " + sizes.overlay().nodes() + " of " + nodes);
    }
    long leases = desks.stream().filter(it -> it.owner.host.lan == program.host.lan).count();
    if (sizes.leases() > leases) {
      throw violation(program.name() + " holds " + sizes.leases() + " leases of " + leases);
    }
  }
}
