package pharos.agent.io;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.gateway.Event;
import pharos.agent.core.gateway.Gateway;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.Reply;
import pharos.agent.wire.Offer;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireCodec;
import pharos.kademlia.Contact;

/** The gateway, plugged into a loop; any thread may {@link #want} something of it. */
public final class GatewayPlugin implements Plugin<Question, Reply, Event> {
  private final GatewaySettings settings;
  private final Consumer<Event> listener;
  private final SeedNames seedNames;
  private @Nullable Gateway gateway;
  private Consumer<Runnable> submit = command -> {};

  /**
   * A gateway as it is set.
   *
   * @param name of the agent, for the thread that looks up seeds
   * @param listener hears how calls ended, and who of the followed services is on other networks;
   *     on the loop's thread
   */
  public GatewayPlugin(
      String name, GatewaySettings settings, List<Seed> seeds, Consumer<Event> listener) {
    this.settings = settings;
    this.listener = listener;
    seedNames = new SeedNames(name, seeds, found -> want(it -> it.seeds(found)), this::isJoined);
  }

  @Override
  public Gateway machine(Surroundings surroundings) {
    submit = surroundings.submit();
    Gateway made =
        new Gateway(
            settings,
            surroundings.self(),
            GatewayPlugin::types,
            surroundings.random(),
            surroundings.nowNs(),
            surroundings.agentsAt());
    gateway = made;
    return made;
  }

  private Gateway gateway() {
    if (gateway == null) {
      throw new IllegalStateException("not plugged in");
    }
    return gateway;
  }

  /** The other nodes of the overlay that this one knows; on the loop's thread. */
  public List<Contact> nodes() {
    return gateway().nodes();
  }

  private CompletableFuture<Boolean> isJoined() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    want(it -> answer.complete(!it.nodes().isEmpty()));
    return answer;
  }

  private static Set<String> types(Document document) {
    return WireCodec.readOffers(document).stream().map(Offer::type).collect(Collectors.toSet());
  }

  /** What the application wants of the gateway; each end is told on the loop's thread. */
  public void want(Consumer<Gateway> wish) {
    submit.accept(() -> wish.accept(gateway()));
  }

  @Override
  public void onEvent(Event event) {
    listener.accept(event);
  }

  @Override
  public Messages<Question, Reply> messages() {
    return new Messages<>(
        OverlayCodec.KINDS,
        OverlayCodec::write,
        OverlayCodec::write,
        (asker, body) -> OverlayCodec.readQuestion(body),
        OverlayCodec::readReply);
  }

  // Its life.

  @Override
  public void start() {
    seedNames.start();
  }

  @Override
  public void close() {
    seedNames.close();
  }
}
