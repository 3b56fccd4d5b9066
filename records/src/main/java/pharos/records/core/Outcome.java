package pharos.records.core;

import java.util.List;
import pharos.records.Conflict;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.RecordsException;
import pharos.records.Written;

/** What came of a {@link Wish}. */
public sealed interface Outcome {
  /** It was written. */
  record Put(Written written) implements Outcome {}

  /** It was read. */
  record Got(Entry entry) implements Outcome {}

  /** Some keys. */
  record Listed(Listing listing) implements Outcome {}

  /** What lost. */
  record Told(List<Conflict> conflicts) implements Outcome {
    /** Keeps a copy. */
    public Told {
      conflicts = List.copyOf(conflicts);
    }
  }

  /** Who holds what. */
  record Seen(Overview overview) implements Outcome {}

  /** It is forgotten. */
  record Forgotten() implements Outcome {}

  /** It was not done. */
  record Failed(RecordsException.Reason reason, String why, boolean mayHaveHappened)
      implements Outcome {
    /** As Java throws it. */
    public RecordsException exception() {
      return new RecordsException(reason, why, mayHaveHappened);
    }
  }
}
