package pharos.records.core;

import java.io.IOException;
import java.util.List;

/** Where copies outlive the process. One thread at a time calls it, and may have to wait for it. */
public interface Store extends AutoCloseable {
  /**
   * Tells all that is kept, each key as it was last written; the values are left out, and read by
   * {@link #value}. Asked once, before all else.
   *
   * @param each is told the key, the head, and how many bytes the value has
   */
  void load(Loading each) throws IOException;

  /** Is told of each key. */
  interface Loading {
    /** One key. */
    void key(String key, byte[] head, int valueBytes);
  }

  /** What was found damaged, cut off or foreign so far, in words that name files and places. */
  List<String> damages();

  /**
   * Keeps these, in their order; all of them or, when it fails, perhaps some. When it returns they
   * are as safe as this store makes them.
   */
  void write(List<Stored> batch) throws IOException;

  /** The value of a key as it was last written; an exception when it is damaged or not there. */
  byte[] value(String key) throws IOException;

  /** Whether what was written is forced to the disk before {@link #write} returns. */
  boolean isForced();

  @Override
  void close() throws IOException;
}
