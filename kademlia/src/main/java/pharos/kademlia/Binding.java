package pharos.kademlia;

/**
 * Whether a contact may carry its id: where ids are made of public keys, a signature in the data
 * can prove it. Asked for every contact that arrives, before anything is done with it.
 */
@FunctionalInterface
public interface Binding {
  /** Whether this contact is who it says; must not throw. */
  boolean accepts(Contact contact);

  /** Believes everybody, as a network without keys has to. */
  static Binding open() {
    return contact -> true;
  }
}
