/**
 * The embeddable agent: {@code pharos.agent} is what a program calls. What it decides is in {@code
 * pharos.agent.core}, for the simulator too.
 */
// Those it opens more to are built after it, and JeroMQ has no descriptor of its own.
@SuppressWarnings({"module", "requires-transitive-automatic"})
module pharos.agent {
  requires static transitive org.jspecify;
  requires transitive org.zeromq.jeromq;
  requires transitive pharos.beacon;
  requires transitive pharos.kademlia;
  requires com.fasterxml.jackson.core;
  requires org.slf4j;

  exports pharos.agent;
  exports pharos.agent.extension;
  exports pharos.agent.testing;
  exports pharos.agent.zeromq;
  exports pharos.agent.core to
      pharos.records,
      pharos.simulator,
      pharos.bench;
  exports pharos.agent.core.gateway to
      pharos.records,
      pharos.simulator;
  exports pharos.agent.io to
      pharos.records;
  exports pharos.agent.json to
      pharos.daemon,
      pharos.records;
  exports pharos.agent.wire to
      pharos.records,
      pharos.simulator;
}
