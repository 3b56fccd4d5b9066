/** Thousands of agents in one thread, in virtual time. */
module pharos.simulator {
  requires static transitive org.jspecify;
  requires transitive pharos.agent;
  requires pharos.kademlia;
  requires pharos.records;

  exports pharos.simulator;
}
