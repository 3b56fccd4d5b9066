package pharos.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * Where an agent keeps over its restarts what it is known by: its id, in the file {@code id}. Two
 * that run at once must not share it, so each holds a lock until it ends.
 */
final class StateFolder implements AutoCloseable {
  private static final int MOST_BYTES = 100;

  private final Path path;
  private @Nullable FileChannel lock;

  /** This folder, which is made when it is not there. */
  StateFolder(Path path) {
    this.path = path;
  }

  /**
   * The id that is kept here; a new one the first time.
   *
   * @throws Failure when another agent uses the folder, or it cannot be used
   */
  NodeId id() {
    try {
      Files.createDirectories(path);
      lock();
      Path file = path.resolve("id");
      return Files.exists(file) ? read(file) : newId();
    } catch (IOException e) {
      throw new Failure("--state " + path + " cannot be used: " + why(e), e);
    }
  }

  /**
   * Another id, for one that cannot vouch for what it had before.
   *
   * @throws Failure when the folder cannot be used
   */
  NodeId newId() {
    NodeId id = NodeId.random(new SecureRandom());
    try {
      Path made = Files.writeString(path.resolve("id.new"), id.toBase64() + "\n");
      Files.move(
          made,
          path.resolve("id"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return id;
    } catch (IOException e) {
      throw new Failure("--state " + path + " cannot be used: " + why(e), e);
    }
  }

  Path path() {
    return path;
  }

  /** Those of the system's that people meet tell a path, and not what is wrong with it. */
  private static String why(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is no folder";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + " may not be written";
    }
    return e instanceof NoSuchFileException missing
        ? missing.getFile() + " is not there, and cannot be made"
        : String.valueOf(e.getMessage());
  }

  private NodeId read(Path file) throws IOException {
    String text = Files.size(file) > MOST_BYTES ? "" : Files.readString(file).strip();
    try {
      return NodeId.ofBase64(text);
    } catch (IllegalArgumentException e) {
      throw new Failure("--state " + path + ": the file 'id' has none: remove it for a new one", e);
    }
  }

  private void lock() throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    lock = channel;
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(e);
    }
    channel.close();
    throw inUse(null);
  }

  private Failure inUse(@Nullable Throwable cause) {
    String message = "--state " + path + " is in use by another agent: give each its own";
    return cause == null ? new Failure(message) : new Failure(message, cause);
  }

  @Override
  public void close() {
    FileChannel held = lock;
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        // The system lets go of it with the process.
      }
    }
  }
}
