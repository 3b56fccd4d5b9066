package pharos.daemon;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where the daemons of a user tell the commands of that user how to ask them: a file {@code
 * PID.json} each, that nobody else can read, in a folder that nobody else can write to.
 */
final class RunFolder {
  private static final String SUFFIX = ".json";

  /** So many daemons of one user are looked at; more nobody starts on purpose. */
  private static final int MOST = 64;

  private static final long MOST_BYTES = 64 * 1024;

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /** The session's folder, else that of the system for root, else a private one for this user. */
  static RunFolder of(Caller caller) {
    String session = caller.variable("XDG_RUNTIME_DIR");
    if (!session.isEmpty()) {
      return new RunFolder(Path.of(session).resolve("pharos"));
    }
    String user = System.getProperty("user.name", "");
    return user.equals("root")
        ? new RunFolder(caller.system().resolve("run/pharos"))
        : new RunFolder(
            Path.of(System.getProperty("java.io.tmpdir", "")).resolve("pharos-" + user));
  }

  /** Writes the file of this process at once: who reads it sees all of it. */
  Path write(long pid, String text) throws IOException {
    make();
    Path file = path.resolve(pid + SUFFIX);
    Path made = Files.createTempFile(path, pid + "-", ".new", ofOwner("rw-------"));
    try {
      Files.writeString(made, text);
      return Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private void make() throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(path, ofOwner("rwx------"));
    } catch (FileAlreadyExistsException e) {
      check();
    }
  }

  /** In a folder for all, somebody else may have made it first, or a link in its place. */
  private void check() throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is no folder");
    }
    if (!isPosix()) {
      return;
    }
    UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    if (!owner.getName().equals(System.getProperty("user.name")) && !isOurs(owner)) {
      throw new IOException(path + " belongs to somebody else");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (!permissions.equals(PosixFilePermissions.fromString("rwx------"))) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Who has no name here, as in some containers, is known by what he makes. */
  private static boolean isOurs(UserPrincipal owner) throws IOException {
    Path made = Files.createTempFile("pharos", null);
    try {
      return owner.equals(Files.getOwner(made));
    } finally {
      Files.delete(made);
    }
  }

  private boolean isPosix() {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private FileAttribute<?>[] ofOwner(String permissions) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** The files of the daemons; none when the folder is not there, or not this user's alone. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(path)) {
      return files;
    }
    try {
      check();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(path, "*" + SUFFIX)) {
        for (Path file : all) {
          if (files.size() < MOST && Files.size(file) <= MOST_BYTES) {
            files.add(file);
          }
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return files;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
