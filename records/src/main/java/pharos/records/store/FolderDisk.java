package pharos.records.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of the file system, which one process at a time may have. */
final class FolderDisk implements Disk {
  static final String LOCK = "lock";

  /** Java copies what it writes to memory outside its heap, which stays; so in pieces. */
  private static final int WRITE_BYTES = 256 * 1024;

  private final Path folder;
  private final FileChannel lockFile;

  private FolderDisk(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /** Makes the folder where there is none, and locks it. */
  static FolderDisk open(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is not a folder, so no records can be kept in it");
    }
    Files.createDirectories(folder);
    FileChannel file =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(file) != null) {
        return new FolderDisk(folder, file);
      }
    } catch (IOException e) {
      file.close();
      throw e;
    }
    file.close();
    throw new IOException(
        "the records in " + folder + " are in use already, by another process or another agent");
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(it -> it.getFileName().toString()).filter(it -> !it.equals(LOCK)).toList();
    }
  }

  @Override
  public File open(String name) throws IOException {
    return new Opened(
        FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public File create(String name) throws IOException {
    return new Opened(
        FileChannel.open(
            folder.resolve(name),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  @Override
  public void rename(String name, String to) throws IOException {
    Files.move(folder.resolve(name), folder.resolve(to));
  }

  @Override
  public void force() throws IOException {
    FileChannel opened;
    try {
      opened = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (IOException e) {
      return; // Windows opens no folders, and keeps the order of what is done in them by itself
    }
    try (opened) {
      opened.force(true);
    }
  }

  @Override
  public long freeBytes() {
    try {
      FileStore store = Files.getFileStore(folder);
      return store.getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close(); // and with it the lock
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private record Opened(FileChannel channel) implements File {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      for (long next = at; into.hasRemaining(); ) {
        int read = channel.read(into, next);
        if (read < 0) {
          throw new EOFException("ends at octet " + next);
        }
        next += read;
      }
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      int end = from.limit();
      for (long next = at; from.position() < end; ) {
        from.limit(Math.min(end, from.position() + WRITE_BYTES));
        next += channel.write(from, next);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
