package pharos.kademlia;

import java.util.List;
import java.util.Map;

/** How a call of the application ended. */
public sealed interface Result {
  /**
   * It was found.
   *
   * @param ageNs how long ago its owner, or it itself, last gave a sign of life, as far as known
   * @param told what it is made of where it gathers, as each of those told it who were asked; else
   *     the contact itself
   */
  record Found(Contact contact, long ageNs, Route route, List<Contact> told) implements Result {
    /** Keeps a copy of the list. */
    public Found {
      told = List.copyOf(told);
    }
  }

  /**
   * Nobody knows it.
   *
   * @param nearest the live nodes nearest to where it would be held, the nearest first
   */
  record NotFound(List<Contact> nearest, Route route) implements Result {
    /** Keeps a copy of the list. */
    public NotFound {
      nearest = List.copyOf(nearest);
    }
  }

  /** The live nodes nearest to a key, the nearest first; this one is not among them. */
  record Nearest(List<Contact> nodes, Route route) implements Result {
    /** Keeps a copy of the list. */
    public Nearest {
      nodes = List.copyOf(nodes);
    }
  }

  /** There is no other node to ask. What was registered is announced as soon as there is one. */
  record NoNetwork() implements Result {}

  /** The time was up, and it was still not certain. */
  record TimedOut(List<Contact> nearest, Route route) implements Result {
    /** Keeps a copy of the list. */
    public TimedOut {
      nearest = List.copyOf(nearest);
    }
  }

  /**
   * It is announced, and will be again and again.
   *
   * @param contact what is announced: the arbiter's choice, with all defaults
   * @param by who holds it now
   * @param refusals who does not, and why
   */
  record Registered(Contact contact, List<Contact> by, Map<ContactId, Verdict> refusals)
      implements Result {
    /** Keeps copies. */
    public Registered {
      by = List.copyOf(by);
      refusals = Map.copyOf(refusals);
    }
  }

  /**
   * It is announced no more.
   *
   * @param contact what was announced
   * @param at who withdrew it
   */
  record Unregistered(Contact contact, List<Contact> at) implements Result {
    /** Keeps a copy of the list. */
    public Unregistered {
      at = List.copyOf(at);
    }
  }

  /** The call was refused, and nothing was done. */
  record Refused(Reason reason) implements Result {}

  /** Why a call was refused. */
  enum Reason {
    /** As many lookups run as may. */
    BUSY,
    /** As many contacts are registered here as may be. */
    FULL,
    /** A contact of this id is not registered here. */
    NOT_REGISTERED,
    /** The registered contact is later than the one to withdraw, and the arbiter keeps it. */
    OLDER
  }
}
