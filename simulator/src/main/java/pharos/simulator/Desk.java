package pharos.simulator;

import org.jspecify.annotations.Nullable;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/** A contact that a program registers, again with other data, and unregisters. */
final class Desk {
  final ContactId id;
  final Program owner;

  /** What was registered last for certain, and nothing since; null where that is not known. */
  private @Nullable Contact certain;

  /** Since when it is certainly not registered any more; never while it is or may be. */
  private long withdrawnNs = Long.MAX_VALUE;

  /** Whether it was registered at all, as far as its owner was told. */
  private boolean wasRegistered;

  private boolean isBusy;
  private int versions;

  Desk(Program owner, int number) {
    this.owner = owner;
    id = ContactId.ofText("desk-" + number);
  }

  /** Whether a call about it is under way. */
  boolean isBusy() {
    return isBusy;
  }

  /** What is to be registered next. */
  Contact next() {
    // Each is less than the one before: where versions are equal the greater one is chosen.
    ContactData data = ContactData.ofText("{\"left\":" + (9_999 - ++versions) + "}");
    return Contact.of(id, "tcp:/" + owner.host.address() + ":7001").withData(data);
  }

  /** A call begins: until it ends anything may be so. */
  void begin() {
    isBusy = true;
    certain = null;
    withdrawnNs = Long.MAX_VALUE;
  }

  void registered(Contact contact) {
    isBusy = false;
    wasRegistered = true;
    certain = contact;
  }

  void unregistered(long nowNs) {
    isBusy = false;
    withdrawnNs = nowNs;
  }

  /** Nobody knows what came of it. */
  void failed() {
    isBusy = false;
  }

  /** What it must be found as; null for nothing in particular. */
  @Nullable Contact mustBe() {
    return owner.isRunning() && !owner.isLeaving() ? certain : null;
  }

  boolean wasRegistered() {
    return wasRegistered;
  }

  /** Since when nobody keeps it up any more. */
  long endedNs() {
    return Math.min(withdrawnNs, owner.endedNs);
  }
}
