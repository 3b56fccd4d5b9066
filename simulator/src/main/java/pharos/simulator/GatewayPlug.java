package pharos.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.Call;
import pharos.agent.core.gateway.Event;
import pharos.agent.core.gateway.Gateway;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.Reply;
import pharos.agent.wire.Offer;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;

/** A gateway of a program, or what calls one when it is none, and the calls of its application. */
final class GatewayPlug implements Plug<Question, Reply, Event> {
  /** As long as an application waits. */
  static final long PATIENCE_NS = 30_000_000_000L;

  private final GatewaySettings settings;
  private final List<String> seeds;

  /** Whether messages travel as bytes, which takes half of the time. */
  private final boolean isWritten;

  private final Map<Long, Consumer<Reply.Ended>> calls = new HashMap<>();
  private long numbers;
  private @Nullable Gateway gateway;

  /** What the application wants of the gateway by this call. */
  interface Begin {
    void begin(Gateway gateway, Call call);
  }

  /**
   * @param seeds by which a node comes into the overlay
   * @param isWritten whether its messages travel as bytes; all programs of a network do the same
   */
  GatewayPlug(GatewaySettings settings, List<String> seeds, boolean isWritten) {
    this.settings = settings;
    this.seeds = List.copyOf(seeds);
    this.isWritten = isWritten;
  }

  /** The gateway plug of this program. */
  static GatewayPlug of(Program program) {
    if (program.plug() instanceof GatewayPlug plug) {
      return plug;
    }
    throw new IllegalStateException(program.name() + " has no gateway and calls none");
  }

  @Override
  public Gateway machine(
      PeerInfo self, RandomGenerator random, long nowNs, ToIntFunction<String> agentsAt) {
    Gateway made = new Gateway(settings, self, GatewayPlug::types, random, nowNs, agentsAt);
    made.seeds(seeds);
    gateway = made;
    return made;
  }

  private static Set<String> types(Document document) {
    return WireCodec.readOffers(document).stream().map(Offer::type).collect(Collectors.toSet());
  }

  /** The decisions of this gateway, to look at. */
  Gateway gateway() {
    if (gateway == null) {
      throw new IllegalStateException("its program did not start");
    }
    return gateway;
  }

  @Override
  public boolean isNode() {
    return settings.isNode();
  }

  @Override
  public GatewayPlug anew() {
    return new GatewayPlug(settings, seeds, isWritten);
  }

  // The application.

  /** Lets the application call, as part of a turn; its end is told in a later one, or this. */
  void call(Begin begin, long nowNs, Consumer<Reply.Ended> then) {
    Call call = new Call(++numbers, nowNs + PATIENCE_NS);
    calls.put(call.number(), then);
    begin.begin(gateway(), call);
  }

  /** How many calls are not over. */
  int open() {
    return calls.size();
  }

  @Override
  public void onEvent(Event event) {
    if (event instanceof Event.Ended it) {
      Consumer<Reply.Ended> then = calls.remove(it.call());
      if (then == null) {
        throw new AssertionError("call " + it.call() + " ended twice");
      }
      then.accept(it.ended());
    }
  }

  // Its messages.

  @Override
  public Object writeQuestion(Question question) {
    return isWritten ? OverlayCodec.write(question) : question;
  }

  @Override
  public Object writeAnswer(Reply answer) {
    return isWritten ? OverlayCodec.write(answer) : answer;
  }

  @Override
  public Question readQuestion(Object body) throws WireException {
    return body instanceof Question question ? question : OverlayCodec.readQuestion((byte[]) body);
  }

  @Override
  public Reply readAnswer(Object body) throws WireException {
    return body instanceof Reply reply ? reply : OverlayCodec.readReply((byte[]) body);
  }
}
