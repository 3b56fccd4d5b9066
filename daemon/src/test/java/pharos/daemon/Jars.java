package pharos.daemon;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The class path of the tests as the launcher has it: jars alone. */
final class Jars {
  private Jars() {}

  /** Makes a jar there of each folder of classes. */
  static String ofClassPath(Path jars) {
    List<String> paths = new ArrayList<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path folder = Path.of(path);
      boolean isFolder = Files.isDirectory(folder);
      paths.add(isFolder ? jar(folder, jars.resolve(paths.size() + ".jar")) : path);
    }
    return String.join(File.pathSeparator, paths);
  }

  private static String jar(Path folder, Path jar) {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
      }
      return jar.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
