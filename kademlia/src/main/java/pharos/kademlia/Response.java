package pharos.kademlia;

import java.util.List;
import java.util.Optional;

/**
 * What a node answers, to a PING with nothing but itself.
 *
 * @param from who answers
 * @param held the contact at the target itself, when it is held here
 * @param nearest the nodes nearest to the target that the answering one knows, without itself and
 *     the asker
 */
public record Response(Contact from, Optional<Held> held, List<Contact> nearest, Verdict verdict) {
  /** Keeps a copy of the list. */
  public Response {
    nearest = List.copyOf(nearest);
  }
}
