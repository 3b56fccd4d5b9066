package pharos.records.embedded;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import pharos.records.Records;
import pharos.records.RecordsContract;

/** What every engine promises, by one node alone that keeps all in memory. */
@Execution(ExecutionMode.CONCURRENT)
class EmbeddedRecordsTest extends RecordsContract {
  private final Cluster cluster = new Cluster();

  @Override
  protected Records open() {
    return cluster.node(EmbeddedRecords.inMemory(3, false));
  }

  @AfterEach
  void endAll() {
    cluster.close();
  }
}
