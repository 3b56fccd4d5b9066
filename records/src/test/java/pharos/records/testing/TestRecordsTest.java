package pharos.records.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import pharos.records.Content;
import pharos.records.Records;
import pharos.records.RecordsContract;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;

class TestRecordsTest extends RecordsContract {
  @Override
  protected Records open() {
    return new TestRecords();
  }

  @Test
  void aFailureIsHadUntilItIsTakenAway() {
    TestRecords it = (TestRecords) records;
    it.failWith(new RecordsException(Reason.NO_MAJORITY, "1 of 3 answers", true));
    assertTrue(fails(Reason.NO_MAJORITY, it.put("key", Content.text("one"))).mayHaveHappened());
    fails(Reason.NO_MAJORITY, it.get("key"));
    it.failWith(null);
    done(it.put("key", Content.text("one")));
  }

  @Test
  void atItsBoundItIsFull() {
    for (int i = 0; i < TestRecords.MOST_KEYS; i++) {
      done(records.put("" + i, Content.text("")));
    }
    fails(Reason.FULL, records.put("more", Content.text("")));
    done(records.put("1", Content.text("again")));
    assertEquals(TestRecords.MOST_KEYS, done(records.overview()).nodes().get(0).records());
  }
}
