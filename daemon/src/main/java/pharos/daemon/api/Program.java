package pharos.daemon.api;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.agent.wire.Offer;

/** A program that is announced for as long as it says so, or is well. Guarded by its keeper. */
final class Program {
  final String name;
  final String lease;
  final Agent agent;
  ProgramSpec spec;
  Instant expires = Instant.MAX;
  int misses;
  int renewals;
  @Nullable Future<?> timer;

  Program(String name, String lease, ProgramSpec spec, AgentBuilder builder) {
    this.name = name;
    this.lease = lease;
    this.spec = spec;
    builder.name(name).service(spec.service());
    spec.offers()
        .forEach(it -> builder.offer(it.type(), it.port(), it.protocol(), it.attributes()));
    agent = builder.start();
  }

  /** Offers what it says now; its service stays. */
  void become(ProgramSpec next) {
    Set<String> gone = new HashSet<>();
    spec.offers().stream()
        .filter(it -> !next.offers().contains(it))
        .forEach(it -> gone.add(it.type()));
    gone.forEach(agent::withdraw);
    for (Offer it : next.offers()) {
      if (gone.contains(it.type()) || !spec.offers().contains(it)) {
        agent.offer(it.type(), it.port(), it.protocol(), it.attributes());
      }
    }
    spec = next;
  }

  void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** What is told of it; its lease is for whoever has it already. */
  Map<String, Object> json(boolean withLease) {
    Peer self = agent.self();
    return Json.object(
        "name", name,
        "service", spec.service(),
        "id", self.id().toBase64(),
        "short", self.id().toShortString(),
        "href", PeerTexts.href(self),
        "lease", withLease ? Optional.of(lease) : Optional.empty(),
        "expires", spec.ttl().map(ttl -> expires),
        "check", spec.check().map(it -> misses == 0 ? "passing" : "failing"));
  }
}
