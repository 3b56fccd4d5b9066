package pharos.agent.core.gateway;

import java.util.function.Consumer;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * What an agent does past its subnet, in one of two ways: as a node of the overlay ({@link
 * NodeLife}), or as the guest of gateways that are such nodes ({@link GuestLife}). Who calls has
 * seen to it that no id is reserved.
 */
sealed interface Life permits NodeLife, GuestLife {
  /** Looks for this, as a contact and as the id or name of peers, here and everywhere. */
  void find(ContactId id, long deadlineNs, Consumer<Reply.Ended> then);

  /** Everybody of this service, or who offers this type, here and everywhere. */
  void browse(String service, long deadlineNs, Consumer<Reply.Ended> then);

  /** Announces a contact of the application, and keeps it announced. */
  void register(Contact contact, long deadlineNs, Consumer<Reply.Ended> then);

  /** Withdraws what the application registered. */
  void unregister(ContactId id, long deadlineNs, Consumer<Reply.Ended> then);

  /** Withdraws what the application registered, unless the arbiter prefers that to this. */
  void unregister(Contact contact, long deadlineNs, Consumer<Reply.Ended> then);

  /** The application knows this from elsewhere; returns what it is with what is known here. */
  Contact add(Contact contact);

  /** The application could not reach this; returns whether it was known here. */
  boolean reportUnreachable(Contact contact);

  /** Somebody asks. */
  void onQuestion(long token, String source, Question question);

  /** A gateway of the LAN is there no more. */
  void onGatewayGone(NodeId gateway);

  /** What is under way. */
  Sizes sizes();

  /** Runs what is due. */
  void wakeUp();

  /** When to wake up at the latest. */
  long nextNs();
}
