package pharos.daemon.api;

import java.util.List;
import java.util.Set;
import pharos.agent.Counted;

/** {@code /v1/events}: what happens, as it happens, for so many readers. */
final class Events {
  private final EventHub hub;
  private final Places places;

  Events(EventHub hub, int mostReaders) {
    this.hub = hub;
    places = new Places(mostReaders);
  }

  List<Resource> resources() {
    return List.of(Resource.get("/v1/events", Set.of("lists"), this::read));
  }

  Counted counted() {
    return places.counted("EVENT_READERS", "readers");
  }

  private Answer read(Resource.Call call) {
    boolean wantsLists = call.query().flag("lists");
    Asker asker = call.asked().by();
    if (call.asked().method().equals("HEAD")) {
      return new Reply(200, Live.TYPE, java.nio.ByteBuffer.allocate(0), java.util.Map.of());
    }
    if (!places.enter(asker)) {
      throw Problem.busy("too many others read the events: come again");
    }
    return hub.read(call.asked().header("Last-Event-ID"), wantsLists)
        .closing(() -> places.leave(asker));
  }
}
