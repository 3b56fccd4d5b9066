/** A small replicated map: {@code pharos.records} is what a program calls. */
// Those it opens more to are built after it.
@SuppressWarnings("module")
module pharos.records {
  requires static transitive org.jspecify;
  requires transitive pharos.agent;
  requires java.net.http;
  requires org.slf4j;

  exports pharos.records;
  exports pharos.records.embedded;
  exports pharos.records.etcd;
  exports pharos.records.testing;
  exports pharos.records.core to
      pharos.simulator;
  exports pharos.records.wire to
      pharos.simulator;

  // What is written and read as it is declared.
  opens pharos.records.core to
      pharos.agent;
  opens pharos.records.wire to
      pharos.agent;
}
