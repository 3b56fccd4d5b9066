package pharos.records.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A folder, and as little of it as a log needs. Tests have one that crashes between any two steps.
 * Its {@code toString} is the path, for messages.
 */
interface Disk extends Closeable {
  /** Its files. */
  List<String> names() throws IOException;

  /** Opens one that is there. */
  File open(String name) throws IOException;

  /** Opens one that must not be there yet. */
  File create(String name) throws IOException;

  /** Deletes one that is not open. */
  void delete(String name) throws IOException;

  /** Gives one that is not open a name that is free. */
  void rename(String name, String to) throws IOException;

  /** Makes sure that files made, deleted and renamed stay so. */
  void force() throws IOException;

  /** So many bytes can still be written, as far as anybody knows; below 0 when nobody does. */
  long freeBytes();

  /** An open file. */
  interface File extends Closeable {
    long size() throws IOException;

    /** Fills what remains of the buffer, or throws. */
    void read(ByteBuffer into, long at) throws IOException;

    /** Writes all that remains of the buffer, or throws, and may then have written a part. */
    void write(ByteBuffer from, long at) throws IOException;

    void truncate(long size) throws IOException;

    /** Makes sure that what was written stays. */
    void force() throws IOException;
  }
}
