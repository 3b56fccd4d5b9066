package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /}, and the parts of that page: they lie in this module as they are sent. They say nothing
 * of the network, so they want no token; what the page asks for does.
 */
final class Console {
  private static final String FOLDER = "/pharos/daemon/console/";
  private static final String PAGE = "index.html";

  private static final Set<String> PARTS =
      Set.of(
          "console.css",
          "dom.js",
          "hearing.js",
          "icon.svg",
          "main.js",
          "model.js",
          "picture.js",
          "record.js",
          "ring.js",
          "stage.js",
          "stream.js",
          "views.js",
          "why.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /** It loads nothing from elsewhere, and nobody shows it within a page of his. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, Part> made = new ConcurrentHashMap<>();

  private record Part(Reply whole, String tag) {}

  List<Resource> resources() {
    return List.of(
        Resource.get("/", Set.of(), call -> part(call, PAGE)).open(),
        Resource.get("/console/{part}", Set.of(), call -> part(call, call.path("part"))).open());
  }

  private Reply part(Resource.Call call, String name) {
    if (!name.equals(PAGE) && !PARTS.contains(name)) {
      throw new Problem(404, "the console has no such part");
    }
    Part part = made.computeIfAbsent(name, Console::read);
    boolean isKnown = call.asked().header("If-None-Match").filter(part.tag()::equals).isPresent();
    return isKnown ? Reply.empty(304).with("ETag", part.tag()) : part.whole();
  }

  private static Part read(String name) {
    byte[] bytes = OpenApi.read(FOLDER + name);
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    String hash = Base64.getUrlEncoder().encodeToString(Token.sha256().digest(bytes));
    String tag = '"' + hash.substring(0, 16) + '"';
    Map<String, String> headers =
        Map.of("ETag", tag, "Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer");
    return new Part(new Reply(200, String.valueOf(type), ByteBuffer.wrap(bytes), headers), tag);
  }
}
