package pharos.daemon.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** {@code /v1/openapi.json}: the table as programs read it. It is written by hand, and checked. */
final class OpenApi {
  private final ByteBuffer document = ByteBuffer.wrap(read());

  List<Resource> resources() {
    return List.of(Resource.get("/v1/openapi.json", Set.of(), call -> Reply.json(200, document)));
  }

  private static byte[] read() {
    try (InputStream file = OpenApi.class.getResourceAsStream("openapi.json")) {
      if (file == null) {
        throw new IllegalStateException("openapi.json is not beside this class");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
