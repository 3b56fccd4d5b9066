package pharos.daemon.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pharos.agent.Counted;
import pharos.agent.Peer;
import pharos.agent.PeerView;
import pharos.beacon.NodeId;

/**
 * {@code /v1/self}, {@code /v1/peers}, {@code /v1/peers/PEER} and {@code /v1/members}. Who knows a
 * list, and waits until it differs, holds no thread. For any thread.
 */
final class PeerResources {
  /** So many may wait for a list to differ. */
  private static final int MOST_WAITING = 256;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private static final Set<String> PARAMETERS = Set.of("service", "offers", "name", Table.WAIT);

  private final PeerView view;
  private final PeerTexts texts;
  private final Places waiting;
  private final List<Runnable> looks = new CopyOnWriteArrayList<>();
  private volatile @Nullable Made made;

  /** A list that was made, for all who ask for it before there is another. */
  private record Made(List<Peer> peers, PeerTexts.Listing listing) {}

  PeerResources(PeerView view, PeerTexts texts) {
    this(view, texts, MOST_WAITING);
  }

  PeerResources(PeerView view, PeerTexts texts, int mostWaiting) {
    this.view = view;
    this.texts = texts;
    waiting = new Places(mostWaiting);
  }

  List<Resource> resources() {
    return List.of(
        Resource.get("/v1/self", Set.of(), call -> Reply.json(200, texts.one(view.self()))),
        Resource.later("GET", "/v1/peers", PARAMETERS, this::peers),
        Resource.get("/v1/peers/{peer}", Set.of(), call -> peer(call.path("peer"))),
        Resource.get("/v1/members", Set.of(), this::members));
  }

  Counted counted() {
    return waiting.counted("LISTS_WAITED_FOR", "questions");
  }

  /** Whoever tells of changes calls this after each. */
  void changed() {
    texts.forgetAllBut(view.peers());
    looks.forEach(Runnable::run);
  }

  private Reply members(Resource.Call call) {
    return unlessKnown(texts.list("members", view.members()), call.asked().header("If-None-Match"));
  }

  private CompletableFuture<Reply> peers(Resource.Call call) {
    Predicate<Peer> filter = filter(call.query());
    Optional<Duration> wait = call.query().time(Table.WAIT, LONGEST_WAIT);
    Optional<String> known = call.asked().header("If-None-Match");
    if (wait.isPresent() && known.isEmpty()) {
      throw Problem.badRequest(
          "the parameter 'wait' wants the header If-None-Match: what is known");
    }
    Reply now = unlessKnown(listing(filter), known);
    if (wait.isEmpty() || now.status() == 200) {
      return Resource.now(now);
    }
    return whenItDiffers(call.asked().by(), filter, known, wait.get());
  }

  private CompletableFuture<Reply> whenItDiffers(
      Asker asker, @Nullable Predicate<Peer> filter, Optional<String> known, Duration wait) {
    if (!waiting.enter(asker)) {
      throw Problem.busy("too many others wait for a list: ask again");
    }
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    Runnable look =
        () -> {
          Reply now = unlessKnown(listing(filter), known);
          if (now.status() == 200) {
            answer.complete(now);
          }
        };
    looks.add(look);
    var unused =
        answer.whenComplete(
            (reply, e) -> {
              looks.remove(look);
              waiting.leave(asker);
            });
    // It may have changed before anybody looked.
    look.run();
    return answer.completeOnTimeout(
        unchanged(listing(filter)), wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static @Nullable Predicate<Peer> filter(Parameters query) {
    Optional<String> service = query.text("service");
    Optional<String> offers = query.text("offers");
    Optional<String> name = query.text("name");
    if (service.isEmpty() && offers.isEmpty() && name.isEmpty()) {
      return null;
    }
    return peer ->
        service.map(peer.service()::equals).orElse(true)
            && offers.map(peer::offers).orElse(true)
            && name.map(peer.name()::equals).orElse(true);
  }

  @SuppressWarnings("ReferenceEquality") // Comparing them would cost as much as writing them.
  private PeerTexts.Listing listing(@Nullable Predicate<Peer> filter) {
    List<Peer> now = view.peers();
    if (filter != null) {
      return texts.list("peers", now.stream().filter(filter).toList());
    }
    Made last = made;
    if (last == null || last.peers != now) {
      last = new Made(now, texts.list("peers", now));
      made = last;
    }
    return last.listing;
  }

  private static Reply unlessKnown(PeerTexts.Listing listing, Optional<String> known) {
    return known.filter(listing::isNamedBy).isPresent()
        ? unchanged(listing)
        : Reply.json(200, listing.body()).with("ETag", listing.tag());
  }

  private static Reply unchanged(PeerTexts.Listing listing) {
    return Reply.empty(304).with("ETag", listing.tag());
  }

  private Reply peer(String named) {
    List<Peer> found = named(view, named);
    if (found.isEmpty()) {
      throw nobody(named);
    }
    return found.size() == 1
        ? Reply.json(200, texts.one(found.get(0)))
        : Reply.json(300, texts.list("peers", found).body());
  }

  static Problem nobody(String named) {
    return new Problem(
        404, "nobody here is '" + named + "' by name, short name, or id in base64url");
  }

  /** By id; else by name; else by short name: who is called like another's letters is meant. */
  static List<Peer> named(PeerView view, String named) {
    Map<NodeId, Peer> all = new LinkedHashMap<>();
    view.peers().forEach(peer -> all.put(peer.id(), peer));
    view.heardOnly().forEach(peer -> all.putIfAbsent(peer.id(), peer));
    all.put(view.self().id(), view.self());
    Optional<NodeId> id = id(named);
    List<Predicate<Peer>> ways =
        List.of(
            peer -> id.isPresent() && peer.id().equals(id.get()),
            peer -> peer.name().equals(named),
            peer -> peer.id().toShortString().equals(named));
    for (Predicate<Peer> way : ways) {
      List<Peer> found = new ArrayList<>(all.values());
      found.removeIf(way.negate());
      if (!found.isEmpty()) {
        found.sort(null);
        return found;
      }
    }
    return List.of();
  }

  private static Optional<NodeId> id(String named) {
    try {
      NodeId id = NodeId.ofBase64(named);
      return Optional.of(id).filter(it -> it.toString().equals(named));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
