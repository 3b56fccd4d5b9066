/** Thousands of agents in one thread, in virtual time. */
module pharos.simulator {
  requires static transitive org.jspecify;
  requires transitive pharos.agent;

  exports pharos.simulator;
}
