/** The embeddable agent. What it decides is in {@code pharos.agent.core}, for the simulator too. */
@SuppressWarnings("module") // the two it opens its core to are built after it
module pharos.agent {
  requires static transitive org.jspecify;
  requires transitive pharos.beacon;

  exports pharos.agent.core to
      pharos.simulator,
      pharos.bench;
}
