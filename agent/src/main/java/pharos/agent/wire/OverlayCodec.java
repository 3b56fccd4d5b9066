package pharos.agent.wire;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.Reply;
import pharos.kademlia.Contact;
import pharos.kademlia.Response;

/**
 * The frames of the dialogue past the subnet, as bytes and back, beside the introductions of {@link
 * WireCodec}. What others wrote is a {@link WireException}. What was read here can be written, and
 * so can contacts that passed {@link #check}: nobody far away can make us write what we cannot. A
 * list that is too long for a frame is cut at its end, where the less important are; a page tells
 * that there are more. Without state, for any thread.
 */
public final class OverlayCodec {
  private static final WireJson JSON = new WireJson(Limits.FRAME_BYTES, Limits.FRAME_DEPTH);

  /** The kinds of question, as {@link WireCodec#kind} tells them. */
  public static final Set<String> KINDS =
      Set.of("ping", "find-node", "who", "find", "browse", "register", "unregister");

  private OverlayCodec() {}

  /**
   * Refuses a contact that cannot be told on the wire.
   *
   * @throws IllegalArgumentException when an endpoint is no text; names contact and value
   */
  public static void check(Contact contact) {
    JSON.write(OverlayShapes.CONTACT, contact);
  }

  /**
   * The frame that asks this. A lease longer than 10¹² ms is told as that.
   *
   * @throws IllegalArgumentException when it cannot be told; names the field and the value
   */
  public static byte[] write(Question question) {
    return JSON.write(OverlayShapes.QUESTION, question);
  }

  /**
   * Reads a question of one of the {@link #KINDS}.
   *
   * @throws WireException when it is none
   */
  public static Question readQuestion(byte[] bytes) throws WireException {
    return JSON.read(bytes, OverlayShapes.QUESTION);
  }

  /**
   * The frame that answers this; the nearest, the peers and the path as far as they fit. An age
   * above 10¹² ms is told as that.
   *
   * @throws IllegalArgumentException when it cannot be told; names the field and the value
   */
  public static byte[] write(Reply reply) {
    Reply few = reply;
    if (reply instanceof Reply.Page page) {
      if (page.hasMore() && page.peers().isEmpty()) {
        throw new IllegalArgumentException("page: more after none is not possible");
      }
      if (page.peers().size() > Limits.PEERS) {
        few = new Reply.Page(page.peers().subList(0, Limits.PEERS), true);
      }
    }
    Optional<byte[]> whole = JSON.writeWithin(OverlayShapes.REPLY, few);
    return whole.isPresent() ? whole.get() : JSON.write(OverlayShapes.REPLY, cut(few));
  }

  /**
   * Reads an answer; the capabilities of peers are checked too.
   *
   * @throws WireException when it is none; or an error that the other answers with
   */
  public static Reply readReply(byte[] bytes) throws WireException {
    return JSON.read(bytes, OverlayShapes.REPLY);
  }

  /** What of it fits into a frame: the list that may be long loses its end. */
  private static Reply cut(Reply reply) {
    if (reply instanceof Reply.Node node) {
      Response it = node.response();
      return fitting(
          it.nearest(),
          OverlayShapes.CONTACT,
          some -> new Reply.Node(new Response(it.from(), it.held(), some, it.verdict())));
    } else if (reply instanceof Reply.Page it) {
      return fitting(it.peers(), OverlayShapes.PEER, some -> new Reply.Page(some, true));
    } else if (reply instanceof Reply.Ended it) {
      return fitting(
          it.peers(),
          OverlayShapes.PEER,
          some -> new Reply.Ended(it.status(), it.contact(), it.ageMs(), some, it.path()));
    }
    throw new AssertionError(reply);
  }

  private static <E> Reply fitting(List<E> all, Value<E> element, Function<List<E>, Reply> with) {
    int left = Limits.FRAME_BYTES - Limits.FRAME_TAIL;
    left -= JSON.write(OverlayShapes.REPLY, with.apply(List.of())).length;
    int count = 0;
    while (count < all.size()) {
      left -= JSON.write(element, all.get(count)).length + 1;
      if (left < 0) {
        break;
      }
      count++;
    }
    return with.apply(all.subList(0, count));
  }
}
