package pharos.daemon.api;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** {@code /healthz} and {@code /readyz}: for whoever watches over a process. */
final class Health {
  private final Supplier<Condition> condition;
  private final Supplier<Condition> readiness;

  Health(Supplier<Condition> condition, Supplier<Condition> readiness) {
    this.condition = condition;
    this.readiness = readiness;
  }

  List<Resource> resources() {
    return List.of(
        Resource.get("/healthz", Set.of(), call -> condition.get().reply()),
        Resource.get("/readyz", Set.of(), call -> readiness.get().reply()));
  }
}
