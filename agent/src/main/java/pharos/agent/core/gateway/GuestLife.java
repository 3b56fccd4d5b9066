package pharos.agent.core.gateway;

import java.util.Optional;
import java.util.function.Consumer;
import pharos.beacon.NodeId;
import pharos.kademlia.Arbiters;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactCache;
import pharos.kademlia.ContactId;
import pharos.kademlia.Settings;

/** The life of an agent that is no node of the overlay: its calls go to gateways of its LAN. */
final class GuestLife implements Life {
  /** With nothing to do it wakes up so often. */
  private static final long IDLE_NS = 60_000_000_000L;

  private final Here here;
  private final OpenQuestions questions;
  private final GuestSearch search;
  private final OwnLeases leases;

  /** What the application knows from elsewhere. */
  private final ContactCache hints;

  /**
   * @param settings their arbiter decides about what the application registers
   */
  GuestLife(Here here, OpenQuestions questions, LanGateways gateways, Settings settings) {
    this.here = here;
    this.questions = questions;
    hints =
        new ContactCache(
            settings, (known, told) -> Arbiters.choose(settings.arbiter(), known, told, () -> {}));
    search = new GuestSearch(here, gateways, hints, settings.limits().bytes() / 8);
    leases = new OwnLeases(here, gateways, settings.arbiter());
  }

  @Override
  public void find(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    search.find(id, deadlineNs, then);
  }

  @Override
  public void browse(String service, long deadlineNs, Consumer<Reply.Ended> then) {
    search.browse(service, deadlineNs, then);
  }

  @Override
  public void register(Contact contact, long deadlineNs, Consumer<Reply.Ended> then) {
    leases.lease(contact, deadlineNs, then);
  }

  @Override
  public void unregister(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    leases.unlease(id, deadlineNs, then);
  }

  @Override
  public void unregister(Contact contact, long deadlineNs, Consumer<Reply.Ended> then) {
    leases.unlease(contact, deadlineNs, then);
  }

  @Override
  public Contact add(Contact contact) {
    return leases
        .merge(contact)
        .orElseGet(() -> hints.put(contact, here.nowNs(), Optional.empty(), here.nowNs()));
  }

  @Override
  public boolean reportUnreachable(Contact contact) {
    return hints.reportUnreachable(contact, here.nowNs());
  }

  @Override
  public void onQuestion(long token, String source, Question question) {
    here.answer(token, Reply.Ended.of(Reply.Status.NO_GATEWAY));
  }

  /** What waits for it goes over to another, and so does what it kept announced. */
  @Override
  public void onGatewayGone(NodeId gateway) {
    questions.giveUpOn(gateway);
    leases.onGatewayGone(gateway);
  }

  @Override
  public Sizes sizes() {
    return new Sizes(questions.size(), 0, 0, 0, 0, 0, 0, leases.size(), 0, Sizes.NO_NODE);
  }

  @Override
  public void wakeUp() {
    leases.renew();
  }

  @Override
  public long nextNs() {
    return leases.nextNs(here.nowNs() + IDLE_NS);
  }
}
