package pharos.daemon.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** {@code /v1/openapi.json}: the table as programs read it. It is written by hand, and checked. */
final class OpenApi {
  private final ByteBuffer document = ByteBuffer.wrap(read("openapi.json"));

  List<Resource> resources() {
    return List.of(Resource.get("/v1/openapi.json", Set.of(), call -> Reply.json(200, document)));
  }

  /** A file that this build has beside this class. */
  static byte[] read(String name) {
    try (InputStream file = OpenApi.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("this build has no " + name);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
